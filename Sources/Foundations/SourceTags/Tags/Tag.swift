/// A name that a source file defines or uses.
package struct Tag: Sendable, Hashable, Codable {
    package enum Role: String, Sendable, Hashable, Codable { case definition, reference }

    /// What is defined or used; a reference whose kind the syntax does not tell is `name`.
    package enum Kind: String, Sendable, Hashable, Codable {
        case module, type, interface, function, method, constant, field, macro, name
    }

    package var name: String
    package var role: Role
    package var kind: Kind
    /// The line of the name, from 1.
    package var line: Int
    /// The last line of the whole definition; of a reference its own line.
    package var lastLine: Int
    /// A definition's head without its body on one line, at most 200 characters; empty for a reference.
    package var signature: String
    /// How many definitions of the same file enclose this one.
    package var depth: Int

    package init(
        name: String, role: Role, kind: Kind, line: Int, lastLine: Int, signature: String = "", depth: Int = 0
    ) {
        self.name = name
        self.role = role
        self.kind = kind
        self.line = line
        self.lastLine = lastLine
        self.signature = signature
        self.depth = depth
    }
}
