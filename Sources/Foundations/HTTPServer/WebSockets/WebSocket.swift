import COpenSSL
import Synchronization

/// A connection on which both sides send messages when they like (RFC 6455).
///
///     router.get("/events") { request in
///         try .webSocket(request) { socket in
///             while let message = try await socket.receive() { try await socket.send(.text("seen")) }
///         }
///     }
///
/// One task receives; several may send. The socket is closed when the closure ends: with 1000, or 1011 if it throws.
package final class WebSocket: Sendable {
    package enum Message: Sendable, Hashable {
        case text(String)
        case binary([UInt8])
    }

    private let connection: UpgradedConnection
    private let decoder: Mutex<WebSocketDecoder>
    private let hasClosed = Mutex(false)

    init(_ connection: UpgradedConnection, limit: Int) {
        self.connection = connection
        decoder = Mutex(WebSocketDecoder(limit: limit))
    }

    /// The next message; nil when the client closes, or broke the rules and was told so.
    ///
    /// Pings are answered here, so a socket that only sends should receive too.
    ///
    /// - Throws: ``Disconnected`` or `CancellationError` when the client is gone.
    package func receive() async throws -> Message? {
        while true {
            let event: Result<WebSocketDecoder.Event?, WebSocketFault> = decoder.withLock { decoder in
                do throws(WebSocketFault) { return .success(try decoder.next()) } catch { return .failure(error) }
            }
            switch event {
            case .success(.text(let text)): return .text(text)
            case .success(.binary(let bytes)): return .binary(bytes)
            case .success(.ping(let payload)): try await write(0xA, payload)
            case .success(.pong): continue
            case .success(.close(let status)):
                try await close(status ?? 1000)
                return nil
            case .success(nil):
                let bytes = try await connection.read()
                decoder.withLock { $0.push(bytes) }
            case .failure(let fault):
                try await close(fault.status, fault.reason)
                return nil
            }
        }
    }

    /// Sends a message; waits and throws as ``BodyWriter/write(_:)-([UInt8])``.
    package func send(_ message: Message) async throws {
        switch message {
        case .text(let text): try await write(0x1, Array(text.utf8))
        case .binary(let bytes): try await write(0x2, bytes)
        }
    }

    /// Asks whether the client is still there; one that is gone ends the socket when the system finds out.
    package func ping() async throws { try await write(0x9, []) }

    /// Says goodbye, once; nothing is sent behind it.
    package func close(_ status: UInt16 = 1000, _ reason: String = "") async throws {
        let isFirst = hasClosed.withLock { hasClosed in
            defer { hasClosed = true }
            return !hasClosed
        }
        guard isFirst else { return }
        let payload = [UInt8(status >> 8), UInt8(status & 0xFF)] + Array(reason.utf8.prefix(123))
        try await connection.write(Self.frame(0x8, payload))
    }

    private func write(_ opcode: UInt8, _ payload: [UInt8]) async throws {
        guard !hasClosed.withLock({ $0 }) else { throw Disconnected() }
        try await connection.write(Self.frame(opcode, payload))
    }

    /// A whole frame of a server, which is not masked.
    static func frame(_ opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = [0x80 | opcode]
        frame.reserveCapacity(payload.count + 10)
        let count = payload.count
        if count < 126 {
            frame.append(UInt8(count))
        } else if count < 65536 {
            frame += [126, UInt8(count >> 8), UInt8(count & 0xFF)]
        } else {
            frame.append(127)
            for shift in stride(from: 56, through: 0, by: -8) { frame.append(UInt8(count >> shift & 0xFF)) }
        }
        frame.append(contentsOf: payload)
        return frame
    }

    /// The answer to a client's key (RFC 6455, 4.2.2).
    static func accept(_ key: String) -> String {
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        EVP_Digest(text, text.count, &digest, nil, EVP_sha1(), nil)
        var encoded = [UInt8](repeating: 0, count: 29)
        let count = EVP_EncodeBlock(&encoded, digest, 20)
        return String(decoding: encoded[..<Int(count)], as: UTF8.self)
    }
}

extension Response {
    /// Makes a WebSocket of the request's connection; the closure runs for as long as it lasts.
    ///
    /// Whether the page that asks may (`Origin`) is for middleware to decide.
    ///
    /// - Parameter limit: Of a message that the client sends, in bytes.
    /// - Throws: ``Refusal`` with 426 or 400 where the request does not ask for a WebSocket of version 13.
    package static func webSocket(
        _ request: Request, limit: Int = 1 << 20, _ speak: @escaping @Sendable (WebSocket) async throws -> Void
    ) throws(Refusal) -> Response {
        let headers = request.headers
        guard request.method == .get, headers["upgrade"]?.lowercased() == "websocket",
            headers.all("connection").contains(where: { $0.lowercased().contains("upgrade") }),
            headers["sec-websocket-version"] == "13"
        else {
            throw Refusal(
                426, "Only a WebSocket of version 13 is answered here.",
                headers: ["upgrade": "websocket", "sec-websocket-version": "13"])
        }
        guard let key = headers["sec-websocket-key"], key.utf8.count == 24 else {
            throw .badRequest("The request has no Sec-WebSocket-Key of 24 characters.")
        }
        let accept: HeaderFields = ["sec-websocket-accept": WebSocket.accept(key)]
        return Response(
            101, headers: accept,
            body: .upgrade(protocol: "websocket") { connection in
                let socket = WebSocket(connection, limit: limit)
                do {
                    try await speak(socket)
                } catch {
                    // The client may be gone, and then nobody is to be told.
                    try? await socket.close(1011)
                    throw error
                }
                try await socket.close()
            })
    }
}
