/// A command that judges the work: it proves something by passing.
package struct Check: Sendable, Hashable, Codable {
    /// What it is for, and what tells it from the project's other checks: `swift-test`, `pytest`.
    package var name: String
    package var command: String
    /// Why it was chosen: `Package.swift`, `configured`.
    package var why: String

    package init(name: String, command: String, why: String) {
        self.name = name
        self.command = command
        self.why = why
    }
}
