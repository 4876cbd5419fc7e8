/// Why an operation on a document was refused.
package struct SpecDocumentsError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case unknownTask
        case dependencyCycle
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
