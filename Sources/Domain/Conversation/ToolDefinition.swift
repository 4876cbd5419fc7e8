package import JSON

/// A tool as the model sees it.
package struct ToolDefinition: Sendable, Hashable, Codable {
    package var name: String
    package var description: String
    /// A JSON Schema of an object.
    package var parameters: JSONValue
    /// Whether the provider must hold the model to the schema; nil leaves its default.
    package var strict: Bool?
    /// What the model writes to it; nil is a JSON object by the schema.
    package var kind: ToolKind?
    package var cacheMark: CacheMark?
    package var passthrough: Passthrough?

    package init(
        name: String, description: String, parameters: JSONValue, strict: Bool? = nil, kind: ToolKind? = nil,
        cacheMark: CacheMark? = nil, passthrough: Passthrough? = nil
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.strict = strict
        self.kind = kind
        self.cacheMark = cacheMark
        self.passthrough = passthrough
    }
}

/// What is special about a tool that is no function with JSON arguments.
package enum ToolKind: String, Sendable, Hashable, Codable {
    /// The model writes free text to it; the arguments of its calls are a JSON string.
    case freeText
    /// The provider carries it out, and only its own format has it: `passthrough.members` is the whole definition.
    case native
}

/// Whether the model must use a tool.
package enum ToolChoice: Sendable, Hashable, Codable {
    case auto, never
    /// Some tool, whichever.
    case required
    case tool(String)
}
