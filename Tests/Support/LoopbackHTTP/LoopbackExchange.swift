/// The answering side of one request, used on the handler's thread.
///
/// Every writing call says whether the peer was still there; a test may ignore it.
package final class LoopbackExchange {
    /// How `abort` leaves the connection.
    package enum Abort {
        /// An orderly close, in the middle of whatever was being sent.
        case close
        /// A TCP reset.
        case reset
    }

    enum State {
        case idle
        case streaming
        case answered
        /// The connection is of no further use.
        case over
    }

    private(set) var state = State.idle
    private let connection: LoopbackConnection
    private let isHead: Bool

    init(_ connection: LoopbackConnection, isHead: Bool) {
        self.connection = connection
        self.isHead = isHead
    }

    /// Sends a whole response with its `Content-Length`.
    @discardableResult
    package func respond(_ status: Int = 200, _ headers: [(String, String)] = [], body: [UInt8]) -> Bool {
        let hasBody = status >= 200 && status != 204 && status != 304
        let length = hasBody ? [("Content-Length", String(body.count))] : []
        let bytes = head(status, length + headers) + (hasBody && !isHead ? body : [])
        return send(bytes, then: .answered)
    }

    /// Sends a whole response with its `Content-Length`.
    @discardableResult
    package func respond(_ status: Int = 200, _ headers: [(String, String)] = [], body: String = "") -> Bool {
        respond(status, headers, body: Array(body.utf8))
    }

    /// Sends the head of a chunked response; `write` and `finishStream` go on from there.
    @discardableResult
    package func startStream(_ status: Int = 200, _ headers: [(String, String)] = []) -> Bool {
        send(head(status, [("Transfer-Encoding", "chunked")] + headers), then: .streaming)
    }

    /// Sends one chunk; `blocked` is called each time the peer took nothing for 100 ms.
    @discardableResult
    package func write(_ bytes: [UInt8], blocked: () -> Void = {}) -> Bool {
        guard !bytes.isEmpty else { return true }
        let frame = Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
        return send(frame, then: .streaming, blocked: blocked)
    }

    /// Sends one chunk of text.
    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Ends a chunked response properly.
    @discardableResult
    package func finishStream() -> Bool {
        send(Array("0\r\n\r\n".utf8), then: .answered)
    }

    /// Sends bytes as they are, for malformed and partial responses; the connection is closed after the handler.
    @discardableResult
    package func raw(_ bytes: [UInt8]) -> Bool { send(bytes, then: .over) }

    /// Sends text as it is, for malformed and partial responses; the connection is closed after the handler.
    @discardableResult
    package func raw(_ text: String) -> Bool { raw(Array(text.utf8)) }

    /// Drops the connection in the middle.
    package func abort(_ how: Abort = .close) {
        connection.socket.close(reset: how == .reset)
        state = .over
    }

    /// Does nothing until the peer closes or the server is stopped.
    package func hang() {
        connection.waitForPeerClose(timeout: nil)
        state = .over
    }

    /// Whether the peer has closed its side by now.
    package var isPeerClosed: Bool { connection.waitForPeerClose(timeout: .zero) }

    /// Blocks until the peer has closed its side, or for the time given, and says whether it has.
    @discardableResult
    package func waitForPeerClose(timeout: Duration? = nil) -> Bool {
        connection.waitForPeerClose(timeout: timeout)
    }

    private func head(_ status: Int, _ headers: [(String, String)]) -> [UInt8] {
        let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
        return Array("HTTP/1.1 \(status) Status\r\n\(lines)\r\n".utf8)
    }

    private func send(_ bytes: [UInt8], then next: State, blocked: () -> Void = {}) -> Bool {
        guard state != .over || next == .over else { return false }
        let isSent = connection.socket.write(bytes, blocked: blocked)
        state = isSent ? next : .over
        return isSent
    }
}
