import ServerHarness
import Testing

@testable import HTTPServer

struct WebSocketTests {
    /// A client's frame.
    private static func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        var frame: [UInt8] = [isFinal ? 0x80 | opcode : opcode]
        switch payload.count {
        case ..<126: frame.append(0x80 | UInt8(payload.count))
        case ..<65536: frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: frame += [0x80 | 127, 0, 0, 0, 0, 0] + [16, 8, 0].map { UInt8(payload.count >> $0 & 0xFF) }
        }
        let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        return frame + mask + payload.enumerated().map { $1 ^ mask[$0 & 3] }
    }

    private static func frame(_ text: String) -> [UInt8] { frame(0x1, Array(text.utf8)) }

    private static let shake = """
        GET /ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
        """

    private static let echo: Handler = { request in
        try .webSocket(request, limit: 100_000) { socket in
            while let message = try await socket.receive() { try await socket.send(message) }
        }
    }

    private func events(_ bytes: [UInt8], cuts: [Int] = []) -> [String] {
        var decoder = WebSocketDecoder(limit: 1000)
        var events: [String] = []
        var start = 0
        for cut in cuts + [bytes.count] {
            decoder.push(Array(bytes[start..<cut]))
            start = cut
            do throws(WebSocketFault) {
                while let event = try decoder.next() { events.append("\(event)") }
            } catch {
                return events + ["\(error.status)"]
            }
        }
        return events
    }

    @Test func `Messages in parts, with control frames between them, are put together wherever they are cut`() {
        let bytes =
            Self.frame("whole") + Self.frame(0x2, [1, 2], isFinal: false) + Self.frame(0x9, [7])
            + Self.frame(0x0, [3]) + Self.frame(0xA, []) + Self.frame(0x1, Array(repeating: 97, count: 200))
            + Self.frame(0x8, [0x03, 0xE8])
        let whole = events(bytes)
        #expect(
            whole == [
                "text(\"whole\")", "ping([7])", "binary([1, 2, 3])", "pong",
                "text(\"\(String(repeating: "a", count: 200))\")",
                "close(Optional(1000))",
            ])
        #expect(events(bytes, cuts: Array(0..<bytes.count)) == whole)
    }

    private static let ones = [UInt8](repeating: 1, count: 1001)

    private static let refused: [(frames: [[UInt8]], status: Int)] = [
        ([[0x81, 0x00]], 1002),
        ([frame(0x1, []).replacing(0, 0xC1)], 1002),
        ([frame(0x3, [])], 1002),
        ([frame(0xB, [])], 1002),
        ([frame(0x0, [1])], 1002),
        ([frame(0x1, [97], isFinal: false), frame("b")], 1002),
        ([frame(0x9, [], isFinal: false)], 1002),
        ([frame(0x9, Array(ones.prefix(126)))], 1002),
        ([frame(0x1, [0xFF])], 1007),
        ([frame(0x1, [0xE2, 0x9C])], 1007),
        ([frame(0x2, ones)], 1009),
        ([frame(0x2, Array(ones.prefix(600)), isFinal: false), frame(0x0, Array(ones.prefix(600)))], 1009),
        ([[0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0]], 1002),
        ([frame(0x8, [0x03])], 1002),
        ([frame(0x8, [0x03, 0xED])], 1002),
        ([frame(0x8, [0x00, 0x01])], 1002),
        ([frame(0x8, [0x03, 0xE8, 0xFF])], 1002),
    ]

    @Test(arguments: refused)
    func `Frames that break the rules end the connection with their status`(_ frames: [[UInt8]], _ status: Int) {
        let bytes = frames.flatMap(\.self)
        #expect(events(bytes).last == "\(status)")
        #expect(events(bytes, cuts: Array(0..<bytes.count)).last == "\(status)")
    }

    @Test func `A connection is taken over, messages go both ways, and both sides say goodbye`() async throws {
        try await withServer(Self.echo) { server async throws in
            let socket = try await server.connect()
            // The first message comes in one piece with the request.
            try await socket.send(Array(Self.shake.utf8) + Self.frame("early"))
            let head = try await socket.receive(through: "\r\n\r\n")
            #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
            #expect(head.contains("connection: Upgrade\r\nupgrade: websocket\r\n"))
            #expect(head.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
            #expect(!head.contains("content-length") && !head.contains("chunked"))
            #expect(try await socket.receive(count: 7) == [0x81, 5] + Array("early".utf8))
            let long = [UInt8](repeating: 9, count: 70_000)
            try await socket.send(Self.frame(0x2, long) + Self.frame(0x9, [1, 2]))
            #expect(try await socket.receive(count: 70_010) == [0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70] + long)
            #expect(try await socket.receive(count: 4) == [0x8A, 2, 1, 2])
            try await socket.send(Self.frame(0x8, [0x03, 0xE9]))
            #expect(try await socket.receive(count: 4) == [0x88, 2, 0x03, 0xE9])
            #expect(try await socket.receiveAll() == "")
        }
    }

    @Test func `A message beyond the limit is answered with 1009, an error of the closure with 1011`() async throws {
        struct Mishap: Error {}
        let handler: Handler = { request in
            if request.path == "/ws" { return try await Self.echo(request) }
            return try .webSocket(request) { _ in throw Mishap() }
        }
        try await withServer(handler) { server async throws in
            let long = try await server.connect()
            try await long.send(Array(Self.shake.utf8) + Self.frame(0x2, [UInt8](repeating: 0, count: 100_001)))
            _ = try await long.receive(through: "\r\n\r\n")
            #expect(try await long.receive(count: 4).suffix(2) == [0x03, 0xF1])
            let broken = try await server.connect()
            try await broken.send(Self.shake.replacing("/ws", with: "/broken"))
            _ = try await broken.receive(through: "\r\n\r\n")
            #expect(try await broken.receive(count: 4) == [0x88, 2, 0x03, 0xF3])
            #expect(try await broken.receiveAll() == "")
        }
    }

    @Test func `A client that leaves ends the closure`() async throws {
        let record = Record()
        let handler: Handler = { request in
            try .webSocket(request) { socket in
                do {
                    _ = try await socket.receive()
                } catch {
                    record.add(error is Disconnected || error is CancellationError ? "gone" : "\(error)")
                }
            }
        }
        try await withServer(handler) { server async throws in
            let socket = try await server.connect()
            try await socket.send(Self.shake)
            _ = try await socket.receive(through: "\r\n\r\n")
            socket.close()
            #expect(await record.entries(1) == ["gone"])
        }
    }

    @Test(arguments: Depth.allCases)
    func `What is no request for a WebSocket is refused`(_ depth: Depth) async throws {
        try await depth.withClient(Self.echo) { client async throws in
            let plain = try await client.send(.get, "/ws")
            #expect(plain.status.rawValue == 426 && plain.headers["sec-websocket-version"] == "13")
            let keyless: HeaderFields = [
                "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            ]
            // Over a socket the test's client asks for the end of the connection in a field of its own.
            #expect(try await client.send(.get, "/ws", headers: keyless).status == .badRequest)
        }
    }
}

extension [UInt8] {
    fileprivate func replacing(_ place: Int, _ byte: UInt8) -> [UInt8] {
        var copy = self
        copy[place] = byte
        return copy
    }
}
