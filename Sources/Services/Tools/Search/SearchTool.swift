package import Conversation
import Files
package import JSON
import Policy

/// Searches the workspace's text files by regular expression.
package struct SearchTool: Tool {
    static let mostMatches = 200
    static let longestLine = 300

    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "search", description: String(decoding: PackageResources.SearchTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                [
                    "pattern": ToolSchema.text("A regular expression, matched against single lines."),
                    "path": ToolSchema.string("A folder or file, relative to the workspace; all of it if left out."),
                    "glob": ToolSchema.string("Only files whose path matches, such as **/*.py."),
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
        do {
            let query = SearchQuery(
                pattern: pattern, glob: arguments["glob"]?.stringValue.map { Glob($0) }, location: location)
            let found =
                if let ripgrep = FileSystem.which("rg", searchPath: context.searchPath) {
                    try await RipgrepSearch(program: ripgrep).matches(of: query, in: context)
                } else {
                    try await WalkingSearch().matches(of: query, in: context)
                }
            return .answer(Self.render(found))
        } catch let error as CancellationError {
            throw error
        } catch {
            return .answer(.error("the search could not be done: \(error)"))
        }
    }

    private static func render(_ found: [SearchMatch]) -> ToolOutput {
        guard !found.isEmpty else { return .ok("no matches") }
        let lines = found.prefix(mostMatches).map { "\($0.path):\($0.line): \($0.text.prefix(longestLine))" }
        let isCut = found.count > mostMatches
        return .ok(
            lines.joined(separator: "\n") + (isCut ? "\n(more than \(mostMatches) matches; narrow the search)" : ""))
    }
}

/// What is looked for, and where.
struct SearchQuery {
    var pattern: String
    var glob: Glob?
    var location: ToolContext.Location
}

struct SearchMatch: Sendable, Hashable {
    /// Relative to the workspace.
    var path: String
    var line: Int
    var text: String
}
