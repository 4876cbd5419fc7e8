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
