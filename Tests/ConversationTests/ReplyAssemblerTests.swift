import Conversation
import JSON
import Testing

@Suite("A reply is put together from its stream")
struct ReplyAssemblerTests {
    private func assemble(_ events: [ModelEvent]) -> ModelReply? {
        var assembler = ReplyAssembler()
        for event in events { assembler.receive(event) }
        return assembler.finish()
    }

    @Test("text, thinking and interleaved tool calls keep their order and their parts")
    func wholeReply() {
        let reply = assemble([
            .started(id: "m1", model: "x"), .thinking("let "), .thinking("me see"), .thinkingSignature("sig"),
            .text("I "), .text("look."), .toolCallStarted(index: 2, id: "a", name: "read_file"),
            .toolCallStarted(index: 3, id: "b", name: "search"), .toolCallFragment(index: 2, json: "{\"path\":"),
            .toolCallFragment(index: 3, json: "{}"), .toolCallFragment(index: 2, json: "\"f\"}"),
            .usage(Usage(input: 5, output: 1)), .usage(Usage(input: 5, output: 9)), .stopped(.toolUse),
        ])
        #expect(
            reply
                == ModelReply(
                    id: "m1", model: "x",
                    content: [
                        .thinking(Thinking(text: "let me see", signature: "sig")), .text("I look."),
                        .toolCall(ToolCall(id: "a", name: "read_file", arguments: .json(["path": "f"]))),
                        .toolCall(ToolCall(id: "b", name: "search", arguments: .json([:]))),
                    ], stopReason: .toolUse, usage: Usage(input: 5, output: 9)))
    }

    @Test("a stream that never says why it stopped gives no reply")
    func cut() {
        #expect(assemble([.started(id: "m", model: "x"), .text("half")]) == nil)
    }

    @Test("arguments that are no JSON are kept with the reason")
    func brokenArguments() {
        let reply = assemble([
            .started(id: "m", model: "x"), .toolCallStarted(index: 0, id: "a", name: "search"),
            .toolCallFragment(index: 0, json: "{\"pattern\": "), .stopped(.toolUse),
        ])
        guard case .broken(let text, let reason)? = reply?.message.toolCalls.first?.arguments else {
            Issue.record("the arguments were taken for JSON")
            return
        }
        #expect(text == "{\"pattern\": ")
        #expect(!reason.isEmpty)
    }

    @Test("an empty argument text is an empty object")
    func emptyArguments() {
        #expect(ToolCall.Arguments(streamed: " ") == .json([:]))
    }
}

@Suite("A reply's events give it again")
struct ReplyEventsTests {
    @Test("texts of their own, citations, native parts, free texts and fields keep their place")
    func everything() {
        let reply = ModelReply(
            id: "m", model: "x",
            content: [
                .thinking(Thinking(text: "hm", signature: "sig")), .thinking(Thinking(text: "", redacted: "r")),
                .text("one"), .passage(Passage("two", citations: [Citation(.web(url: "u"))])), .text("three"),
                .native(NativePart(.anthropicMessages, ["type": "hologram"])), .text("four"),
                .toolCall(
                    ToolCall(
                        id: "a", name: "n", arguments: .json("free {"), kind: .freeText,
                        passthrough: Passthrough(.openAIChat, ["x": 1]))),
                .toolCall(ToolCall(id: "b", name: "n", arguments: .json(["a": [1]]))),
            ], stopReason: .stopSequence, usage: Usage(input: 1, output: 2), stopSequence: "END",
            passthrough: Passthrough(.openAIChat, ["y": 2]))
        var assembler = ReplyAssembler()
        for event in reply.events { assembler.receive(event) }
        #expect(assembler.finish() == reply)
    }

    @Test("fields are merged: arrays grow, objects take members, the rest is replaced")
    func fields() {
        var fields = Passthrough(.openAIChat, ["a": [1], "b": ["c": [1], "d": 1], "e": 1])
        fields.merge(Passthrough(.openAIChat, ["a": [2], "b": ["c": [2], "d": 2], "f": 3]))
        fields.merge(Passthrough(.ollama, ["e": 9]))
        #expect(fields == Passthrough(.openAIChat, ["a": [1, 2], "b": ["c": [1, 2], "d": 2], "e": 1, "f": 3]))
    }
}
