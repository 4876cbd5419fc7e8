import HTTPServer
import ServerHarness
import Testing

/// Requests in which another could be hidden, and other malformed ones, over real sockets.
struct SmugglingTests {
    @Test(arguments: RequestParserTests.refusals)
    func `A malformed request gets one answer and the end, whatever is behind it`(
        _ text: String, _ status: Int
    ) async throws {
        let seen = Record()
        let handler: Handler = { request in
            seen.add(String(request.path))
            return try await readBody(request)
        }
        try await withServer(handler) { server async throws in
            // The first request is sound and keeps the connection; the last must never be seen.
            let first = "GET /first HTTP/1.1\r\nHost: x\r\n\r\n"
            let hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
            let isCutShort = text.utf8.count < 10
            let answers = try ResponseReader.readAll(
                try await server.exchange((isCutShort ? "" : first) + text + hidden))
            #expect(answers.last?.status.rawValue == status)
            #expect(answers.count == (isCutShort ? 1 : 2))
            #expect(!seen.entries.contains("/hidden"))
        }
    }

    @Test func `An answer to a malformed request says why and closes`() async throws {
        try await withServer(readBody) { server async throws in
            let answer = try await server.exchange("GET / HTTP/1.1\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n"))
            #expect(answer.contains("connection: close\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nThe request has no Host header field.\n"))
        }
    }

    @Test func `Refusals take the form that the configuration gives them`() async throws {
        var configuration = hasty { $0.body = 10 }
        configuration.refusalResponse = { refusal, head in
            .json(
                Array("{\"status\":\(refusal.status.rawValue),\"path\":\"\(head?.path ?? "?")\"}".utf8),
                status: refusal.status)
        }
        try await withServer(readBody, configuration: configuration) { server async throws in
            let long = try await server.exchange("POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n")
            #expect(long.hasSuffix("\r\n\r\n{\"status\":413,\"path\":\"/v1\"}"))
            let bad = try await server.exchange("nonsense\r\n\r\n")
            #expect(bad.hasSuffix("\r\n\r\n{\"status\":400,\"path\":\"?\"}"))
            #expect(server.server.statistics.refusedRequests == 2)
        }
    }

    @Test func `A chunked body beyond the limit is refused in the middle, through the handler`() async throws {
        try await withServer(readBody, configuration: hasty { $0.body = 10 }) { server async throws in
            let answer = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
            #expect(answer.hasSuffix("The body of the request exceeds the limit of 10 bytes.\n"))
        }
    }

    @Test func `The head's limits answer 431 and 414`() async throws {
        let configuration = hasty {
            $0.head = 1000
            $0.target = 100
        }
        try await withServer(readBody, configuration: configuration) { server async throws in
            let long = String(repeating: "a", count: 2000)
            #expect(try await server.status("GET / HTTP/1.1\r\nHost: x\r\nX: \(long)") == "431")
            #expect(try await server.status("GET /\(long)") == "414")
            #expect(try await server.status("GET /\(long.prefix(200)) HTTP/1.1\r\nHost: x\r\n\r\n") == "414")
        }
    }
}
