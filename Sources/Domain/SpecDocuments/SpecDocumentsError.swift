/// Why an operation on a document was refused.
package struct SpecDocumentsError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case unknownTask
        case dependencyCycle
        case unknownItem
        case unknownSection
        case unknownClarification
        /// The id that was given is in use.
        case takenID
        /// The text given to an edit would not stay what it is to be: empty, or more than a line where one is meant.
        case unfitText
        /// A document that is no text, too large, or in conflict is not edited.
        case unreadable
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
