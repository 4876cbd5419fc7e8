package import Conversation
package import JSON

/// Starts another agent for a piece of work; the runtime sees to it that it has no more rights than the one that asks.
package struct SpawnAgentTool: Tool {
    package static let name = "spawn_agent"

    private let agents: [(name: String, description: String)]

    /// - Parameter agents: Those that may be started, with what each is for.
    package init(agents: [(name: String, description: String)]) {
        self.agents = agents.sorted { $0.name < $1.name }
    }

    package var definition: ToolDefinition {
        let list = agents.map { "\($0.name): \($0.description)" }.joined(separator: " ")
        let tool: JSONValue = ["type": "string", "minLength": 1]
        return ToolDefinition(
            name: Self.name, description: String(decoding: PackageResources.SpawnAgentTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                [
                    "agent": [
                        "type": "string", "enum": .array(agents.map { .string($0.name) }),
                        "description": .string("Which agent. \(list)"),
                    ],
                    "task": ToolSchema.text("The whole task, in words that need nothing else to be understood."),
                    "tools": ToolSchema.list(of: tool, "The only tools it gets, of yours and its own.", minimum: 1),
                    "files": ToolSchema.list(
                        of: tool, "Patterns of the only files that it may edit, such as src/store/**."),
                    "max_turns": ToolSchema.integer("How many turns it may take.", minimum: 1, maximum: 500),
                    "budget": ToolSchema.text("The most that it may spend, in dollars, such as 0.50."),
                ], required: ["agent", "task"]))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        func texts(_ key: String) -> [String]? { arguments[key]?.arrayValue.map { $0.compactMap(\.stringValue) } }
        return .spawn(
            SpawnRequest(
                agent: arguments["agent"]?.stringValue ?? "", task: arguments["task"]?.stringValue ?? "",
                tools: texts("tools"), files: texts("files"), maxTurns: arguments["max_turns"]?.intValue,
                budget: arguments["budget"]?.stringValue))
    }
}
