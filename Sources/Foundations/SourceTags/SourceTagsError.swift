/// Why tags could not be read.
package struct SourceTagsError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable { case grammar, query, ctags }

    package let code: Code
    /// One sentence: what failed, with which input, and what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
