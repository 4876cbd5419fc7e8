/// Why a workflow cannot be used as it was asked to.
package struct WorkflowError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        case unknownWorkflow
        /// A workflow that is part of itself.
        case recursion
        case tooLarge
        case invalidInput
        case invalidDefinition
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
