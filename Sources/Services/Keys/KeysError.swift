/// Why something about virtual keys or the ledger of served calls failed.
package struct KeysError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure a caller may want to tell apart.
    package enum Code: String, Sendable, Hashable {
        /// What was asked for is not allowed or makes no sense.
        case invalid
        case notFound
        /// The name is taken, or more than one key is meant.
        case conflict
        /// The ledger cannot be written, so that no call may be made.
        case unavailable
        /// The ledger was drained.
        case closed
    }

    package var code: Code
    /// One sentence: what failed, with which input, and what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
