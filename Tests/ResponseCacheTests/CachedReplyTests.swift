import Conversation
import JSON
import Money
import ResponseCache
import Testing
import Timekeeping

@Suite struct CachedReplyTests {
    private static func answer(_ content: [Content]) -> CachedReply {
        CachedReply(
            reply: ModelReply(
                id: "i", model: "m", content: content, stopReason: .endOfTurn, usage: Usage(input: 1, output: 2)),
            cost: .zero, storedAt: .epoch)
    }

    private static func assembled(_ events: [ModelEvent]) -> ModelReply? {
        var assembler = ReplyAssembler()
        for event in events { assembler.receive(event) }
        return assembler.finish()
    }

    private static let long = String(repeating: "Ein Vöglein flog über das Dach 🐦‍⬛ und rief: é. ", count: 60)
    private static let unbroken = String(repeating: "👨‍👩‍👧‍👦é漢", count: 400)

    @Test(
        "An answer streamed again is the answer",
        arguments: [
            [Content.text("short")], [.text(long)], [.text(unbroken)],
            [
                .thinking(Thinking(text: long, signature: "s")), .text("a"),
                .thinking(Thinking(text: "", redacted: "r")),
            ],
            [
                .text("t"),
                .toolCall(ToolCall(id: "1", name: "n", arguments: .json(["a": .string(unbroken), "b": [1]]))),
                .toolCall(ToolCall(id: "2", name: "n", arguments: .json([:]))),
            ],
            [.toolCall(ToolCall(id: "1", name: "n", arguments: .init(streamed: "{ broken")))],
        ])
    func roundTrip(_ content: [Content]) {
        let answer = Self.answer(content)
        #expect(Self.assembled(answer.events()) == answer.reply)
    }

    @Test(
        "An answer is written as it would encode itself",
        arguments: [
            StopReason.endOfTurn, .toolUse, .maxTokens, .stopSequence, .refused, .other("why"),
        ])
    func written(_ reason: StopReason) throws {
        let contents: [[Content]] = [
            [], [.text("a"), .text("")], [.thinking(Thinking(text: "t", signature: "s")), .passage(Passage("p"))],
            [.toolCall(ToolCall(id: "1", name: "n", arguments: .json(["a": 1])))],
        ]
        for content in contents {
            var answer = Self.answer(content)
            answer.reply.stopReason = reason
            #expect(try answer.json().text() == JSONCoding.encode(answer).text())
            answer.reply.stopSequence = "END"
            answer.reply.passthrough = Passthrough(.openAIChat, ["x": 1], form: "f")
            answer.reply.usage.passthrough = Passthrough(.openAIChat, ["y": [1]])
            answer.cost = USD(micros: 7)
            #expect(try answer.json().text() == JSONCoding.encode(answer).text())
            #expect(try JSONCoding.decode(CachedReply.self, from: answer.json()) == answer)
        }
    }

    @Test func `pieces are short and end behind white space where they can`() {
        let pieces = Self.answer([.text(Self.long)]).events().compactMap { event in
            if case .text(let text) = event { text } else { nil }
        }
        #expect(pieces.count > 10)
        #expect(pieces.allSatisfy { $0.utf8.count <= 256 })
        #expect(pieces.dropLast().allSatisfy { $0.hasSuffix(" ") })
    }

    @Test func `the events come in the order of a stream`() {
        let call = ToolCall(id: "c", name: "n", arguments: .json(["k": 1]))
        #expect(
            Self.answer([.text("a"), .toolCall(call)]).events() == [
                .started(id: "i", model: "m"), .usage(Usage(input: 1, output: 2)), .text("a"),
                .toolCallStarted(index: 1, id: "c", name: "n"), .toolCallFragment(index: 1, json: #"{"k":1}"#),
                .usage(Usage(input: 1, output: 2)),
                .stopped(.endOfTurn),
            ])
    }
}
