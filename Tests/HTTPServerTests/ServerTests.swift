import HTTPServer
import ServerHarness
import Testing

/// What every client relies on, over a real socket.
struct ServerTests {
    private let hello: Handler = { request in .text("\(request.method) \(request.path)") }

    @Test func `A request is answered, and the connection kept for the next`() async throws {
        try await withServer(hello) { server async throws in
            let socket = try await server.connect()
            try await socket.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            let first = try await socket.receive(through: "GET /a")
            #expect(
                first.hasPrefix(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 6\r\ndate: "))
            #expect(!first.contains("connection:"))
            try await socket.send("DELETE /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let second = try await socket.receiveAll()
            #expect(second.contains("connection: close\r\n"))
            #expect(second.hasSuffix("\r\n\r\nDELETE /b"))
        }
    }

    @Test func `Pipelined requests are answered in their order`() async throws {
        try await withServer(hello) { server async throws in
            let paths = (0..<200).map { "/\($0)" }
            let requests = paths.map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
            let answer = try await server.exchange(
                requests + "GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let texts = try ResponseReader.readAll(answer).map(\.text)
            #expect(texts == paths.map { "GET \($0)" } + ["GET /end"])
        }
    }

    @Test func `A body arrives whole, whether it is short, long or chunked`() async throws {
        let echo: Handler = { request in
            Response(type: "application/octet-stream", try await request.body.collect(upTo: 8 << 20))
        }
        try await withServer(echo) { server async throws in
            let client = LiveClient(port: server.port)
            for size in [0, 1, 1000, 200_000, 3_000_000] {
                let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let response = try await client.send(.post, "/", headers: [:], body: body)
                #expect(response.body == body)
                #expect(response.isComplete)
            }
            let chunked = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n")
            #expect(try ResponseReader.readAll(chunked).map(\.text) == ["hello world"])
        }
    }

    @Test func `A streamed response is chunked, and complete`() async throws {
        let handler: Handler = { _ in
            .stream(type: "text/plain") { writer in
                for number in 0..<1000 { try await writer.write("line \(number)\n") }
            }
        }
        try await withServer(handler) { server async throws in
            let response = try await LiveClient(port: server.port).send(.get, "/")
            #expect(response.isComplete)
            #expect(response.text == (0..<1000).map { "line \($0)\n" }.joined())
        }
    }
}
