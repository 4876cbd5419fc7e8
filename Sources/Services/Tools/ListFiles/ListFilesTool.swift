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
                    "page": ToolSchema.integer("Which thousand files to list, from 1.", minimum: 1),
                    "ignored": ToolSchema.boolean("List what .gitignore leaves out, too."),
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
            let walk = FileWalk(
                root: context.root, from: location.relative,
                ignored: arguments["ignored"]?.boolValue == true ? .walked : .skipped)
            let page = Page(number: arguments["page"]?.intValue, size: Self.mostEntries)
            return .answer(try Self.list(walk, below: location.relative, glob, page, in: context))
        }
    }

    private static func list(
        _ walk: FileWalk, below folder: String, _ glob: Glob?, _ page: Page, in context: ToolContext
    ) throws -> ToolOutput {
        let prefix = folder == "." ? "" : "\(folder)/"
        var walk = walk
        var found: [String] = []
        while found.count < page.needed, let path = try walk.next() {
            guard glob?.matches(String(path.dropFirst(prefix.count))) ?? true else { continue }
            if case .deny = context.paths.decide(path, for: .read) { continue }
            found.append(path)
        }
        return page.output(of: found, named: "files", hint: "give a folder or a glob") { $0.joined(separator: "\n") }
    }
}
