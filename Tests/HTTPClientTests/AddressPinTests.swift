import HTTPClient
import LoopbackHTTP
import Testing

/// Requests that say which addresses they may connect to.
struct AddressPinTests {
    private func request(_ host: String, _ server: LoopbackServer, _ addresses: [String]) -> HTTPRequest {
        var request = HTTPRequest("GET", "http://\(host):\(server.port)/page")
        // Where an address leads nowhere the wait for it is not what is looked at.
        request.timeouts.connect = .seconds(2)
        request.addresses = addresses
        return request
    }

    private func direct() throws -> HTTPClient { try HTTPClient(configuration: .init(proxy: .direct)) }

    @Test(arguments: ["page.test", "page.test.", "Page.TEST", "127.0.0.1", "2130706433"])
    func `the connection goes to the address that is named, whatever the host's name`(host: String) async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond(body: "ok") }
        defer { server.stop() }
        let response = try await direct().collect(request(host, server, ["127.0.0.1"]), limit: unlimited)
        #expect(response.text == "ok")
        #expect(server.requests.count == 1)
    }

    @Test func `of several addresses the next is tried where one does not answer`() async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond(body: "ok") }
        defer { server.stop() }
        let response = try await direct().collect(
            request("page.test", server, ["127.0.0.2", "127.0.0.1"]), limit: unlimited)
        #expect(response.text == "ok")
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a name that leads elsewhere by itself is not followed`(host: String) async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond(body: "secret") }
        defer { server.stop() }
        let client = try direct()
        // A connection that is there already does not count either.
        _ = try await client.collect(HTTPRequest("GET", "http://\(host):\(server.port)/first"), limit: unlimited)
        let failed = await failure {
            _ = try await client.collect(request(host, server, ["203.0.113.7"]), limit: unlimited)
        }
        #expect(failed != nil)
        #expect(server.requests.map(\.path) == ["/first"])
    }

    @Test func `what was named for one request does not hold for the next`() async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond(body: "ok") }
        defer { server.stop() }
        let client = try direct()
        let first = await failure {
            _ = try await client.collect(request("page.test", server, ["127.0.0.3"]), limit: unlimited)
        }
        #expect(first?.code == .connect)
        _ = try await client.collect(request("page.test", server, ["127.0.0.1"]), limit: unlimited)
        #expect(server.requests.count == 1)
    }

    @Test func `without an address nothing is looked up, and words are no address`() async throws {
        let server = try LoopbackServer { _, exchange in exchange.respond(body: "ok") }
        defer { server.stop() }
        let client = try direct()
        let none = await failure { _ = try await client.collect(request("localhost", server, []), limit: unlimited) }
        #expect(none?.code == .dns)
        let word = await failure {
            _ = try await client.collect(request("localhost", server, ["localhost"]), limit: unlimited)
        }
        #expect(word?.code == .invalidRequest)
        #expect(server.requests.isEmpty)
    }

    @Test func `through a proxy it is the proxy that looks names up, and exceptions are none but names`() async throws {
        let proxy = try LoopbackServer { _, exchange in exchange.respond(body: "proxied") }
        defer { proxy.stop() }
        let client = try HTTPClient(configuration: .init(proxy: .url(proxy.baseURL, except: "near.test,10.0.0.0/8")))
        let far = try await client.collect(request("far.test", proxy, []), limit: unlimited)
        #expect(far.text == "proxied")
        #expect(proxy.requests.first?.path.contains("page") ?? false)
        let near = await failure { _ = try await client.collect(request("a.near.test", proxy, []), limit: unlimited) }
        #expect(near?.code == .dns)
        #expect(proxy.requests.count == 1)
    }
}
