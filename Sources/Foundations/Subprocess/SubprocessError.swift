/// Why a child could not be started.
package struct SubprocessError: Error, Hashable, CustomStringConvertible {
    /// The kinds of failure a caller may want to tell apart.
    package enum Code: Hashable, Sendable {
        case notFound
        case notExecutable
        case badDirectory
        case invalidCommand
        case argumentsTooLong
        case tooManyOpenFiles
        case tooManyProcesses
        /// The task was cancelled before the child was started.
        case cancelled
        /// Any other `errno`.
        case other(Int32)
    }

    package let code: Code
    /// One sentence: which program, why it could not be started, what to do.
    package let message: String

    package var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
