/// Why a server cannot be started.
package struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The address is not one that can be listened on.
        case invalidAddress
        /// Somebody else listens there.
        case addressInUse
        /// This user may not listen there.
        case notPermitted
        /// Certificate or key cannot be used.
        case tls
        /// Memory, descriptors or threads ran out, or the system has no poller.
        case resources
    }

    package let code: Code
    /// One sentence: what failed, where, and what to do.
    package let message: String

    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
