import AgentRuntime
import Conversation
import Gateway
import Money
import Runs
import Testing
import Timekeeping

/// The alarm of a prompt cache that is not read (G6).
@Suite struct PromptCacheTests {
    /// Six turns that read a file, each with so many tokens read from the cache, and one that finishes.
    private static func script(reading: Int) -> [Int: [ScriptedProvider.Reply]] {
        var script: [Int: [ScriptedProvider.Reply]] = [:]
        for turn in 1...7 {
            let call: (String, String) =
                turn < 7 ? ("read_file", #"{"path": "a.txt"}"#) : ("finish", #"{"summary": "done"}"#)
            let total = 5000 + turn * 100
            script[turn] = [
                .events([
                    .started(id: "r", model: "model"), .toolCallStarted(index: 0, id: "t\(turn)", name: call.0),
                    .toolCallFragment(index: 0, json: call.1),
                    .usage(Usage(input: total - reading, output: 5, cacheRead: reading)), .stopped(.toolUse),
                ])
            ]
        }
        return script
    }

    private static func agent(_ stage: Stage, _ provider: ScriptedProvider, cacheRead: Int64) throws -> AgentSession {
        let rate = { (micros: Int64) in TokenRate(perMillion: USD(micros: micros)) }
        let card = ModelCard(
            contextTokens: 100_000, maxOutputTokens: 2000,
            prices: .init(
                input: rate(100_000), output: rate(100_000), cacheRead: rate(cacheRead), cacheWrite: rate(100_000)))
        var agent = try stage.agent(provider)
        agent.gateway = Gateway(
            providers: [provider],
            catalogue: try ModelCatalogue(overrides: [ModelName(provider: "test", model: "model"): card]),
            journal: stage.journal, clock: stage.time.wall, ids: stage.ids)
        return agent
    }

    @Test(
        "A session whose stable prompt is not read from the cache says so once",
        arguments: [
            (0, 10_000 as Int64, [RunEvent.Cold(turn: 4, share: 0)]),
            (1000, 10_000, [RunEvent.Cold(turn: 4, share: 19)]),
            (5000, 10_000, []),
            // The model has no prompt cache.
            (0, 100_000, []),
        ])
    func alarm(_ reading: Int, _ cacheRead: Int64, _ expected: [RunEvent.Cold]) async throws {
        try await Stage.lend { stage in
            let provider = ScriptedProvider(Self.script(reading: reading))
            let agent = try Self.agent(stage, provider, cacheRead: cacheRead)
            #expect(try await agent.run() == .finished(summary: "done"))
            #expect(stage.events.compactMap(\.cold) == expected)
        }
    }
}

extension RunEvent {
    struct Cold: Hashable {
        var turn: Int
        var share: Int
    }

    fileprivate var cold: Cold? {
        if case .promptCacheCold(_, let turn, let share) = self { Cold(turn: turn, share: share) } else { nil }
    }
}
