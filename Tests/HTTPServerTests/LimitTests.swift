import HTTPServer
import ServerHarness
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct LimitTests {
    @Test func `A thousand connections are held, and one more is told to come again`() async throws {
        let wanted = 1000
        raiseDescriptorLimit(to: 4 * wanted)
        try await withServer(readBody, configuration: hasty { $0.connections = wanted }) { server async throws in
            var held: [RawSocket] = []
            for _ in 0..<wanted { held.append(try await server.connect()) }
            // All of them work, so all of them were taken.
            for socket in held {
                try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await socket.receive(through: "GET / 0").hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
            let refused = try await server.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(refused.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
            #expect(refused.contains("retry-after: 1\r\n"))
            held.removeLast(10)
            while server.server.statistics.openConnections >= wanted { await Task.yield() }
            #expect(try await server.status("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == "200")
            #expect(server.server.statistics.refusedConnections >= 1)
        }
    }

    @Test func `Connections far beyond the limit are closed without a word`() async throws {
        let configuration = hasty {
            $0.connections = 1
            $0.lingerTime = .seconds(60)
        }
        try await withServer(readBody, configuration: configuration) { server async throws in
            let first = try await server.connect()
            try await first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await first.receive(through: "GET / 0")
            var others: [RawSocket] = []
            for _ in 0..<80 { others.append(try await server.connect()) }
            var silent = 0
            for socket in others where try await socket.receiveAll() == "" { silent += 1 }
            #expect(silent >= 1)
            first.close()
        }
    }

    @Test func `A connection ends behind as many requests as it may have`() async throws {
        try await withServer(readBody, configuration: hasty { $0.requestsPerConnection = 3 }) { server async throws in
            let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
            let all = try await server.exchange(String(repeating: request, count: 5))
            #expect(try ResponseReader.readAll(all).count == 3)
            #expect(all.components("connection: close\r\n") == 1)
        }
    }

    @Test func `A route may take less of a body than the server`() async throws {
        let handler: Handler = { request in
            _ = try await request.body.collect(upTo: 4)
            return .text("ok")
        }
        try await withServer(handler) { server async throws in
            for body in ["Content-Length: 5\r\n\r\n12345", "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n"]
            {
                #expect(try await server.status("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(body)") == "413")
            }
        }
    }

    private func raiseDescriptorLimit(to count: Int) {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(count) else { return }
        limit.rlim_cur = min(rlim_t(count), limit.rlim_max)
        setrlimit(resource, &limit)
    }
}

extension String {
    /// How many times a text is in this one.
    func components(_ text: String) -> Int {
        var count = 0
        var rest = self[...]
        while let found = rest.firstRange(of: text) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }
}
