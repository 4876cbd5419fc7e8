import HTTPClient
import LoopbackHTTP
import Synchronization
import Testing

struct StreamingTests {
    @Test func `chunks arrive while the server is still sending`() async throws {
        let read = (0..<3).map { _ in Latch() }
        let server = try LoopbackServer { _, exchange in
            exchange.startStream(200, [("Content-Type", "text/event-stream")])
            for (number, latch) in read.enumerated() {
                exchange.write("data: \(number)\n\n")
                latch.block()
            }
            exchange.finishStream()
        }
        defer { server.stop() }
        let chunks = try await makeClient().withResponse(server.get()) { response in
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "text/event-stream")
            var chunks: [String] = []
            for try await chunk in response.body {
                read[chunks.count].open()
                chunks.append(String(decoding: chunk, as: UTF8.self))
            }
            return chunks
        }
        #expect(chunks == ["data: 0\n\n", "data: 1\n\n", "data: 2\n\n"])
    }

    @Test func `a slow reader slows the server down`() async throws {
        let total = 50 * 1024 * 1024
        let piece = [UInt8](repeating: 7, count: 64 * 1024)
        let sent = Atomic(0)
        // Opened when the server's write has blocked, or at the end if it never does.
        let blocked = Latch()
        let server = try LoopbackServer { _, exchange in
            exchange.startStream()
            while sent.load(ordering: .relaxed) < total {
                guard exchange.write(piece, blocked: { blocked.open() }) else { break }
                sent.add(piece.count, ordering: .relaxed)
            }
            blocked.open()
            exchange.finishStream()
        }
        defer { server.stop() }
        try await makeClient().withResponse(server.get()) { response in
            await blocked.opened()
            #expect(sent.load(ordering: .relaxed) < total / 2)
            var count = 0
            var isIntact = true
            for try await chunk in response.body {
                count += chunk.count
                isIntact = isIntact && chunk.allSatisfy { $0 == 7 }
            }
            #expect(count == total)
            #expect(isIntact)
        }
    }

    @Test func `a stalled reader lets other requests through`() async throws {
        let blocked = Latch()
        let server = try LoopbackServer { request, exchange in
            guard request.path == "/endless" else {
                exchange.respond(body: "ok")
                return
            }
            exchange.startStream()
            while exchange.write([UInt8](repeating: 0, count: 64 * 1024), blocked: { blocked.open() }) {}
        }
        defer { server.stop() }
        let client = try makeClient()
        try await client.withResponse(server.get("/endless")) { _ in
            await blocked.opened()
            let response = try await client.collect(server.get(), limit: 2)
            #expect(response.text == "ok")
        }
    }

    @Test func `leaving the closure ends the transfer`() async throws {
        let closed = Latch()
        let server = try LoopbackServer { _, exchange in
            exchange.startStream()
            exchange.write("first")
            exchange.waitForPeerClose()
            closed.open()
        }
        defer { server.stop() }
        let client = try makeClient()
        let (first, body) = try await client.withResponse(server.get()) { response in
            var iterator = response.body.makeAsyncIterator()
            return (try await iterator.next(), response.body)
        }
        #expect(first == Array("first".utf8))
        await closed.opened()
        await #expect(throws: HTTPError(.cancelled, server.host, "The request to \(server.host) was cancelled.")) {
            try await body.collect(limit: unlimited)
        }
    }

    @Test func `an error of the closure comes through and ends the transfer`() async throws {
        struct Stop: Error, Equatable {}
        let closed = Latch()
        let server = try LoopbackServer { _, exchange in
            exchange.startStream()
            exchange.waitForPeerClose()
            closed.open()
        }
        defer { server.stop() }
        let client = try makeClient()
        await #expect(throws: Stop()) {
            try await client.withResponse(server.get()) { _ in throw Stop() }
        }
        await closed.opened()
    }

    @Test(arguments: [1, 1000])
    func `a body above the limit is refused`(excess: Int) async throws {
        let server = try LoopbackServer { _, exchange in
            exchange.respond(body: [UInt8](repeating: 0, count: 1000 + excess))
        }
        defer { server.stop() }
        let message = "\(server.host) sent more than the 1000 bytes allowed; ask for less or raise the limit."
        await #expect(throws: HTTPError(.tooLarge, server.host, message)) {
            try await makeClient().collect(server.get(), limit: 1000)
        }
    }

    @Test func `a body of exactly the limit is taken`() async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond(body: "1234") }
        defer { server.stop() }
        let response = try await makeClient().collect(server.get(), limit: 4)
        #expect(response.text == "1234")
    }

    @Test func `a body that is let go of comes to its end, and its connection is used again`() async throws {
        let left = Latch()
        let server = try LoopbackServer { request, exchange in
            guard request.path == "/stream" else {
                exchange.respond(body: "ok")
                return
            }
            exchange.startStream()
            exchange.write("all that is wanted")
            left.block()
            exchange.write("the rest")
            exchange.finishStream()
        }
        defer { server.stop() }
        let client = try HTTPClient(configuration: .init(proxy: .direct, maxConnections: 1))
        try await client.withResponse(server.get("/stream")) { response in
            var iterator = response.body.makeAsyncIterator()
            _ = try await iterator.next()
            response.body.drain()
            await #expect(throws: HTTPError.self) { try await iterator.next() }
        }
        left.open()
        // There is room for one connection: a second one would wait for ever.
        let next = try await client.collect(server.get(), limit: 2)
        #expect(next.text == "ok")
    }

    @Test func `requests of every kind leave nothing behind for the next`() async throws {
        let server = try LoopbackServer { request, exchange in exchange.respond(body: "ok") }
        defer { server.stop() }
        let client = try makeClient()
        for _ in 0..<2 {
            _ = try await client.collect(server.get("/get"), limit: 2)
            let post = HTTPRequest("POST", server.get("/post").url, headers: ["X-One": "1"], body: Array("body".utf8))
            _ = try await client.collect(post, limit: 2)
            _ = try await client.collect(HTTPRequest("HEAD", server.get("/head").url), limit: 2)
            _ = try await client.collect(HTTPRequest("DELETE", server.get("/delete").url), limit: 2)
        }
        let one = ["GET /get  nil", "POST /post body 1", "HEAD /head  nil", "DELETE /delete  nil"]
        let seen = server.requests.map {
            "\($0.method) \($0.path) \(String(decoding: $0.body, as: UTF8.self)) \($0.headers["x-one"] ?? "nil")"
        }
        #expect(seen == one + one)
    }
}
