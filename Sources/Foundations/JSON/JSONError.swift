/// What was wrong with a JSON text, or with a value that was to become one or come from one.
package struct JSONError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// The text breaks RFC 8259.
        case syntax
        case invalidUTF8
        /// The text nests deeper than the limit.
        case tooDeep
        /// A number beyond what its type can hold.
        case numberOutOfRange
        /// A value of another kind was expected.
        case typeMismatch
        /// A required member or element is missing, or null.
        case missingValue
        /// The value has the right kind but not a content that its type accepts.
        case invalidValue
        /// The Swift value has no JSON form.
        case notEncodable
    }

    /// A place in a text.
    package struct Location: Hashable, Sendable {
        /// From 1; lines end with a line feed.
        package var line: Int
        /// From 1, in Unicode scalars.
        package var column: Int
        /// From 0, in bytes of UTF-8.
        package var byteOffset: Int

        package init(line: Int, column: Int, byteOffset: Int) {
            self.line = line
            self.column = column
            self.byteOffset = byteOffset
        }
    }

    package var code: Code
    /// One sentence with the place in it.
    package var message: String
    /// Where the text is wrong; nil for errors of encoding and decoding.
    package var location: Location?
    /// Which value is wrong; nil for errors of parsing.
    package var path: JSONPointer?

    package init(_ code: Code, _ message: String, location: Location? = nil, path: JSONPointer? = nil) {
        self.code = code
        self.message = message
        self.location = location
        self.path = path
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String { message }
}
