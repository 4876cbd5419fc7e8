/// Why hooks cannot be read or trusted.
package struct HooksError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// A hooks file says something that cannot be meant.
        case malformed
        /// There is no hooks file where one is needed.
        case missing
        /// A file of the hooks, or the list of those that are trusted, cannot be read or written.
        case unreadable
    }

    package let code: Code
    /// One sentence, with file, line and column where there are any.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
