/// One way in which a value breaks a schema.
package struct Violation: Hashable, Sendable {
    /// A JSON pointer (RFC 6901) to the wrong part of the value; empty for the whole value.
    package var path: String
    /// A JSON pointer to the broken keyword in the schema, after references.
    package var schemaPath: String
    /// What was expected and what was found.
    package var message: String

    package init(path: String, schemaPath: String, message: String) {
        self.path = path
        self.schemaPath = schemaPath
        self.message = message
    }
}

extension Violation: CustomStringConvertible {
    /// The path and the message: `/edits/0/old_text: expected a string, got 3`.
    package var description: String { "\(path.isEmpty ? "the value" : path): \(message)" }
}
