import HTTPServer
import ServerHarness
import Testing

/// The finer rules of requests and responses, over real sockets.
struct ExchangeTests {
    private static let close = "HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

    @Test func `A body is asked for when it is read, not before`() async throws {
        let mayRead = Gate()
        let handler: Handler = { request in
            await mayRead.opened()
            return try await readBody(request)
        }
        try await withServer(handler) { server async throws in
            let socket = try await server.connect()
            try await socket.send("POST / \(Self.close)Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            mayRead.open()
            let leave = "HTTP/1.1 100 Continue\r\n\r\n"
            #expect(try await socket.receive(through: "\r\n\r\n") == leave)
            try await socket.send("12345")
            #expect(try await socket.receiveAll().hasSuffix("POST / 5"))
        }
    }

    @Test func `A refused body is not asked for`() async throws {
        try await withServer({ _ in throw Refusal(.unauthorized, "No.") }) { server async throws in
            let answer = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
            #expect(answer.contains("connection: close\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nNo.\n"))
        }
    }

    @Test func `An answer before the end of the body reaches a client that goes on sending`() async throws {
        try await withServer({ _ in .text("enough") }) { server async throws in
            let socket = try await server.connect()
            let size = 1 << 20
            try await socket.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
            async let answer = socket.receive(through: "enough")
            #expect(try await answer.contains("connection: close\r\n"))
            // What is sent now is dropped, and does not destroy the answer.
            try await socket.send([UInt8](repeating: 1, count: 100_000))
            socket.finishSending()
            #expect(try await socket.receiveAll() == "")
        }
    }

    @Test func `HEAD has the head of GET and no body`() async throws {
        let handler: Handler = { request in
            request.path == "/stream" ? .stream(type: "a/b") { try await $0.write("never") } : .text("12345")
        }
        try await withServer(handler) { server async throws in
            let plain = try await server.exchange("HEAD / \(Self.close)\r\n")
            #expect(plain.contains("content-length: 5\r\n") && plain.hasSuffix("\r\n\r\n"))
            let stream = try await server.exchange("HEAD /stream \(Self.close)\r\n")
            #expect(stream.contains("transfer-encoding: chunked\r\n") && stream.hasSuffix("GMT\r\n\r\n"))
        }
    }

    @Test func `A status without a body has none, whatever the handler gives`() async throws {
        try await withServer({ _ in .text("no", status: .noContent) }) { server async throws in
            let answer = try await server.exchange("GET / \(Self.close)\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 204 No Content\r\n"))
            #expect(!answer.contains("content-length") && answer.hasSuffix("GMT\r\n\r\n"))
        }
    }

    @Test func `A client of HTTP 1.0 gets no chunks, and its connection kept if it asks`() async throws {
        let handler: Handler = { request in
            request.path == "/stream" ? .stream(type: "a/b") { try await $0.write("body") } : .text("plain")
        }
        try await withServer(handler) { server async throws in
            let stream = try await server.exchange("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(!stream.contains("chunked") && stream.contains("connection: close\r\n"))
            #expect(stream.hasSuffix("\r\n\r\nbody"))
            let kept = try await server.exchange(
                "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n")
            #expect(kept.components("connection: keep-alive\r\n") == 1)
            #expect(try ResponseReader.readAll(kept).map(\.text) == ["plain", "plain"])
        }
    }

    @Test func `A stream of known length keeps its connection, and one that breaks its word is cut`() async throws {
        let handler: Handler = { request in
            .stream(type: "a/b", length: 5) { try await $0.write(request.path == "/short" ? "123" : "12345") }
        }
        try await withServer(handler) { server async throws in
            let good = try await server.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / \(Self.close)\r\n")
            #expect(try ResponseReader.readAll(good).map(\.text) == ["12345", "12345"])
            let cut = try await server.exchange("GET /short HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(cut.hasSuffix("\r\n\r\n123"))
        }
    }

    private struct Mishap: Error {}

    @Test func `An error before the head becomes a response, one behind it cuts the connection`() async throws {
        let record = Record()
        var configuration = ServerConfiguration([])
        configuration.failed = { error, head in record.add("\(head.path) \(type(of: error))") }
        let handler: Handler = { request in
            switch request.path {
            case "/handler": throw Mishap()
            case "/before": return .stream(type: "a/b") { _ in throw Mishap() }
            case "/refused": return .stream(type: "a/b") { _ in throw Refusal(429, "Later.") }
            case "/replaced":
                return .stream(type: "a/b") { writer in
                    let isReplaced = writer.replace(with: .text("other", status: .accepted))
                    record.add("replaced \(isReplaced)")
                }
            default:
                return .stream(type: "a/b") { writer in
                    try await writer.write("some")
                    record.add("replaced \(writer.replace(with: .text("late")))")
                    throw Mishap()
                }
            }
        }
        try await withServer(handler, configuration: configuration) { server async throws in
            let opaque = "The server failed to answer this request.\n"
            func texts(_ path: String) async throws -> [String] {
                try ResponseReader.readAll(try await server.exchange("GET \(path) \(Self.close)\r\n"))
                    .map { "\($0.status.rawValue) \($0.text) \($0.isComplete)" }
            }
            #expect(try await texts("/handler") == ["500 \(opaque) true"])
            #expect(try await texts("/before") == ["500 \(opaque) true"])
            #expect(try await texts("/refused") == ["429 Later.\n true"])
            #expect(try await texts("/replaced") == ["202 other true"])
            let cut = try await server.exchange("GET /behind HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(cut.hasSuffix("\r\n\r\n4\r\nsome\r\n"))
            #expect(
                await record.entries(5) == [
                    "/handler Mishap", "/before Mishap", "replaced true", "replaced false", "/behind Mishap",
                ])
        }
    }

    @Test func `A handler sees the client's address, and what middleware found out`() async throws {
        struct Caller: Sendable { let name: String }
        let inner: Handler = { request in
            let name = request[Caller.self]?.name ?? "nobody"
            return .text("\(name) \(request.connection.peer.hasPrefix("127.0.0.1:")) \(request.connection.isEncrypted)")
        }
        let handler: Handler = { request in
            var request = request
            request[Caller.self] = Caller(name: request.headers["x-name"] ?? "")
            return try await inner(request)
        }
        try await withServer(handler) { server async throws in
            #expect(try await server.exchange("GET / \(Self.close)X-Name: Ada\r\n\r\n").hasSuffix("Ada true false"))
        }
    }

    @Test func `Several loops share the connections`() async throws {
        var configuration = ServerConfiguration([])
        configuration.loops = 3
        try await withServer(readBody, configuration: configuration) { server async throws in
            for _ in 0..<12 {
                #expect(try await server.status("GET / \(Self.close)\r\n") == "200")
            }
            #expect(server.server.statistics.requests == 12)
        }
    }

    @Test func `A burst of pipelined requests beyond what is read ahead is answered in full`() async throws {
        let handler: Handler = { request in .text(String(repeating: "x", count: 2000) + String(request.path)) }
        try await withServer(handler) { server async throws in
            let count = 4000
            let socket = try await server.connect(receiveBuffer: 8192)
            let requests = (0..<count).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
            async let sent = socket.send(requests + "GET /end \(Self.close)\r\n")
            let texts = try ResponseReader.readAll(try await socket.receiveAll()).map { $0.text.dropFirst(2000) }
            #expect(try await sent)
            #expect(texts.map(String.init) == (0..<count).map { "/\($0)" } + ["/end"])
        }
    }
}
