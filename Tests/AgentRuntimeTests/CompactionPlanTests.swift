import AgentRuntime
import Conversation
import Gateway
import Identity
import JSON
import Runs
import Testing
import Timekeeping

@Suite("Shortening a session")
struct CompactionPlanTests {
    /// Makes sessions of any shape from a seed.
    private struct Maker {
        var random: Linear
        let ids: IdentifierSource
        let session: SessionID

        init(seed: UInt64) {
            random = Linear(state: seed)
            ids = IdentifierSource.seeded(seed)
            session = ids.next()
        }

        private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        private mutating func text(_ mark: String, _ longest: Int) -> String {
            "\(mark) " + String(repeating: "word\n", count: number(0...longest))
        }

        mutating func transcript() -> Transcript {
            var inputs = [SessionInput(session: session, afterTurn: 0, text: text("SPEC", 20))]
            inputs.append(SessionInput(session: session, afterTurn: 0, text: "TASK T001"))
            var turns: [Turn] = []
            var actions: [Action] = []
            for number in 1...self.number(1...30) {
                let count = self.number(0...3)
                var content: [Content] = [.text("turn \(number)")]
                for index in 0..<count {
                    let id = "c\(number)-\(index)"
                    let isQuestion = self.number(0...9) == 0
                    let name = isQuestion ? "ask_user" : "read_file"
                    content.append(
                        .toolCall(ToolCall(id: id, name: name, arguments: .json(["path": .string("src/\(number).py")])))
                    )
                    let words = isQuestion ? "The user answers: \(id) as I say" : text("RESULT", 400)
                    actions.append(
                        Action(
                            id: ids.next(), session: session, turn: number, index: index, tool: name, callID: id,
                            intent: isQuestion ? .ask(gate: ids.next()) : .none,
                            result: ToolResult(callID: id, text: words, outcome: .ok)))
                }
                let reply = ModelReply(
                    id: "r", model: "m", content: content, stopReason: .toolUse, usage: .zero)
                turns.append(Turn(id: ids.next(), session: session, number: number, reply: reply, finishedAt: .epoch))
                if count == 0 || self.number(0...5) == 0 {
                    let kind: SessionInput.Kind = self.number(0...1) == 0 ? .correction : .engine
                    inputs.append(
                        SessionInput(
                            session: session, afterTurn: number, text: text("INPUT \(number)", 30), kind: kind))
                }
            }
            return Transcript(inputs: inputs, turns: turns, actions: actions)
        }
    }

    private struct Linear: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 33)
        }
    }

    private static func request(_ messages: [Message]) -> ModelRequest {
        ModelRequest(
            model: "m", system: "s", messages: messages, maxOutputTokens: 1,
            purpose: .init(agent: "a", step: "s", turn: 1))
    }

    private static func size(_ messages: [Message]) -> Int { TokenEstimate.inputTokens(of: request(messages)) }

    private static func apply(_ plan: CompactionPlan, to transcript: Transcript) -> Transcript {
        var compaction = plan.compaction
        if plan.needsSummary { compaction.summary = String(repeating: "s", count: 3_000) }
        var transcript = transcript
        guard let session = transcript.inputs.first?.session else { return transcript }
        transcript.add(
            SessionInput(
                session: session, afterTurn: transcript.turns.count, text: "", kind: .compaction,
                compaction: compaction))
        return transcript
    }

    @Test(
        "pinned texts stay word for word, calls keep their results, the size comes down, and once is enough",
        arguments: 1...200)
    func properties(seed: Int) {
        var maker = Maker(seed: UInt64(seed))
        let transcript = maker.transcript()
        for target in [2_500, 5_000, 12_000] {
            let decision = CompactionPlan.decide(
                for: transcript, trigger: target * 3 / 2, target: target, keptTurns: 6, size: Self.size)
            guard case .compact(let plan) = decision else {
                // Nothing is done only where there is room, or where what must stay leaves none.
                if case .nothing = decision { #expect(Self.size(transcript.messages) <= target * 3 / 2) }
                continue
            }
            let compacted = Self.apply(plan, to: transcript)
            #expect(Self.request(compacted.messages).fault == nil)
            let said = compacted.messages.flatMap(\.content).map { content -> String in
                switch content {
                case .text(let text): text
                case .toolResult(let result): result.text
                default: ""
                }
            }
            for text in transcript.pinnedTexts { #expect(said.contains { $0.contains(text) }) }
            let size = Self.size(compacted.messages)
            #expect(size <= plan.after)
            #expect(plan.after < plan.before)
            if plan.after <= target {
                let again = CompactionPlan.decide(
                    for: compacted, trigger: target * 3 / 2, target: target, keptTurns: 6, size: Self.size)
                #expect(again == .nothing)
            }
        }
    }

    @Test("a later compaction takes nothing back and keeps the words of the user that the first one kept")
    func twice() throws {
        var maker = Maker(seed: 41)
        var transcript = maker.transcript()
        let pinned = transcript.pinnedTexts
        var seen = Compaction()
        for _ in 0..<8 {
            let decision = CompactionPlan.decide(
                for: transcript, trigger: 1, target: 1, keptTurns: 4, isForced: true, size: Self.size)
            guard case .compact(let plan) = decision else { break }
            #expect(plan.compaction.summarizedThrough >= seen.summarizedThrough)
            #expect(plan.compaction.shortenedThrough >= seen.shortenedThrough)
            transcript = Self.apply(plan, to: transcript)
            seen = plan.compaction
        }
        #expect(seen != Compaction())
        let said = transcript.messages.flatMap(\.content).map { "\($0)" }.joined()
        for text in pinned { #expect(said.contains("\(text.prefix { !$0.isNewline })")) }
    }

    @Test("old results become a line before anything else is taken")
    func gentlest() throws {
        var maker = Maker(seed: 7)
        var transcript = maker.transcript()
        while transcript.turns.count < 12 { transcript = maker.transcript() }
        let whole = Self.size(transcript.messages)
        let decision = CompactionPlan.decide(
            for: transcript, trigger: whole - 1, target: whole * 95 / 100, keptTurns: 6, size: Self.size)
        guard case .compact(let plan) = decision else {
            Issue.record("nothing was decided")
            return
        }
        #expect(plan.compaction == Compaction(shortenedThrough: transcript.turns.count - 6))
        #expect(!plan.needsSummary)
    }
}
