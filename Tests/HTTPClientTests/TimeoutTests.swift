import HTTPClient
import LoopbackHTTP
import Testing

struct TimeoutTests {
    @Test func `a server that does not answer is given up`() async throws {
        let closed = Latch()
        let server = try LoopbackServer { _, exchange in
            exchange.waitForPeerClose()
            closed.open()
        }
        defer { server.stop() }
        let message = "\(server.host) did not answer within 0.05 s; try again or allow more time."
        await #expect(throws: HTTPError(.timeout(.firstByte), server.host, message)) {
            try await makeClient().collect(server.get(timeouts: .init(firstByte: .milliseconds(50))), limit: 0)
        }
        await closed.opened()
    }

    @Test func `a server that falls silent in the body is given up`() async throws {
        let closed = Latch()
        let server = try LoopbackServer { _, exchange in
            // At once, so that nothing but the silence can be too long.
            exchange.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            exchange.waitForPeerClose()
            closed.open()
        }
        defer { server.stop() }
        let message = "\(server.host) sent nothing for 0.05 s in the middle of its response; try again."
        try await makeClient().withResponse(server.get(timeouts: .init(idle: .milliseconds(50)))) { response in
            var iterator = response.body.makeAsyncIterator()
            let first = try await iterator.next()
            #expect(first == Array("first".utf8))
            await #expect(throws: HTTPError(.timeout(.idle), server.host, message)) { try await iterator.next() }
        }
        await closed.opened()
    }

    @Test func `a server that goes on for too long is given up`() async throws {
        let server = try LoopbackServer { _, exchange in
            exchange.startStream()
            while exchange.write("more") {}
        }
        defer { server.stop() }
        let message = "The request to \(server.host) took more than 0.1 s; allow more time or ask for less."
        await #expect(throws: HTTPError(.timeout(.total), server.host, message)) {
            try await makeClient().collect(server.get(timeouts: .init(total: .milliseconds(100))), limit: unlimited)
        }
    }

    @Test func `a server that takes no more of the request is given up`() async throws {
        let port = try LoopbackPort(.silent)
        let message = "127.0.0.1:\(port.number) did not answer within 0.05 s; try again or allow more time."
        await #expect(throws: HTTPError(.timeout(.firstByte), "127.0.0.1:\(port.number)", message)) {
            try await makeClient().collect(
                HTTPRequest(
                    "POST", "http://127.0.0.1:\(port.number)", body: [UInt8](repeating: 0, count: 20_000_000),
                    timeouts: .init(firstByte: .milliseconds(50))), limit: 0)
        }
    }
}
