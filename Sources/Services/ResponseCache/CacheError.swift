/// Why the cache cannot be used.
package struct CacheError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The file cannot be opened or written.
        case file
        /// A file to warm from has a fault.
        case warming
        case embedder
    }

    package var code: Code
    /// One sentence: what failed, where, and what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
