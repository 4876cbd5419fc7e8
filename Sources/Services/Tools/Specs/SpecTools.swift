package import Conversation
package import JSON

/// Finds what is wrong in the documents of features, by rules alone.
package struct AnalyzeSpecsTool: Tool {
    private let specs: any SpecSource

    package init(specs: any SpecSource) { self.specs = specs }

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "analyze_specs", description: String(decoding: PackageResources.AnalyzeSpecsTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                ["feature": ToolSchema.string("A feature's number or name, such as 003; all features if left out.")],
                required: []))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        let feature = arguments["feature"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        return try await SpecAnswer.decision {
            try await specs.analysis(of: feature, in: context.root, paths: context.paths)
        }
    }
}

/// Shows a feature: its stories, its requirements with what proves them, its tasks and what is next.
package struct ShowSpecTool: Tool {
    private let specs: any SpecSource

    package init(specs: any SpecSource) { self.specs = specs }

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "show_spec", description: String(decoding: PackageResources.ShowSpecTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                ["feature": ToolSchema.text("A feature's number or name, such as 003, or 'latest'.")],
                required: ["feature"]))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        try await SpecAnswer.decision {
            try await specs.page(
                of: arguments["feature"]?.stringValue ?? "latest", in: context.root, paths: context.paths)
        }
    }
}

extension SpecAnswer {
    /// No more than this is told; what is left out is said.
    private static let most = 24_000

    fileprivate static func decision(_ answer: () async throws -> SpecAnswer) async throws -> ToolDecision {
        do {
            switch try await answer() {
            case .fault(let text): return .answer(.error(text))
            case .text(let text):
                guard text.utf8.count > most else { return .answer(.ok(text)) }
                return .answer(.ok("\(text.prefix(most))\n(cut here: name one feature to see less)"))
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            return .answer(.error("the specifications could not be looked at: \(error)"))
        }
    }
}
