package import Conversation
package import JSON

/// Asks for a shell command to be run in the workspace.
package struct RunCommandTool: Tool {
    /// The system takes no longer argument than 128 KiB.
    private static let longestLine = 100_000

    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "run_command", description: String(decoding: PackageResources.RunCommandTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                [
                    "command": ToolSchema.text("A command line for sh."),
                    "timeout_seconds": ToolSchema.integer("When to stop it.", minimum: 1, maximum: 3600),
                ], required: ["command"]))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        let timeLimit = arguments["timeout_seconds"]?.intValue.map { Duration.seconds($0) }
        let line = arguments["command"]?.stringValue ?? ""
        guard !line.utf8.contains(0), line.utf8.count <= Self.longestLine else {
            return .answer(
                .error(
                    "a command line has no NUL and at most \(Self.longestLine) bytes; write a script with write_file"))
        }
        return .execute(CommandRequest(commandLine: line, timeLimit: timeLimit))
    }
}
