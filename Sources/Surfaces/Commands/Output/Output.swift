package import JSON
package import Terminal

/// Where a command's words go: results on standard output, all else on standard error.
///
/// With `--json` the result is one object and nothing else is on standard output; without it, the result is text.
package struct Output: Sendable {
    package enum Form: Sendable, Hashable { case text, json }

    package let form: Form
    package let style: TextStyle
    /// Columns to keep within.
    package let width: Int
    /// Whether results are read by a person at a terminal.
    package let isTerminal: Bool
    private let write: @Sendable (Stream, String) -> Void

    package enum Stream: Sendable, Hashable { case result, notice }

    package init(
        form: Form, style: TextStyle, width: Int, isTerminal: Bool, write: @escaping @Sendable (Stream, String) -> Void
    ) {
        self.form = form
        self.style = style
        self.width = width
        self.isTerminal = isTerminal
        self.write = write
    }

    /// The result: the object with `--json`, the text otherwise.
    package func result(_ json: @autoclosure () throws -> JSONValue, text: @autoclosure () -> String) rethrows {
        switch form {
        case .json: write(.result, try json().text(.pretty) + "\n")
        case .text: write(.result, text() + "\n")
        }
    }

    /// Something that helps a human and is no part of the result.
    package func notice(_ text: String) { write(.notice, text + "\n") }

    /// One line of a stream of objects.
    package func event(_ json: JSONValue) { write(.result, json.text() + "\n") }
}
