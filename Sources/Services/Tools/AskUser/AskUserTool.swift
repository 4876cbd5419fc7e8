package import Conversation
package import JSON

/// Asks the user; the run waits at a gate until someone answers.
package struct AskUserTool: Tool {
    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "ask_user", description: String(decoding: PackageResources.AskUserTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                [
                    "question": ToolSchema.text("One question that can be answered without reading anything else."),
                    "choices": ToolSchema.list(
                        of: ["type": "string", "minLength": 1], "Answers to choose from, if they are few."),
                ], required: ["question"]))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        .ask(
            Question(
                text: arguments["question"]?.stringValue ?? "",
                choices: (arguments["choices"]?.arrayValue ?? []).compactMap(\.stringValue)))
    }
}
