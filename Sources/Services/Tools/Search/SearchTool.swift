package import Conversation
import Files
package import JSON
import Policy

/// Searches the workspace's text files by regular expression.
package struct SearchTool: Tool {
    private static let pageSize = 200

    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "search", description: String(decoding: PackageResources.SearchTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                [
                    "pattern": ToolSchema.text("A regular expression, matched against single lines."),
                    "path": ToolSchema.string("A folder or file, relative to the workspace; all of it if left out."),
                    "glob": ToolSchema.string("Only files whose path matches, such as **/*.py."),
                    "context": ToolSchema.integer(
                        "How many lines to show before and after each match.", minimum: 0, maximum: 10),
                    "page": ToolSchema.integer("Which \(Self.pageSize) matches to show, from 1.", minimum: 1),
                    "ignored": ToolSchema.boolean("Search what .gitignore leaves out, too."),
                ], required: ["pattern"]))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        let pattern = arguments["pattern"]?.stringValue ?? ""
        let typed = arguments["path"]?.stringValue ?? "."
        let location: ToolContext.Location
        switch context.locate(typed.isEmpty ? "." : typed, for: .read) {
        case .failure(let fault): return .answer(.error(fault.text))
        case .success(let found): location = found
        }
        guard FileSystem.exists(location.path) else { return .answer(.error("\(typed) does not exist")) }
        let page = Page(number: arguments["page"]?.intValue, size: Self.pageSize)
        let query = SearchQuery(
            pattern: pattern, glob: arguments["glob"]?.stringValue.map { Glob($0) }, location: location,
            ignored: arguments["ignored"]?.boolValue == true ? .walked : .skipped, limit: page.needed)
        do {
            let found = try await Self.matches(of: query, in: context)
            let lines = MatchLines(root: context.root, context: arguments["context"]?.intValue ?? 0)
            return .answer(
                page.output(of: found, named: "matches", hint: "narrow the search") { lines.text(of: $0) })
        } catch let error as CancellationError {
            throw error
        } catch {
            return .answer(.error("the search could not be done: \(error)"))
        }
    }

    private static func matches(of query: SearchQuery, in context: ToolContext) async throws -> [SearchMatch] {
        guard let ripgrep = FileSystem.which("rg", searchPath: context.searchPath) else {
            return try await WalkingSearch().matches(of: query, in: context)
        }
        return try await RipgrepSearch(program: ripgrep).matches(of: query, in: context)
    }
}

/// What is looked for, and where.
struct SearchQuery {
    var pattern: String
    var glob: Glob?
    var location: ToolContext.Location
    var ignored: FileWalk.IgnoredFiles
    /// How many matches are enough.
    var limit: Int
}

struct SearchMatch: Sendable, Hashable {
    /// Relative to the workspace.
    var path: String
    var line: Int
    var text: String
}
