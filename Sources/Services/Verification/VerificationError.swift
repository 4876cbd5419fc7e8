/// Why a verification could not even be tried.
package struct VerificationError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// A path or filter that cannot be given to a program.
        case badArgument
        /// A stored receipt that cannot be read.
        case brokenRecord
    }

    package let code: Code
    /// One sentence: what failed, with what, and what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
