/// Why a document was not read.
package struct XMLError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// There is nothing but white space.
        case empty
        /// The text is not well-formed.
        case syntax
        /// The text ends within an element.
        case truncated
        /// The bytes are not text in the encoding they declare, or the encoding is not known.
        case encoding
        /// The document declares entities or attributes, or refers to an entity other than the five of XML.
        case entity
        /// The document is beyond one of the limits.
        case limit
    }

    package var code: Code
    /// From 1; nil where the fault is that of the whole.
    package var line: Int?
    /// One sentence with the line in it.
    package var message: String

    package init(_ code: Code, line: Int? = nil, _ message: String) {
        self.code = code
        self.line = line
        self.message = line.map { "line \($0): \(message)" } ?? message
    }
}

extension XMLError: CustomStringConvertible {
    package var description: String { message }
}
