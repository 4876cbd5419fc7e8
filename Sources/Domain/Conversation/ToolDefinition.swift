package import JSON

/// A tool as the model sees it.
package struct ToolDefinition: Sendable, Hashable, Codable {
    package var name: String
    package var description: String
    /// A JSON Schema of an object.
    package var parameters: JSONValue

    package init(name: String, description: String, parameters: JSONValue) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}
