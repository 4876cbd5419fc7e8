package import Conversation
package import JSON
import JSONSchema

/// The tools that exist, in the order that prompts list them, with their schemas ready to check arguments.
package struct ToolCatalogue: Sendable {
    private let entries: [Entry]

    private struct Entry: Sendable {
        let tool: any Tool
        let schema: Schema
    }

    package init(_ tools: [any Tool]) throws {
        entries = try tools.map { Entry(tool: $0, schema: try Schema($0.definition.parameters)) }
    }

    package var names: [String] { entries.map(\.tool.definition.name) }

    /// The definitions of the named tools, in the catalogue's order, so that prompts are the same bytes each time.
    package func definitions(of names: Set<String>) -> [ToolDefinition] {
        entries.map(\.tool.definition).filter { names.contains($0.name) }
    }

    package func tool(named name: String) -> (any Tool)? {
        entries.first { $0.tool.definition.name == name }?.tool
    }

    /// The call's arguments, or what the model is to be told of their faults, each with its path in the schema.
    package func arguments(of call: ToolCall) -> Result<JSONValue, ArgumentFault> {
        guard let entry = entries.first(where: { $0.tool.definition.name == call.name }) else {
            return .failure(ArgumentFault(text: "there is no tool named '\(call.name)'"))
        }
        switch call.arguments {
        case .broken(_, let reason):
            return .failure(
                ArgumentFault(text: "the arguments of \(call.name) are not valid JSON: \(reason). Send the call again.")
            )
        case .json(let value):
            let violations = entry.schema.violations(of: value)
            guard !violations.isEmpty else { return .success(value) }
            let list = violations.prefix(8).map { "- \($0)" }.joined(separator: "\n")
            return .failure(ArgumentFault(text: "the arguments of \(call.name) do not fit its schema:\n\(list)"))
        }
    }

    package struct ArgumentFault: Error, Sendable, Hashable {
        package var text: String
    }
}
