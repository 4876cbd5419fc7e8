import HTTPClient
import LoopbackHTTP
import Testing

struct HTTPClientTests {
    @Test func `a request arrives as it was written`() async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond(body: "ok") }
        defer { server.stop() }
        let request = HTTPRequest(
            "PUT", server.baseURL + "/a%20b?x=1&y=2",
            headers: HTTPHeaders([("X-One", "1"), ("x-one", "2"), ("X-Empty", ""), ("Content-Type", "text/plain")]),
            body: Array("hello".utf8))
        let response = try await makeClient().collect(request, limit: unlimited)
        #expect(response.text == "ok")
        let seen = try #require(server.requests.first)
        #expect(seen.method == "PUT")
        #expect(seen.path == "/a%20b")
        #expect(seen.query == "x=1&y=2")
        #expect(seen.text == "hello")
        let names = Set(seen.headers.fields.map(\.name))
        #expect(
            names == [
                "Host", "User-Agent", "Accept", "Accept-Encoding", "X-One", "x-one", "X-Empty", "Content-Type",
                "Content-Length",
            ])
        #expect(seen.headers.all("X-ONE") == ["1", "2"])
        #expect(seen.headers["x-empty"] == "")
        #expect(seen.headers["user-agent"] == "vencejo")
    }

    @Test(arguments: ["POST", "PUT", "PATCH"])
    func `a method that has a body sends an empty one`(method: String) async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond(204, body: "") }
        defer { server.stop() }
        _ = try await makeClient().collect(HTTPRequest(method, server.baseURL), limit: 0)
        let seen = try #require(server.requests.first)
        #expect(seen.method == method)
        #expect(seen.headers["content-length"] == "0")
        #expect(seen.headers["content-type"] == nil)
    }

    @Test func `a body of 5 MB arrives whole`() async throws {
        let server = try LoopbackServer { request, exchange in exchange.respond(body: request.body.reversed()) }
        defer { server.stop() }
        let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let response = try await makeClient().collect(
            HTTPRequest("POST", server.baseURL, body: body), limit: unlimited)
        #expect(response.bytes == body.reversed())
    }

    @Test func `a head is read with repeated and folded fields in any case`() async throws {
        let server = try LoopbackServer { _, exchange in
            exchange.raw(
                "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                    + "HTTP/1.1 404 Not Found\r\nX-A:  one \r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-B: two\r\n  three\r\n"
                    + "Content-Length: 2\r\n\r\nno")
        }
        defer { server.stop() }
        let response = try await makeClient().collect(server.get(), limit: unlimited)
        let expected = HTTPHeaders([
            ("X-A", "one"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("X-B", "two three"),
            ("Content-Length", "2"),
        ])
        #expect(
            response
                == CollectedResponse(status: 404, version: .http11, headers: expected, bytes: Array("no".utf8)))
        #expect(response.headers["x-a"] == "one")
        #expect(response.headers["SET-COOKIE"] == "a=1")
        #expect(response.headers.all("Set-Cookie") == ["a=1", "b=2"])
        #expect(response.headers["absent"] == nil)
    }

    @Test(arguments: [("HEAD", 200), ("GET", 204), ("GET", 304)])
    func `a response without a body is complete`(method: String, status: Int) async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond(status, body: "five!") }
        defer { server.stop() }
        let client = try makeClient()
        for _ in 0..<2 {
            let response = try await client.collect(HTTPRequest(method, server.baseURL), limit: 0)
            #expect(response.status == status)
            #expect(response.bytes == [])
            #expect(response.headers["content-length"] == (method == "HEAD" ? "5" : nil))
        }
        #expect(server.connectionCount == 1)
    }

    @Test func `redirects are for the caller`() async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond(302, [("Location", "/other")]) }
        defer { server.stop() }
        let response = try await makeClient().collect(server.get(), limit: 0)
        #expect(response.status == 302)
        #expect(response.headers["location"] == "/other")
        #expect(server.requests.count == 1)
    }

    @Test func `compressed bodies are decoded`() async throws {
        // printf hello | gzip -n
        let gzip: [UInt8] = [
            0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0,
        ]
        let server = try LoopbackServer { _, exchange in
            exchange.respond(200, [("Content-Encoding", "gzip")], body: gzip)
        }
        defer { server.stop() }
        let response = try await makeClient().collect(server.get(), limit: 5)
        #expect(response.text == "hello")
        let accepted = server.requests.first?.headers["accept-encoding"]
        #expect(accepted?.contains("gzip") == true)
    }

    /// curl by itself sends it again, as it cannot know that the server has read it.
    @Test func `a request that may have been read before its kept connection broke is not sent again`() async throws {
        let server = try LoopbackServer { request, exchange in
            if request.path == "/lost" { exchange.abort(.close) } else { exchange.respond(body: "ok") }
        }
        defer { server.stop() }
        let client = try makeClient()
        for size in [0, 3, 300_000] {
            _ = try await client.collect(HTTPRequest("GET", server.baseURL + "/first"), limit: unlimited)
            let lost = HTTPRequest("POST", server.baseURL + "/lost", body: [UInt8](repeating: 120, count: size))
            let message =
                "\(server.host) closed a kept connection with the request and without an answer; "
                + "it may have read it, so it was not sent again unasked."
            await #expect(throws: HTTPError(.unanswered, server.host, message), "\(size)") {
                try await client.collect(lost, limit: unlimited)
            }
        }
        #expect(server.requests.map(\.path) == ["/first", "/lost", "/first", "/lost", "/first", "/lost"])
    }

    @Test func `a request to read is sent again where its kept connection broke`() async throws {
        let server = try LoopbackServer { request, exchange in
            if request.path == "/lost", request.connection == 0 {
                exchange.abort(.close)
            } else {
                exchange.respond(body: "ok")
            }
        }
        defer { server.stop() }
        let client = try makeClient()
        _ = try await client.collect(server.get("/first"), limit: unlimited)
        let response = try await client.collect(server.get("/lost"), limit: unlimited)
        #expect(response.text == "ok")
        #expect(server.requests.map(\.connection) == [0, 0, 1])
    }

    @Test func `a request over a fresh connection arrives once, whatever becomes of the answer`() async throws {
        let server = try LoopbackServer { request, exchange in
            if request.path == "/lost" { exchange.abort(.close) } else { exchange.respond(body: "ok") }
        }
        defer { server.stop() }
        let client = try makeClient()
        _ = try await client.collect(HTTPRequest("GET", server.baseURL + "/first"), limit: unlimited)
        var request = HTTPRequest("POST", server.baseURL + "/lost", body: Array("pay".utf8))
        request.connection = .fresh
        await #expect(throws: HTTPError.self) { try await client.collect(request, limit: unlimited) }
        #expect(server.requests.map(\.path) == ["/first", "/lost"])
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    @Test func `a connection is used again`() async throws {
        let server = try LoopbackServer { request, exchange in exchange.respond(body: request.path) }
        defer { server.stop() }
        let client = try makeClient()
        for number in 0..<20 {
            let response = try await client.collect(server.get("/\(number)"), limit: 100)
            #expect(response.text == "/\(number)")
        }
        #expect(server.connectionCount == 1)
    }

    @Test func `a hundred requests at once get their own responses`() async throws {
        let server = try LoopbackServer { request, exchange in exchange.respond(body: request.path) }
        defer { server.stop() }
        let client = try makeClient()
        let texts = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<100 {
                group.addTask { (number, try await client.collect(server.get("/\(number)"), limit: 100).text) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(texts == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, "/\($0)") }))
    }

    @Test func `an answer that is long in coming holds up no other request to the same server`() async throws {
        let (arrived, quick) = (Latch(), Latch())
        let server = try LoopbackServer { request, exchange in
            if request.path == "/slow" {
                arrived.open()
                quick.block()
            }
            exchange.respond(body: "ok")
        }
        defer { server.stop() }
        let client = try makeClient()
        async let slow = client.collect(server.get("/slow"), limit: unlimited).text
        await arrived.opened()
        // Whether it comes or gives up, the slow one is let go.
        defer { quick.open() }
        let timeouts = HTTPRequest.Timeouts(total: .seconds(120))
        let answer = try await client.collect(server.get("/quick", timeouts: timeouts), limit: unlimited)
        #expect(answer.text == "ok")
        quick.open()
        #expect(try await slow == "ok")
    }

    @Test func `requests above the most connections wait for one`() async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond(body: "ok") }
        defer { server.stop() }
        let client = try HTTPClient(configuration: .init(proxy: .direct, maxConnections: 2))
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await client.collect(server.get(), limit: 2).text } }
            for try await text in group { #expect(text == "ok") }
        }
        #expect(server.connectionCount <= 2)
        #expect(server.requests.count == 20)
    }

    @Test func `a proxy gets the whole URL, its exceptions do not`() async throws {
        let proxy = try LoopbackServer { request, exchange in exchange.respond(body: "proxied \(request.path)") }
        let server = try LoopbackServer { _, exchange in exchange.respond(body: "direct") }
        defer {
            proxy.stop()
            server.stop()
        }
        let client = try HTTPClient(configuration: .init(proxy: .url(proxy.baseURL, except: "127.0.0.1")))
        let far = try await client.collect(HTTPRequest("GET", "http://example.invalid/a"), limit: 100)
        #expect(far.text == "proxied http://example.invalid/a")
        let near = try await client.collect(server.get(), limit: 100)
        #expect(near.text == "direct")
    }

    @Test func `losing the last reference closes the connections`() async throws {
        let closed = Latch()
        let server = try LoopbackServer { _, exchange in
            exchange.respond(body: "ok")
            exchange.waitForPeerClose()
            closed.open()
        }
        defer { server.stop() }
        let response = try await makeClient().collect(server.get(), limit: 2)
        #expect(response.text == "ok")
        await closed.opened()
    }

    @Test func `a closed client refuses, and ends what is under way`() async throws {
        let arrived = Latch()
        let server = try LoopbackServer { _, exchange in
            arrived.open()
            exchange.hang()
        }
        defer { server.stop() }
        let client = try makeClient()
        async let first = failure { _ = try await client.collect(server.get(), limit: 0) }
        await arrived.opened()
        client.close()
        let expected = HTTPError(
            .closed, server.host, "The request to \(server.host) was not finished: the client is closed.")
        #expect(await first == expected)
        await #expect(throws: expected) { try await client.collect(server.get(), limit: 0) }
    }
}
