import Conversation
import FakeModelServer
import HTTPClient
import JSON
import LoopbackHTTP
import Providers
import Testing

/// Whole answers over real HTTP, in both formats, from a server that checks every request.
@Suite struct ConversationTests {
    @Test(arguments: Format.allCases)
    func `A text arrives whole, with its usage and its stop reason`(_ format: Format) async throws {
        try await withServer([FakeReply(text: "Grüße, 世界 🐦.")]) { server in
            let reply = try await format.provider(at: server.baseURL).ask(.sample())

            #expect(
                reply
                    == ModelReply(
                        id: format.replyID(1), model: "fake-1", content: [.text("Grüße, 世界 🐦.")],
                        stopReason: .endOfTurn, usage: Usage(input: 1000, output: 100)))
            #expect(server.violations == [])
            #expect(server.purchases == [ModelCall(step: "task/T001", turn: 1): 1])
        }
    }

    @Test(arguments: Format.allCases)
    func `A text in pieces of seven bytes is the same text`(_ format: Format) async throws {
        try await withServer([FakeReply(text: "Grüße, 世界 🐦.")], decide: { _, _ in .trickle }) { server in
            let reply = try await format.provider(at: server.baseURL).ask(.sample())

            #expect(reply?.content == [.text("Grüße, 世界 🐦.")])
            #expect(server.violations == [])
        }
    }

    @Test(arguments: Format.allCases)
    func `Parallel tool calls keep their order, ids and arguments`(_ format: Format) async throws {
        let calls = (0..<3).map { FakeReply.Call("read_file", "{\"path\":\"src/\($0).py\"}") }
        try await withServer([FakeReply(text: "I read.", calls: calls)]) { server in
            let reply = try await format.provider(at: server.baseURL).ask(.sample())

            let expected = (0..<3).map { place in
                Content.toolCall(
                    ToolCall(
                        id: format.callID(1, place), name: "read_file",
                        arguments: .json(["path": .string("src/\(place).py")])))
            }
            #expect(reply?.content == [.text("I read.")] + expected)
            #expect(reply?.stopReason == .toolUse)
        }
    }

    @Test(arguments: Format.allCases)
    func `A conversation of three turns keeps every rule and its prefix`(_ format: Format) async throws {
        let replies = [
            FakeReply(
                text: "First.", calls: [.init("read_file", "{\"path\":\"a\"}"), .init("read_file", "{\"path\":\"b\"}")]),
            FakeReply(calls: [.init("finish", "{\"broken\": ")]),
            FakeReply(text: "Done."),
        ]
        try await withServer(replies) { server in
            let provider = try format.provider(at: server.baseURL)
            let first = ModelRequest.sample()
            let second = first.after(try #require(try await provider.ask(first)))
            let third = second.after(try #require(try await provider.ask(second)))
            let last = try await provider.ask(third)

            #expect(last?.content == [.text("Done.")])
            #expect(server.violations == [])
            #expect(server.boughtTwice == [])
            #expect(server.purchases.values.allSatisfy { $0 == 1 } && server.purchases.count == 3)
        }
    }

    @Test(arguments: Format.allCases)
    func `Arguments that are no JSON are kept as the model wrote them`(_ format: Format) async throws {
        try await withServer([FakeReply(calls: [.init("read_file", "{\"path\": \"a")])]) { server in
            let reply = try await format.provider(at: server.baseURL).ask(.sample())

            guard case .broken(text: "{\"path\": \"a", let reason)? = reply?.message.toolCalls.first?.arguments else {
                Issue.record("the arguments are \(String(describing: reply?.content))")
                return
            }
            #expect(!reason.isEmpty)
            #expect(reply?.stopReason == .toolUse)
        }
    }

    @Test func `Signed and encrypted thinking goes back to Anthropic unchanged`() async throws {
        let replies = [
            FakeReply(
                thinking: "Let me see.", signature: "c2lnbmVk", redactedThinking: "ZW5jcnlwdGVk", text: "I look.",
                calls: [.init("read_file", "{\"path\":\"a\"}")]),
            FakeReply(text: "Done."),
        ]
        try await withServer(replies) { server in
            let provider = try Format.anthropic.provider(at: server.baseURL)
            let first = try #require(try await provider.ask(.sample()))
            #expect(
                first.content.prefix(3) == [
                    .thinking(Thinking(text: "Let me see.", signature: "c2lnbmVk")),
                    .thinking(Thinking(text: "", redacted: "ZW5jcnlwdGVk")), .text("I look."),
                ])
            _ = try await provider.ask(ModelRequest.sample().after(first))

            #expect(server.violations == [])
            #expect(
                server.requests.last?["messages"]?[1]?["content"] == [
                    ["type": "thinking", "thinking": "Let me see.", "signature": "c2lnbmVk"],
                    ["type": "redacted_thinking", "data": "ZW5jcnlwdGVk"], ["type": "text", "text": "I look."],
                    ["type": "tool_use", "id": "toolu_1_0", "name": "read_file", "input": ["path": "a"]],
                ])
        }
    }

    @Test func `Reasoning in the chat format is told apart from the answer and not sent back`() async throws {
        let replies = [FakeReply(thinking: "Let me see.", text: "I look."), FakeReply(text: "Done.")]
        try await withServer(replies) { server in
            let provider = try Format.openAI.provider(at: server.baseURL)
            let first = try #require(try await provider.ask(.sample()))
            #expect(first.content == [.thinking(Thinking(text: "Let me see.")), .text("I look.")])
            _ = try await provider.ask(ModelRequest.sample().after(first))

            #expect(server.violations == [])
            #expect(server.requests.last?["messages"]?[2] == ["role": "assistant", "content": "I look."])
        }
    }

    @Test func `Anthropic's usage counts cache reads and writes beside the input`() async throws {
        let used = FakeReply.Usage(input: 12, output: 34, cacheRead: 5600, cacheWrite: 780)
        try await withServer([FakeReply(text: "Hi.", usage: used)]) { server in
            let reply = try await Format.anthropic.provider(at: server.baseURL).ask(.sample())
            #expect(reply?.usage == Usage(input: 12, output: 34, cacheRead: 5600, cacheWrite: 780))
        }
    }

    @Test func `The chat format's usage takes the cached part out of the input`() async throws {
        let used = FakeReply.Usage(input: 12, output: 34, cacheRead: 5600, reasoning: 30)
        try await withServer([FakeReply(text: "Hi.", usage: used)]) { server in
            let reply = try await Format.openAI.provider(at: server.baseURL).ask(.sample())
            #expect(reply?.usage == Usage(input: 12, output: 34, cacheRead: 5600, reasoning: 30))
        }
    }

    @Test(arguments: [
        ("end_turn", StopReason.endOfTurn), ("max_tokens", .maxTokens), ("stop_sequence", .stopSequence),
        ("refusal", .refused), ("model_context_window_exceeded", .maxTokens), ("pause_turn", .other("pause_turn")),
    ])
    func `Anthropic's stop reasons`(_ word: String, _ expected: StopReason) async throws {
        try await withServer([FakeReply(text: "Hi.", stop: word)]) { server in
            let reply = try await Format.anthropic.provider(at: server.baseURL).ask(.sample())
            #expect(reply?.stopReason == expected)
        }
    }

    @Test(arguments: [
        ("stop", StopReason.endOfTurn), ("length", .maxTokens), ("content_filter", .refused), ("eos", .other("eos")),
    ])
    func `The chat format's stop reasons`(_ word: String, _ expected: StopReason) async throws {
        try await withServer([FakeReply(text: "Hi.", stop: word)]) { server in
            let reply = try await Format.openAI.provider(at: server.baseURL).ask(.sample())
            #expect(reply?.stopReason == expected)
        }
    }

    @Test(arguments: Format.allCases)
    func `A receiver that fails ends the call with its own error`(_ format: Format) async throws {
        struct Enough: Error, Equatable {}
        try await withServer { server in
            let provider = try format.provider(at: server.baseURL)
            await #expect(throws: Enough()) { try await provider.send(.sample()) { _ in throw Enough() } }
        }
    }

    @Test(arguments: Format.allCases)
    func `The models of a service are listed`(_ format: Format) async throws {
        try await withServer { server in
            let models = try await format.listModels(at: server.baseURL)
            #expect(models == ["fake-1"])
        }
    }

    @Test func `A service that lists models is answering, and a closed port is not`() async throws {
        let client = try HTTPClient(configuration: .init(proxy: .direct))
        try await withServer { server in
            #expect(await OpenAIChatProvider.isAnswering(baseURL: server.baseURL + "/v1", client: client))
            #expect(await !OpenAIChatProvider.isAnswering(baseURL: server.baseURL + "/v2", client: client))
        }
        let port = try LoopbackPort(.refusing)
        #expect(await !OpenAIChatProvider.isAnswering(baseURL: "http://127.0.0.1:\(port.number)/v1", client: client))
    }

    @Test func `Without a key the chat format sends no authorization`() async throws {
        try await withServer { server in
            _ = try await Format.openAI.provider(at: server.baseURL, key: nil).ask(.sample())
            #expect(server.violations == ["task/T001#1: the key is missing"])
        }
    }
}
