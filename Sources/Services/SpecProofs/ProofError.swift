/// Why what is proven, or what has moved since, could not be told.
package struct ProofError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// A `links.json` cannot be read as it stands.
        case broken
        /// A `links.json` of a later version.
        case newer
        /// A file could not be read or written.
        case unreadable
        /// The folder of a feature vanished.
        case gone
        /// What was asked for cannot be done with these documents.
        case refused
    }

    package let code: Code
    /// One sentence: what failed, where, and what to do.
    package let message: String
    /// From 1.
    package let line: Int?

    package init(_ code: Code, _ message: String, line: Int? = nil) {
        self.code = code
        self.message = message
        self.line = line
    }

    package var description: String { message }
}
