import AgentRuntime
import Conversation
import Identity
import JSON
import Runs
import Testing
import Timekeeping

struct TranscriptTests {
    let ids = IdentifierSource.seeded(1)
    let session: SessionID

    init() { session = ids.next() }

    private func input(_ text: String, after turn: Int) -> SessionInput {
        SessionInput(session: session, afterTurn: turn, text: text)
    }

    private func turn(
        _ number: Int, _ content: [Content], _ reason: StopReason = .endOfTurn, usage: Usage = .zero
    ) -> Turn {
        let reply = ModelReply(id: "r", model: "m", content: content, stopReason: reason, usage: usage)
        return Turn(id: ids.next(), session: session, number: number, reply: reply, finishedAt: .epoch)
    }

    private func call(_ id: String, _ name: String = "read_file", _ arguments: JSONValue = [:]) -> Content {
        .toolCall(ToolCall(id: id, name: name, arguments: .json(arguments)))
    }

    private func action(
        _ turn: Int, _ index: Int, _ id: String, result text: String?, outcome: ToolResult.Outcome = .ok,
        intent: ActionIntent = .none
    ) -> Action {
        Action(
            id: ids.next(), session: session, turn: turn, index: index, tool: "read_file", callID: id, intent: intent,
            result: text.map { ToolResult(callID: id, text: $0, outcome: outcome) })
    }

    private func result(_ id: String, _ text: String) -> Content {
        .toolResult(ToolResult(callID: id, text: text, outcome: .ok))
    }

    private func fault(of messages: [Message]) -> String? {
        ModelRequest(
            model: "m", system: "", messages: messages, maxOutputTokens: 1,
            purpose: .init(agent: "a", step: "s", turn: 1)
        ).fault
    }

    @Test func `a model that takes over hears the words of the others, not their thoughts`() {
        let thought = Content.thinking(Thinking(text: "hm", signature: "signed"))
        var word = input("The check failed.", after: 2)
        word.model = "a/stronger"
        let transcript = Transcript(
            inputs: [input("Begin.", after: 0), word, input("Again.", after: 3)],
            turns: [turn(1, [thought, .text("One.")]), turn(2, [thought]), turn(3, [thought, .text("Three.")])],
            actions: [])
        #expect(transcript.model == "a/stronger")
        #expect(
            transcript.messages == [
                Message(role: .user, content: [.text("Begin.")]), Message(role: .assistant, content: [.text("One.")]),
                Message(role: .assistant, content: [.text("(no answer)")]),
                Message(role: .user, content: [.text("The check failed.")]),
                Message(role: .assistant, content: [thought, .text("Three.")]),
                Message(role: .user, content: [.text("Again.")]),
            ])
    }

    @Test func `inputs, answers and results take turns, and what follows results is in their message`() {
        // The actions were recorded in another order than the calls were made.
        let transcript = Transcript(
            inputs: [input("Begin.", after: 0), input("And quickly.", after: 0), input("The check failed.", after: 2)],
            turns: [
                turn(1, [.text("Looking."), call("a"), call("b")], .toolUse), turn(2, [call("c", "finish")], .toolUse),
            ],
            actions: [
                action(2, 0, "c", result: "ended"), action(1, 1, "b", result: "B"), action(1, 0, "a", result: "A"),
            ])
        #expect(
            transcript.messages == [
                Message(role: .user, content: [.text("Begin."), .text("And quickly.")]),
                Message(role: .assistant, content: [.text("Looking."), call("a"), call("b")]),
                Message(role: .user, content: [result("a", "A"), result("b", "B")]),
                Message(role: .assistant, content: [call("c", "finish")]),
                Message(role: .user, content: [result("c", "ended"), .text("The check failed.")]),
            ])
        #expect(fault(of: transcript.messages) == nil)
        #expect(transcript.turnsOfAttempt == 0)
    }

    @Test func `an answer of nothing is sent back as something`() {
        let transcript = Transcript(
            inputs: [input("Begin.", after: 0), input("Well?", after: 1)], turns: [turn(1, [])], actions: [])
        #expect(transcript.messages == [.user("Begin."), .assistant("(no answer)"), .user("Well?")])
        #expect(fault(of: transcript.messages) == nil)
    }

    @Test func `calls of the last turn without a result are pending, in order`() {
        let begun = action(2, 2, "c", result: nil, intent: .confined(command: "make", tree: "t"))
        let transcript = Transcript(
            inputs: [input("Begin.", after: 0)],
            turns: [turn(1, [call("x")]), turn(2, [call("a"), call("b"), call("c")], .toolUse)],
            actions: [action(2, 1, "b", result: "B"), begun])
        let calls = transcript.turns[1].reply.message.toolCalls
        let pending = transcript.pendingCalls
        #expect(pending.map(\.index) == [0, 2])
        #expect(pending.map(\.call) == [calls[0], calls[2]])
        #expect(pending.map(\.begun) == [nil, begun])
        #expect(transcript.ending == nil)
        #expect(transcript.lastTurnChangedFiles)
        #expect(Transcript(inputs: [], turns: [], actions: []).pendingCalls == [])
    }

    @Test func `an action that is recorded again counts as it was recorded last`() {
        var transcript = Transcript(
            inputs: [input("Begin.", after: 0)], turns: [turn(1, [call("a")], .toolUse)],
            actions: [action(1, 0, "a", result: nil), action(1, 0, "a", result: "A")])
        #expect(transcript.pendingCalls == [])
        #expect(!transcript.lastTurnChangedFiles)
        transcript.add(turn(2, [call("b")], .toolUse))
        #expect(transcript.pendingCalls.map(\.call.id) == ["b"])
        transcript.add(action(2, 0, "b", result: "B"))
        transcript.add(input("More.", after: 2))
        #expect(transcript.messages.last == Message(role: .user, content: [result("b", "B"), .text("More.")]))
    }

    @Test func `finish ends the attempt, beside other calls too`() {
        let calls = [call("a"), call("b", "finish", ["summary": "All done."])]
        var transcript = Transcript(
            inputs: [input("Begin.", after: 0)], turns: [turn(1, calls, .toolUse)],
            actions: [action(1, 0, "a", result: "A"), action(1, 1, "b", result: "ok")])
        #expect(transcript.ending == .finished(summary: "All done."))
        transcript.add(input("The check failed.", after: 1))
        #expect(transcript.ending == nil)
    }

    @Test func `a finish that was refused ends nothing`() {
        let transcript = Transcript(
            inputs: [input("Begin.", after: 0)], turns: [turn(1, [call("a", "finish")], .toolUse)],
            actions: [action(1, 0, "a", result: "no summary", outcome: .error)])
        #expect(transcript.ending == nil)
    }

    @Test(arguments: [
        (StopReason.endOfTurn, Transcript.Ending.finished(summary: "I am done.")),
        (.stopSequence, .finished(summary: "I am done.")),
        (.maxTokens, .cut),
        (.refused, .refused("I am done.")),
    ])
    func `an answer without calls ends the attempt by its reason`(reason: StopReason, ending: Transcript.Ending) {
        var transcript = Transcript(
            inputs: [input("Begin.", after: 0)], turns: [turn(1, [.text("I am done.")], reason)], actions: [])
        #expect(transcript.ending == ending)
        transcript.add(input("Go on.", after: 1))
        #expect(transcript.ending == nil)
    }

    @Test func `usage adds up, and an attempt begins where the engine last spoke`() {
        let usage = Usage(input: 10, output: 2, cacheRead: 3)
        let transcript = Transcript(
            inputs: [input("Begin.", after: 0), input("Again.", after: 1)],
            turns: (1...3).map { turn($0, [.text("x")], usage: usage) }, actions: [])
        #expect(transcript.usage == Usage(input: 30, output: 6, cacheRead: 9))
        #expect(transcript.turnsOfAttempt == 2)
    }

    @Test func `an image that a tool shows stands behind the results, until they are shortened`() {
        let image = ImagePart(format: .png, hash: "h", width: 20, height: 10, name: "a.png")
        var looked = action(1, 0, "a", result: "a.png is a PNG image")
        looked.result?.image = image
        let transcript = Transcript(
            inputs: [input("Begin.", after: 0)],
            turns: [turn(1, [call("a", "read_file", ["path": "a.png"]), call("b")], .toolUse)],
            actions: [looked, action(1, 1, "b", result: "B")])
        let shown = ToolResult(callID: "a", text: "a.png is a PNG image", outcome: .ok, image: image)
        #expect(
            transcript.messages.last
                == Message(
                    role: .user, content: [.toolResult(shown), result("b", "B"), .text("a.png:"), .image(image)]))
        #expect(transcript.images == [image])
        let shortened = transcript.messages(under: Compaction(shortenedThrough: 1)).last
        #expect(
            shortened?.content == [
                result("a", "[no longer shown: read_file a.png, an image; ask again if you need it]"), result("b", "B"),
            ])
    }
}
