package import Files
package import Policy

/// What a workspace's specifications say, and how far they are proven.
package protocol SpecSource: Sendable {
    /// What rules alone find wrong in the documents of one feature, or of all where none is named.
    func analysis(of feature: String?, in root: FilePath, paths: PathRules) async throws -> SpecAnswer

    /// A feature with its stories, requirements, tasks and what is next.
    func page(of feature: String, in root: FilePath, paths: PathRules) async throws -> SpecAnswer
}

/// What a question about specifications comes to; a fault is one that the asker can mend.
package enum SpecAnswer: Sendable, Hashable {
    case text(String)
    case fault(String)
}

/// Knows no specifications.
package struct NoSpecs: SpecSource {
    package init() {}

    package func analysis(of feature: String?, in root: FilePath, paths: PathRules) async throws -> SpecAnswer {
        .fault("there are no specifications here")
    }

    package func page(of feature: String, in root: FilePath, paths: PathRules) async throws -> SpecAnswer {
        .fault("there are no specifications here")
    }
}
