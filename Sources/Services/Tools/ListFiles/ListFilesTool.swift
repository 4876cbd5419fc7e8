package import Conversation
import Files
package import JSON
import Policy

/// Lists the files below a folder, without what git ignores by convention and what is closed.
package struct ListFilesTool: Tool {
    private static let mostEntries = 1000

    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "list_files", description: String(decoding: PackageResources.ListFilesTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                [
                    "path": ToolSchema.string("The folder, relative to the workspace; its top folder if left out."),
                    "glob": ToolSchema.string("Only files whose path below the folder matches, such as **/*.py."),
                ], required: []))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        let typed = arguments["path"]?.stringValue ?? "."
        switch context.locate(typed.isEmpty ? "." : typed, for: .read) {
        case .failure(let fault):
            return .answer(.error(fault.text))
        case .success(let location):
            guard FileSystem.isDirectory(location.path) else {
                return .answer(.error("\(typed) is not a folder of the workspace"))
            }
            let glob = arguments["glob"]?.stringValue.map { Glob($0) }
            return .answer(try Self.list(location, glob: glob, in: context))
        }
    }

    private static func list(_ location: ToolContext.Location, glob: Glob?, in context: ToolContext) throws
        -> ToolOutput
    {
        let prefix = location.relative == "." ? "" : "\(location.relative)/"
        var found: [String] = []
        var walk = FileWalk(root: location.path)
        while found.count <= mostEntries, let path = try walk.next() {
            guard glob?.matches(path) ?? true else { continue }
            if case .deny = context.paths.decide(prefix + path, for: .read) { continue }
            found.append(prefix + path)
        }
        guard !found.isEmpty else { return .ok("no files") }
        let isCut = found.count > mostEntries
        let list = found.prefix(mostEntries).joined(separator: "\n")
        return .ok(isCut ? "\(list)\n(more than \(mostEntries) files; give a folder or a glob)" : list)
    }
}
