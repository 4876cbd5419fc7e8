package import Files
package import SpecDocuments

/// All features of a project, as their folders were found.
///
/// ```swift
/// let features = try await ProjectFeatures.read(in: root)
/// let feature = try features.find("003")
/// ```
package struct ProjectFeatures: Sendable {
    package static let folder = "specs"

    package let root: FilePath
    /// By number, then by name; those without a number at the end.
    package let features: [Feature]
    /// Nil where the project has none.
    package let constitution: FeaturePage<Constitution>?

    package init(root: FilePath, features: [Feature], constitution: FeaturePage<Constitution>? = nil) {
        self.root = root
        self.features = features.sorted {
            ($0.number ?? .max, $0.name) < ($1.number ?? .max, $1.name)
        }
        self.constitution = constitution
    }

    /// Reads every folder of `specs/`, several at a time; a project without that folder has none.
    ///
    /// Documents that are broken are part of the answer. Throws only where `specs/` itself cannot be read, and on
    /// cancellation.
    @concurrent
    package static func read(in root: FilePath) async throws -> ProjectFeatures {
        let names = try names(in: root)
        let features = try await withThrowingTaskGroup(of: [Feature].self) { group in
            // A few at a time, so that a task is worth its while.
            for start in stride(from: 0, to: names.count, by: 8) {
                let part = names[start..<min(start + 8, names.count)]
                group.addTask {
                    try part.map { name in
                        try Task.checkCancellation()
                        return Feature.read("\(folder)/\(name)", in: root)
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return ProjectFeatures(root: root, features: features, constitution: constitution(in: root))
    }

    /// The names of the folders that are features: those below `specs/` that hold a document, or have a number.
    package static func names(in root: FilePath) throws -> [String] {
        do throws(FileError) {
            let place = try FileSystem.realPathInside(root, FilePath(folder))
            return try FileSystem.list(place).filter { entry in
                guard entry.kind == .directory, !entry.name.hasPrefix(".") else { return false }
                return Feature.number(of: entry.name) != nil
                    || FeatureFolder.Document.allCases.contains {
                        FileSystem.exists(place / entry.name / $0.file)
                    }
            }.map(\.name)
        } catch {
            guard error.code != .notFound else { return [] }
            throw SpecsError(.unreadable, "The folder specs/ cannot be read: \(error.message)")
        }
    }

    private static func constitution(in root: FilePath) -> FeaturePage<Constitution>? {
        let path = ConstitutionTemplate.path
        do throws(FileError) {
            let place = try FileSystem.realPathInside(root, FilePath(path))
            return FeaturePage(
                name: "constitution.md", path: path, bytes: try FileSystem.readBytes(place, limit: 64 << 20))
        } catch {
            guard error.code != .notFound else { return nil }
            return FeaturePage(
                name: "constitution.md", path: path,
                refusal: Diagnostic(.error, message: error.message, fix: "Make it a file that can be read."))
        }
    }

    /// Features whose folders have the same number, by number; nothing else than two branches gives them one.
    package var collisions: [[Feature]] {
        Dictionary(grouping: features.filter { $0.number != nil }, by: { $0.number ?? 0 })
            .filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map(\.value)
    }
}
