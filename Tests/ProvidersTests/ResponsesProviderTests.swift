import Conversation
import FakeModelServer
import HTTPClient
import JSON
import LoopbackHTTP
import Providers
import Secrets
import Testing
import WireFormats

/// OpenAI's Responses API over real HTTP.
@Suite struct ResponsesProviderTests {
    private func provider(at baseURL: String) throws -> OpenAIResponsesProvider {
        OpenAIResponsesProvider(
            name: "fake", baseURL: baseURL + "/v1", key: Secret(FakeModelServer.key), keyHint: "check $FAKE_KEY",
            client: try HTTPClient(configuration: .init(proxy: .direct)))
    }

    private static let answer: [JSONValue] = [
        ["type": "response.created", "response": ["id": "resp_1", "model": "fake-1", "status": "in_progress"]],
        ["type": "response.output_item.added", "output_index": 0, "item": ["type": "message", "id": "msg_1"]],
        ["type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "Hällo"],
        [
            "type": "response.completed",
            "response": [
                "id": "resp_1", "model": "fake-1", "status": "completed", "output": [],
                "usage": ["input_tokens": 9, "output_tokens": 4],
            ],
        ],
    ]

    /// Streams an answer in pieces of so many bytes.
    private static func stream(_ events: [JSONValue], by size: Int, _ exchange: LoopbackExchange) {
        let bytes = events.flatMap { event in
            Array("event: \(event["type"]?.stringValue ?? "")\ndata: \(event.text())\n\n".utf8)
        }
        exchange.startStream(200, [("Content-Type", "text/event-stream; charset=utf-8")])
        for start in stride(from: 0, to: bytes.count, by: size) {
            exchange.write(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        exchange.finishStream()
    }

    @Test(arguments: [1, 7, 100_000]) func `An answer is received piece by piece`(_ size: Int) async throws {
        let server = try LoopbackServer { _, exchange in Self.stream(Self.answer, by: size, exchange) }
        defer { server.stop() }
        let reply = try await provider(at: server.baseURL).ask(.sample())
        #expect(
            reply
                == ModelReply(
                    id: "resp_1", model: "fake-1", content: [.text("Hällo")], stopReason: .endOfTurn,
                    usage: Usage(input: 9, output: 4)))
        let request = try #require(server.requests.first)
        #expect(request.path == "/v1/responses")
        #expect(request.headers["Authorization"] == "Bearer \(FakeModelServer.key)")
        let body = try JSONValue(parsing: request.body)
        #expect(body == OpenAIResponses.body(of: .sample()))
        #expect(body["store"] == false)
    }

    @Test func `A client of the same API gets each event of the provider's`() async throws {
        let server = try LoopbackServer { _, exchange in Self.stream(Self.answer, by: 50, exchange) }
        defer { server.stop() }
        var request = ModelRequest.sample()
        request.origin = .openAIResponses
        var natives: [JSONValue] = []
        try await provider(at: server.baseURL).send(request) { event in
            if case .native(let native) = event, let value = native.value { natives.append(value) }
        }
        #expect(natives == Self.answer)
    }

    @Test func `A stream that ends early is cut, and an error in it is told`() async throws {
        try await withAnswer({ Self.stream(Array(Self.answer.dropLast()), by: 99, $0) }) { server in
            let error = try await provider(at: server.baseURL).failure()
            #expect(error?.code == .streamCut)
        }
        let failed: JSONValue = [
            "type": "response.failed", "response": ["error": ["code": "rate_limit_exceeded", "message": "slow down"]],
        ]
        try await withAnswer({ Self.stream([failed], by: 99, $0) }) { server in
            let error = try await provider(at: server.baseURL).failure()
            #expect(error == ModelError(.rateLimited, "the provider broke off its answer: slow down"))
        }
        try await withAnswer({ $0.respond(429, [("Retry-After", "3")], body: #"{"error":{"message":"busy"}}"#) }) {
            server in
            let error = try await provider(at: server.baseURL).failure()
            #expect(
                error
                    == ModelError(
                        .rateLimited, "fake limits the rate of calls (HTTP 429: busy)", retryAfter: .seconds(3)))
        }
    }

    @Test func `A receiver that leaves ends the call`() async throws {
        struct Enough: Error {}
        let left = Latch()
        let server = try LoopbackServer { _, exchange in
            Self.stream(Array(Self.answer.prefix(3)), by: 9_999, exchange)
            left.open()
        }
        defer { server.stop() }
        await #expect(throws: Enough.self) {
            try await provider(at: server.baseURL).send(.sample()) { _ in throw Enough() }
        }
        await left.opened()
    }
}
