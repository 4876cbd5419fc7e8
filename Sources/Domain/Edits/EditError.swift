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
        /// The input cannot be read.
        case unreadable
        /// The path leaves the workspace, or is closed.
        case badPath
        /// There is a file already where one is to be made.
        case exists
        /// Two parts change the same lines.
        case overlap
        /// Finding the place would take too long.
        case tooCostly
        /// The change is of a kind that is not done, such as a binary patch.
        case unsupported
    }

    package let code: Code
    /// Which edit of the call failed, counted from 0.
    package let index: Int
    /// Where the matches start, or the lines of the nearest region; counted from 1.
    package let lines: [Int]
    package let message: String
    /// The parts of a plan that hinder it; empty for an error of a single edit.
    package let failures: [EditFailure]

    init(_ code: Code, index: Int, lines: [Int] = [], _ message: String, failures: [EditFailure] = []) {
        self.failures = failures
        self.code = code
        self.index = index
        self.lines = lines
        self.message = message
    }

    package var description: String { message }
}
