/// A command line that cannot be run as it was written.
package struct UsageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of mistake.
    package enum Code: Sendable {
        case unknownCommand, missingCommand
        case unknownOption, missingValue, unexpectedValue, invalidChoice
        case missingArgument, extraArgument
    }

    package let code: Code
    /// One sentence that names the argument at fault and, where one is near, the word that was probably meant.
    package let message: String
    /// The usage line of the command that was reached.
    package let usage: String

    package var description: String { message }
}
