package import Conversation
package import JSON

/// Ends the agent's attempt.
///
/// It proves nothing: the engine verifies after it.
package struct FinishTool: Tool {
    package static let name = "finish"

    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: Self.name, description: String(decoding: PackageResources.FinishTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                ["summary": ToolSchema.text("What you did, in one or two sentences.")], required: ["summary"]))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        .finish(summary: arguments["summary"]?.stringValue ?? "")
    }
}
