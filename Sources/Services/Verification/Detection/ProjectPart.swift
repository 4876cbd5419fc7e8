package import Files
import JSON

/// A folder of a project that is built and tested by itself: the project's top, or a member of a monorepo.
package struct ProjectPart: Sendable, Hashable {
    /// The project's top.
    package let project: FilePath
    /// Relative to the project's top; empty for the top itself.
    package let folder: String
    package let ecosystem: Ecosystem

    package init(project: FilePath, folder: String, ecosystem: Ecosystem) {
        self.project = project
        self.folder = folder
        self.ecosystem = ecosystem
    }

    package var root: FilePath { folder.isEmpty ? project : project / folder }

    func has(_ path: String) -> Bool { FileSystem.exists(root / path) }

    /// The text of a file of at most 1 MiB; nil where there is none that can be read as text.
    func text(_ path: String) -> String? {
        // What cannot be read tells nothing, and detection goes on without it.
        try? FileSystem.readText(root / path, limit: 1 << 20)
    }

    /// The package.json here; nil where there is none that is JSON.
    var manifest: JSONValue? {
        // As above.
        text("package.json").flatMap { try? JSONValue(parsing: $0) }
    }

    /// Whether there is a file of these extensions, as far as a bounded look into the folders shows.
    func hasFile(endingIn extensions: Set<String>) -> Bool {
        var folders = [root]
        var seen = 0
        while let folder = folders.popLast(), seen < 2000 {
            seen += 1
            // A folder that cannot be read holds nothing that could be looked at.
            let entries = (try? FileSystem.list(folder)) ?? []
            let isFound = entries.contains { entry in
                guard entry.kind == .regular, let dot = entry.name.lastIndex(of: ".") else { return false }
                return extensions.contains(entry.name[entry.name.index(after: dot)...].lowercased())
            }
            if isFound { return true }
            folders += entries.filter { $0.kind == .directory && !ProjectSurvey.isForeign($0.name) }.map {
                folder / $0.name
            }
        }
        return false
    }

    /// Whether the Node.js project names a package among its dependencies.
    func dependsOn(_ package: String) -> Bool {
        guard let manifest else { return false }
        return ["devDependencies", "dependencies", "optionalDependencies"].contains {
            manifest[$0]?[package] != nil
        }
    }

    /// The folders of these names here, then in each folder above up to the project's top.
    func existing(_ names: [String]) -> [String] {
        var folders = [root]
        while let last = folders.last, last != project, last.isInside(project) { folders.append(last.parent) }
        return folders.flatMap { folder in names.map { folder / $0 } }.filter { FileSystem.isDirectory($0) }.map(
            \.string)
    }
}
