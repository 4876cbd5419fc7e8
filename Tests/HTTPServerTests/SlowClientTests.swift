import HTTPServer
import ServerHarness
import Testing

/// Clients that take their time, to hold what others need.
struct SlowClientTests {
    private static let short = Duration.milliseconds(150)

    @Test func `A head that drips in is answered 408 when its time is over`() async throws {
        try await withServer(readBody, configuration: hasty { $0.headTime = .seconds(3) }) { server async throws in
            let socket = try await server.connect()
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await socket.receive(through: "GET / 0")
            // The time begins with the first byte; that others come does not renew it.
            try await socket.send("G")
            try await socket.send("ET / HTTP/1.1\r\n")
            #expect(try await socket.receiveAll().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        }
    }

    @Test func `A connection on which nothing is asked is closed without a word`() async throws {
        try await withServer(readBody, configuration: hasty { $0.headTime = Self.short }) { server async throws in
            #expect(try await server.connect().receiveAll() == "")
        }
    }

    @Test func `A client that comes after a long silence has all its time`() async throws {
        try await withServer(readBody, configuration: hasty { $0.headTime = .seconds(2) }) { server async throws in
            // The end of a connection elsewhere shows that the server has slept for longer than a head may take.
            try await withServer(readBody, configuration: hasty { $0.headTime = .seconds(3) }) { other async throws in
                #expect(try await other.connect().receiveAll() == "")
            }
            let answer = try await server.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer.hasSuffix("GET / 0"))
        }
    }

    @Test func `An idle connection is closed without a word, and one between two requests too`() async throws {
        try await withServer(readBody, configuration: hasty { $0.idleTime = Self.short }) { server async throws in
            let socket = try await server.connect()
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let answers = try ResponseReader.readAll(try await socket.receiveAll())
            #expect(answers.map(\.text) == ["GET / 0"])
        }
    }

    @Test(arguments: ["Content-Length: 100000", "Transfer-Encoding: chunked"])
    func `A body that drips in is answered 408`(_ field: String) async throws {
        try await withServer(readBody, configuration: hasty { $0.bodyTime = Self.short }) { server async throws in
            let answer = try await server.exchange("POST / HTTP/1.1\r\nHost: x\r\n\(field)\r\n\r\n1\r\na")
            #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            #expect(answer.contains("connection: close\r\n"))
        }
    }

    @Test func `A body that a handler is slow to read may take its time`() async throws {
        let mayRead = Gate()
        let handler: Handler = { request in
            if request.method == .post { await mayRead.opened() }
            return try await readBody(request)
        }
        let configuration = hasty {
            $0.bodyTime = .seconds(2)
            $0.idleTime = .seconds(3)
        }
        try await withServer(handler, configuration: configuration) { server async throws in
            let size = 4 << 20
            let socket = try await server.connect()
            async let sent = socket.send(
                Array("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(size)\r\n\r\n".utf8)
                    + [UInt8](repeating: 1, count: size))
            // The end of an idle connection shows that more time has passed than a body has.
            let idle = try await server.connect()
            try await idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await idle.receiveAll().hasSuffix("GET / 0"))
            mayRead.open()
            #expect(try await sent)
            #expect(try await socket.receiveAll().hasSuffix("POST / \(size)"))
        }
    }

    @Test func `A client that waits for leave to send its body is not late`() async throws {
        let mayRead = Gate()
        let handler: Handler = { request in
            if request.method == .post { await mayRead.opened() }
            return try await readBody(request)
        }
        let configuration = hasty {
            $0.bodyTime = .seconds(2)
            $0.idleTime = .seconds(3)
        }
        try await withServer(handler, configuration: configuration) { server async throws in
            let socket = try await server.connect()
            try await socket.send(
                "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            // The end of an idle connection shows that more time has passed than a body has.
            let idle = try await server.connect()
            try await idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await idle.receiveAll().hasSuffix("GET / 0"))
            mayRead.open()
            #expect(try await socket.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            try await socket.send("12345")
            #expect(try await socket.receiveAll().hasSuffix("POST / 5"))
        }
    }

    @Test func `A client that takes nothing of its answer is cut, and the handler cancelled`() async throws {
        let record = Record()
        let handler: Handler = { _ in
            var response = Response.stream(type: "text/plain") { writer in
                do {
                    while true { try await writer.write([UInt8](repeating: 120, count: 16 * 1024)) }
                } catch {
                    record.add("\(type(of: error))")
                    throw error
                }
            }
            response.whenOver { record.add("\($0.ending)") }
            return response
        }
        try await withServer(handler, configuration: hasty { $0.writeTime = Self.short }) { server async throws in
            let socket = try await server.connect(receiveBuffer: 4096)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let entries = await record.entries(2)
            #expect(entries.contains("cut"))
            #expect(entries.contains("Disconnected") || entries.contains("CancellationError"))
            socket.close()
        }
    }

    @Test func `A client that is slow but takes what it is sent gets all`() async throws {
        let size = 3 << 20
        let handler: Handler = { _ in Response(type: "a/b", [UInt8](repeating: 7, count: size)) }
        try await withServer(handler) { server async throws in
            let socket = try await server.connect(receiveBuffer: 4096)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            var received = 0
            while let next = try await socket.receive(upTo: 5000), !next.isEmpty { received += next.count }
            #expect(received > size)
        }
    }
}
