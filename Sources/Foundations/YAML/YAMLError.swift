/// Why a text is no YAML that can be used here, and where.
package struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    package var line: Int
    package var column: Int
    /// What is wrong, and what the text was in the middle of.
    package var message: String

    package init(line: Int, column: Int, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    init(_ mark: YAMLMark, _ message: String) { self.init(line: mark.line, column: mark.column, message: message) }

    package var description: String { "line \(line), column \(column): \(message)" }
}
