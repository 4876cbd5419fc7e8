import Conversation
import HTTPClient
import JSON
import LoopbackHTTP
import Providers
import Testing
import WireFormats

/// Ollama's own API over real HTTP.
@Suite struct OllamaProviderTests {
    private static let lines = [
        #"{"model":"qwen3","created_at":"2025-06-01T12:00:00.1Z","message":{"role":"assistant","content":"Häl"},"done":false}"#,
        #"{"model":"qwen3","message":{"role":"assistant","content":"lo"},"done":false}"#,
        #"{"message":{"content":"","tool_calls":[{"function":{"name":"read_file","arguments":{"path":"a"}}}]},"done":false}"#,
        #"{"done":true,"done_reason":"stop","prompt_eval_count":11,"eval_count":7}"#,
    ]

    private func provider(at baseURL: String) throws -> OllamaProvider {
        OllamaProvider(baseURL: baseURL, client: try HTTPClient(configuration: .init(proxy: .direct)))
    }

    private static func stream(_ text: String, by size: Int, _ exchange: LoopbackExchange) {
        let bytes = Array(text.utf8)
        exchange.startStream(200, [("Content-Type", "application/x-ndjson")])
        for start in stride(from: 0, to: bytes.count, by: size) {
            exchange.write(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        exchange.finishStream()
    }

    @Test(arguments: [1, 13, 100_000], ["\n", "\r\n"])
    func `An answer is received line by line`(_ size: Int, _ end: String) async throws {
        let text = Self.lines.joined(separator: end)
        let server = try LoopbackServer { _, exchange in Self.stream(text, by: size, exchange) }
        defer { server.stop() }
        let reply = try await provider(at: server.baseURL).ask(.sample())
        #expect(
            reply
                == ModelReply(
                    id: "ollama-202506011200001", model: "qwen3",
                    content: [
                        .text("Hällo"),
                        .toolCall(
                            ToolCall(
                                id: "call_202506011200001_0", name: "read_file", arguments: .json(["path": "a"]))),
                    ], stopReason: .toolUse, usage: Usage(input: 11, output: 7)))
        let request = try #require(server.requests.first)
        #expect(request.path == "/api/chat")
        let body = try JSONValue(parsing: request.body)
        #expect(body == OllamaChat.body(of: .sample(), contextWindow: 8_192))
    }

    @Test func `The window that is asked for doubles until the conversation fits`() async throws {
        let server = try LoopbackServer { _, exchange in Self.stream(Self.lines[3], by: 999, exchange) }
        defer { server.stop() }
        for (length, window) in [(10, 8_192), (30_000, 16_384), (100_000, 65_536), (900_000, 131_072)] {
            let request = ModelRequest.sample([.user(String(repeating: "a", count: length))])
            _ = try await provider(at: server.baseURL).ask(request)
            let body = try JSONValue(parsing: server.requests.last?.body ?? [])
            #expect(body["options"]?["num_ctx"]?.intValue == window)
        }
    }

    @Test func `A model that is not there, and an answer that breaks off, are told`() async throws {
        try await withAnswer({ $0.respond(404, [], body: #"{"error":"model 'x' not found"}"#) }) { server in
            let error = try await provider(at: server.baseURL).failure()
            #expect(error?.code == .unknownModel)
            #expect(error?.message.contains("model 'x' not found") == true)
        }
        try await withAnswer({ Self.stream(Self.lines[0] + "\n", by: 99, $0) }) { server in
            let error = try await provider(at: server.baseURL).failure()
            #expect(error?.code == .streamCut)
        }
        try await withAnswer({ Self.stream(#"{"error":"out of memory"}"#, by: 99, $0) }) { server in
            let error = try await provider(at: server.baseURL).failure()
            #expect(error == ModelError(.providerFault, "the provider broke off its answer: out of memory"))
        }
        try await withAnswer({ Self.stream("rubbish\n", by: 99, $0) }) { server in
            let error = try await provider(at: server.baseURL).failure()
            #expect(error?.code == .malformedStream)
        }
    }

    @Test func `Its models are listed`() async throws {
        let list = #"{"models":[{"name":"qwen3:8b","modified_at":"2025-06-01T12:00:00Z"},{"name":"b"}]}"#
        try await withAnswer({ $0.respond(200, [], body: list) }) { server in
            let provider = try provider(at: server.baseURL)
            #expect(
                try await provider.models() == [
                    ListedModel(id: "qwen3:8b", created: 1_748_779_200), ListedModel(id: "b"),
                ])
            #expect(try await provider.listModels() == ["qwen3:8b", "b"])
            #expect(server.requests.map(\.path) == ["/api/tags", "/api/tags"])
        }
    }
}
