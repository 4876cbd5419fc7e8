import AgentRuntime
import Conversation
import Files
import Gateway
import Identity
import Money
import Runs
import Testing

@Suite("A session that outgrows its model's window")
struct SessionCompactionTests {
    private static let reading = #"{"path":"big.txt"}"#

    private static func layOut(_ stage: Stage) throws {
        try FileSystem.write(String(repeating: "a line of text\n", count: 300), to: stage.root / "big.txt")
    }

    /// Reads the same file in each of the turns, then finishes.
    private static func reader(turns: Int) -> [Int: [ScriptedProvider.Reply]] {
        var script: [Int: [ScriptedProvider.Reply]] = [:]
        for turn in 1...turns { script[turn] = [.calls("t\(turn)", ("read_file", reading))] }
        script[turns + 1] = [.calls("end", ("finish", #"{"summary":"read"}"#))]
        return script
    }

    private static func texts(_ request: ModelRequest) -> String {
        request.messages.flatMap(\.content).map { content in
            switch content {
            case .text(let text): text
            case .toolResult(let result): result.text
            default: ""
            }
        }.joined(separator: "\n")
    }

    @Test("old results are shortened, the opening stays, and the prefix is stable between two compactions")
    func shortens() async throws {
        try await Stage.lend(opening: "The task, word for word.") { stage in
            try Self.layOut(stage)
            let provider = ScriptedProvider(Self.reader(turns: 6))
            var agent = try stage.agent(provider)
            agent.context = ContextLimits(tokens: 11_000, target: 70, keptTurns: 2)
            #expect(try await agent.run() == .finished(summary: "read"))
            let compactions = stage.events.filter { if case .contextCompacted = $0 { true } else { false } }
            #expect(!compactions.isEmpty)
            var breaks = 0
            for (before, after) in zip(provider.requests, provider.requests.dropFirst()) {
                #expect(Self.texts(after).contains("The task, word for word."))
                if !after.messages.starts(with: before.messages) { breaks += 1 }
            }
            #expect(breaks == compactions.count)
            #expect(provider.requests.last.map(Self.texts)?.contains("[left out: read_file big.txt, 301 lines") == true)
        }
    }

    @Test("a summary is bought once: a session that is run again after it goes on from it")
    func summary() async throws {
        try await Stage.lend(opening: "The task, word for word.") { stage in
            try Self.layOut(stage)
            // What a model writes is in its calls, which only a summary can replace.
            var script = Self.reader(turns: 5)
            for turn in 1...5 {
                let content = String(repeating: "\(turn) ", count: 2_000)
                let json = #"{"path":"out\#(turn).txt","content":"\#(content)"}"#
                script[turn] = [.calls("t\(turn)", ("write_file", json))]
            }
            let asked = AskedForSummary()
            let provider = SummaryProvider(inner: ScriptedProvider(script), asked: asked)
            var agent = try stage.agent(provider)
            agent.context = ContextLimits(tokens: 6_000, target: 70, keptTurns: 1)
            #expect(try await agent.run() == .finished(summary: "read"))
            let count = asked.count
            #expect(count > 0)
            let inputs = stage.journal.now.inputs.filter { $0.kind == .compaction }
            #expect(inputs.count { $0.compaction?.summary?.contains("I read the big file") == true } > 0)
            let charges = stage.journal.now.charges.count { $0.agent == "compactor" }
            #expect(charges == count)

            #expect(try await agent.run() == .finished(summary: "read"))
            #expect(asked.count == count)
        }
    }

    @Test("a provider that finds the conversation too long is asked once more with less")
    func tooLong() async throws {
        try await Stage.lend(opening: "The task.") { stage in
            try Self.layOut(stage)
            let error = ModelError(.contextTooLong, "prompt is too long")
            var script = Self.reader(turns: 4)
            script[4] = [.failure(error), .calls("t4", ("read_file", Self.reading))]
            let provider = ScriptedProvider(script)
            let agent = try stage.agent(SummaryProvider(inner: provider, asked: AskedForSummary()))
            #expect(try await agent.run() == .finished(summary: "read"))
            let calls = provider.requests.filter { $0.purpose.turn == 4 }
            #expect(calls.count == 2)
            #expect(Self.texts(calls[1]).utf8.count < Self.texts(calls[0]).utf8.count)
        }
    }

    @Test("where nothing is left to take out, the run stops with a sentence")
    func hopeless() async throws {
        try await Stage.lend(opening: "The task.") { stage in
            let error = ModelError(.contextTooLong, "prompt is too long")
            let agent = try stage.agent(ScriptedProvider([1: [.failure(error)]]))
            let sentence = """
                test/model cannot take what task/T001 needs, even after older turns were shortened (prompt is too long); \
                choose a model with a larger window, or cut the specification and the context
                """
            #expect(try await agent.run() == .modelFailed(ModelError(.contextTooLong, sentence)))
        }
    }
}
