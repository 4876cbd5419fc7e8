/// What a request's connection is.
package final class ConnectionInfo: Sendable {
    /// The address of the client as `127.0.0.1:50312` or `[::1]:50312`; `unix` for a Unix socket.
    package let peer: String
    package let isEncrypted: Bool
    /// Which of the server's listeners took it, counted from 0; nil for a request that never was on a wire.
    package let listener: Int?

    package init(peer: String = "in-process", isEncrypted: Bool = false, listener: Int? = nil) {
        self.peer = peer
        self.isEncrypted = isEncrypted
        self.listener = listener
    }
}
