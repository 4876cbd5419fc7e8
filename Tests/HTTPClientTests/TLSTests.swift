import HTTPClient
import Testing

@Suite(.enabled(if: TLSServer.isAvailable, "needs node and openssl"), .timeLimit(.minutes(2)))
struct TLSTests {
    @Test func `a private authority is trusted when configured`() async throws {
        try await TLSServer.with { server in
            let client = try client(trusting: server)
            let newest = try await client.collect(HTTPRequest("GET", server.baseURL), limit: 100)
            #expect(newest.text == "GET 2.0")
            #expect(newest.version == .http2)
            let oldest = try await client.collect(
                HTTPRequest("POST", server.baseURL, body: [1, 2, 3], version: .onlyHTTP1), limit: 100)
            #expect(oldest.text == "POST 1.1")
            #expect(oldest.version == .http11)
        }
    }

    @Test func `an unknown authority is refused`() async throws {
        try await TLSServer.with { server in
            let error = await failure {
                _ = try await makeClient().collect(HTTPRequest("GET", server.baseURL + "/?key=secret"), limit: 0)
            }
            let host = String(server.baseURL.dropFirst("https://".count))
            #expect(error?.code == .tls)
            #expect(error?.host == host)
            #expect(error?.message.hasPrefix("Could not speak TLS with \(host): ") == true)
            #expect(error?.message.hasSuffix("; if its authority is private, configure a CA file.") == true)
        }
    }

    @Test func `requests over HTTP 2 share a connection, also beside a stalled reader`() async throws {
        try await TLSServer.with { server in
            let client = try client(trusting: server)
            let size = try await client.withResponse(HTTPRequest("GET", server.baseURL + "/big")) { response in
                try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<50 {
                        group.addTask {
                            let body = [UInt8](repeating: 1, count: 10_000)
                            let request = HTTPRequest("POST", server.baseURL, body: body)
                            return try await client.collect(request, limit: 100).text
                        }
                    }
                    for try await text in group { #expect(text == "POST 2.0") }
                }
                return try await response.body.collect(limit: unlimited).count
            }
            #expect(size == 8 << 20)
            let connections = try await client.collect(
                HTTPRequest("GET", server.baseURL + "/connections"), limit: 100)
            #expect(connections.text == "1")
        }
    }

    @Test func `a stream reset by the server is cut`() async throws {
        try await TLSServer.with { server in
            let client = try client(trusting: server)
            let error = await failure {
                _ = try await client.collect(HTTPRequest("GET", server.baseURL + "/cut"), limit: 100)
            }
            #expect(error?.code == .cut)
            let next = try await client.collect(HTTPRequest("GET", server.baseURL), limit: 100)
            #expect(next.text == "GET 2.0")
        }
    }

    private func client(trusting server: TLSServer) throws -> HTTPClient {
        try HTTPClient(configuration: .init(proxy: .direct, caFile: server.certificate))
    }
}
