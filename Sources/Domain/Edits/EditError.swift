/// Why an edit was not applied; its message is written for the model that asked for the edit.
package struct EditError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case noEdits
        /// The old and the new text are the same.
        case identical
        /// The old text is empty, but the file has content.
        case emptyOld
        case missingFile
        case notFound
        /// The old text stands in several places.
        case ambiguous
    }

    package let code: Code
    /// Which edit of the call failed, counted from 0.
    package let index: Int
    /// Where the matches start, or the lines of the nearest region; counted from 1.
    package let lines: [Int]
    package let message: String

    init(_ code: Code, index: Int, lines: [Int] = [], _ message: String) {
        self.code = code
        self.index = index
        self.lines = lines
        self.message = message
    }

    package var description: String { message }
}
