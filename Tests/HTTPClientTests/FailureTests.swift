import HTTPClient
import LoopbackHTTP
import Testing

struct FailureTests {
    @Test func `a port nobody listens on refuses`() async throws {
        let port = try LoopbackPort(.refusing)
        let message = "Could not reach 127.0.0.1:\(port.number): connection refused; is the server running?"
        await #expect(throws: HTTPError(.connect, "127.0.0.1:\(port.number)", message)) {
            try await makeClient().collect(HTTPRequest("GET", "http://127.0.0.1:\(port.number)/?key=x"), limit: 0)
        }
    }

    @Test func `a name that does not exist is told`() async throws {
        let message =
            "Could not find nonexistent.invalid: its name does not resolve; check its spelling and the network."
        await #expect(throws: HTTPError(.dns, "nonexistent.invalid", message)) {
            try await makeClient().collect(HTTPRequest("GET", "http://me:pw@nonexistent.invalid/?key=x"), limit: 0)
        }
    }

    @Test(arguments: [LoopbackExchange.Abort.close, .reset])
    func `a stream cut in the middle is an error behind what came`(abort: LoopbackExchange.Abort) async throws {
        let read = Latch()
        let server = try LoopbackServer { _, exchange in
            exchange.startStream()
            exchange.write("first")
            read.block()
            exchange.abort(abort)
        }
        defer { server.stop() }
        try await makeClient().withResponse(server.get()) { response in
            var iterator = response.body.makeAsyncIterator()
            let first = try await iterator.next()
            #expect(first == Array("first".utf8))
            read.open()
            await #expect(throws: cut(server)) { try await iterator.next() }
            await #expect(throws: cut(server)) { try await iterator.next() }
        }
    }

    @Test func `a proxy that refuses the tunnel is told from the server`() async throws {
        let proxy = try LoopbackServer { _, exchange in exchange.respond(403, body: "no") }
        defer { proxy.stop() }
        let client = try HTTPClient(configuration: .init(proxy: .url(proxy.baseURL)))
        let message = "Could not reach example.invalid: the proxy refused with status 403; check its credentials."
        await #expect(throws: HTTPError(.proxy, "example.invalid", message)) {
            try await client.collect(HTTPRequest("GET", "https://example.invalid/?key=x"), limit: 0)
        }
        #expect(proxy.requests.map(\.method) == ["CONNECT"])
    }

    @Test func `a body shorter than its length is cut`() async throws {
        let server = try LoopbackServer { _, exchange in
            exchange.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        }
        defer { server.stop() }
        await #expect(throws: cut(server)) { try await makeClient().collect(server.get(), limit: unlimited) }
    }

    @Test func `a connection closed without an answer is cut`() async throws {
        let server = try LoopbackServer { _, exchange in exchange.abort() }
        defer { server.stop() }
        await #expect(throws: cut(server)) { try await makeClient().collect(server.get(), limit: unlimited) }
    }

    @Test(
        arguments: [
            ("220 mail.example.com ESMTP\r\n", ""),
            ("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", ""),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", " (a chunk without a size)"),
            ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip", " (its content encoding cannot be undone)"),
        ])
    func `what is not HTTP is malformed`(bytes: String, reason: String) async throws {
        let server = try LoopbackServer { _, exchange in exchange.raw(bytes) }
        defer { server.stop() }
        let message = "\(server.host) sent a malformed HTTP response\(reason); does the URL name an HTTP server?"
        await #expect(throws: HTTPError(.malformed, server.host, message)) {
            try await makeClient().collect(server.get(), limit: unlimited)
        }
    }

    @Test func `a head without end is given up`() async throws {
        let server = try LoopbackServer { _, exchange in
            exchange.raw("HTTP/1.1 200 OK\r\n")
            while exchange.raw("X-Filler: \(String(repeating: "x", count: 50_000))\r\n") {}
        }
        defer { server.stop() }
        let message =
            "\(server.host) sent a malformed HTTP response (its head is too large); "
            + "does the URL name an HTTP server?"
        await #expect(throws: HTTPError(.malformed, server.host, message)) {
            try await makeClient().collect(server.get(), limit: unlimited)
        }
    }

    @Test(
        arguments: [
            ("", "", "The URL of a request is malformed; write it like https://example.com/path."),
            ("example.com", "", "The URL of a request is malformed; write it like https://example.com/path."),
            ("http://exa mple.com", "", "The URL of a request is malformed; write it like https://example.com/path."),
            (
                "file:///etc/passwd", "", "The URL of a request is malformed; write it like https://example.com/path."
            ),
            (
                "ftp://example.com/?q", "example.com",
                "The URL for example.com begins with ftp://; only http:// and https:// are possible."
            ),
        ])
    func `only absolute web URLs are asked`(url: String, host: String, message: String) async throws {
        await #expect(throws: HTTPError(.invalidURL, host, message)) {
            try await makeClient().collect(HTTPRequest("GET", url), limit: 0)
        }
    }

    @Test(
        arguments: [
            (
                HTTPRequest("GET X", "http://a.invalid"),
                "The request to a.invalid has a malformed method."
            ),
            (
                HTTPRequest("GET", "http://a.invalid", headers: ["X: Y": "1"]),
                "The request to a.invalid has a malformed header name."
            ),
            (
                HTTPRequest("GET", "http://a.invalid", headers: ["X": "1\r\nY: 2"]),
                "The header X of the request to a.invalid contains a control character; remove it."
            ),
        ])
    func `a request cannot smuggle lines`(request: HTTPRequest, message: String) async throws {
        await #expect(throws: HTTPError(.invalidRequest, "a.invalid", message)) {
            try await makeClient().collect(request, limit: 0)
        }
    }

    private func cut(_ server: LoopbackServer) -> HTTPError {
        HTTPError(
            .cut, server.host, "\(server.host) closed the connection before its response was complete; try again.")
    }
}
