import AgentRuntime
import Conversation
import Files
import Identity
import Money
import Runs
import Testing
import Timekeeping

struct AgentSessionTests {
    typealias Reply = ScriptedProvider.Reply

    /// Reads and edits, runs a command, and finishes.
    static let script: [Int: [Reply]] = [
        1: [
            .calls(
                "one", ("read_file", #"{"path": "a.txt"}"#),
                ("edit_file", #"{"path": "a.txt", "edits": [{"old_text": "one", "new_text": "two"}]}"#))
        ],
        2: [.calls("two", ("run_command", #"{"command": "make test"}"#))],
        3: [.calls("three", ("finish", #"{"summary": "One is two."}"#))],
    ]

    @Test func `a session works until its agent finishes, and every turn is paid for and kept`() async throws {
        try await Stage.lend { stage in
            let provider = ScriptedProvider(Self.script)
            let outcome = try await stage.agent(provider).run()
            #expect(outcome == .finished(summary: "One is two."))

            #expect(try stage.text("a.txt") == "two\n")
            #expect(try stage.text("log.txt") == "make test\n")
            let state = stage.journal.now
            #expect(state.turns.map(\.number) == [1, 2, 3])
            #expect(state.charges.map(\.turn) == [1, 2, 3])
            #expect(state.charges.map(\.cost) == Array(repeating: USD(micros: 110), count: 3))
            #expect(state.reservations == [])
            #expect(state.actions.allSatisfy { $0.result?.outcome == .ok })
            #expect(state.actions.count == 4)
            let snapshots = stage.events.count { if case .snapshotTaken = $0 { true } else { false } }
            #expect(snapshots == 3)
        }
    }

    @Test func `each request begins with the bytes of the one before`() async throws {
        try await Stage.lend { stage in
            let provider = ScriptedProvider(Self.script)
            _ = try await stage.agent(provider).run()
            let requests = provider.requests
            #expect(requests.map(\.purpose.turn) == [1, 2, 3])
            #expect(requests.map(\.messages.count) == [1, 3, 5])
            for (earlier, later) in zip(requests, requests.dropFirst()) {
                #expect(later.system == earlier.system && later.tools == earlier.tools)
                #expect(Array(later.messages.prefix(earlier.messages.count)) == earlier.messages)
            }
            #expect(requests[0].model == "model")
            #expect(requests[0].maxOutputTokens == 1000)
            #expect(requests[0].purpose == .init(agent: "developer", step: "task/T001", turn: 1))
        }
    }

    @Test func `a finished session that is run again asks nothing`() async throws {
        try await Stage.lend { stage in
            _ = try await stage.agent(ScriptedProvider(Self.script)).run()
            let again = ScriptedProvider([:])
            #expect(try await stage.agent(again).run() == .finished(summary: "One is two."))
            #expect(again.requests == [])
        }
    }

    /// The writes of the whole script, in order; a crash is tried at each, lost or kept.
    static let crashPoints = (0..<15).flatMap { [MemoryJournal.CrashPoint.before($0), .after($0)] }

    @Test(arguments: crashPoints)
    func `a session that died at any write ends the same, and buys nothing recorded again`(
        point: MemoryJournal.CrashPoint
    ) async throws {
        let wanted = try await Stage.lend { stage in
            let provider = ScriptedProvider(Self.script)
            _ = try await stage.agent(provider).run()
            #expect(stage.journal.now.writes == 15)
            return provider.requests
        }
        try await Stage.lend { stage in
            let journal = stage.journal
            let provider = ScriptedProvider(Self.script) { request in
                let recorded = journal.now.turns.contains { $0.number == request.purpose.turn }
                #expect(!recorded, "turn \(request.purpose.turn) is bought again")
            }
            journal.crash(at: point)
            await #expect(throws: MemoryJournal.Crash.self) { try await stage.agent(provider).run() }
            let before = journal.now.turns
            journal.crash(at: nil)

            let outcome = try await stage.agent(provider).run()
            #expect(outcome == .finished(summary: "One is two."))
            #expect(try stage.text("a.txt") == "two\n")
            #expect(try stage.text("log.txt") == "make test\n")
            let state = journal.now
            #expect(Array(state.turns.prefix(before.count)) == before)
            #expect(state.turns.map(\.number) == [1, 2, 3])
            #expect(state.charges.count == 3)
            for request in provider.requests {
                #expect(request == wanted[request.purpose.turn - 1])
            }
        }
    }

    @Test func `broken arguments are answered and the session goes on`() async throws {
        try await Stage.lend { stage in
            let provider = ScriptedProvider([
                1: [.calls("one", ("edit_file", #"{"path": "a.t"#), ("no_such_tool", "{}"))],
                2: [.text("I give up.")],
            ])
            #expect(try await stage.agent(provider).run() == .finished(summary: "I give up."))
            let results = try #require(provider.requests.last?.messages.last?.toolResults)
            #expect(results.map(\.outcome) == [.error, .error])
            #expect(results[0].text.hasPrefix("the arguments of edit_file are not valid JSON: "))
        }
    }

    @Test func `an answer that was cut off is asked to go on`() async throws {
        try await Stage.lend { stage in
            let provider = ScriptedProvider([1: [.text("First, I", .maxTokens)], 2: [.text("Done.")]])
            let outcome = try await stage.agent(provider).run()
            #expect(outcome == .finished(summary: "Done."))
            #expect(provider.requests[1].messages.last?.text.hasPrefix("Your answer was cut off") == true)
            #expect(stage.journal.now.inputs.map(\.afterTurn) == [0, 1])
        }
    }

    @Test func `a session that is spoken to after its end goes on`() async throws {
        try await Stage.lend { stage in
            _ = try await stage.agent(ScriptedProvider(Self.script)).run()
            let provider = ScriptedProvider([4: [.text("Mended.")]])
            let agent = try stage.agent(provider)
            try await agent.say("The check failed.", after: 3)
            #expect(try await agent.run() == .finished(summary: "Mended."))
            let last = try #require(provider.requests.first?.messages.last)
            #expect(last.toolResults.map(\.callID) == ["three-0"])
            #expect(last.text == "The check failed.")
        }
    }

    @Test func `a question parks the session, and its answer lets it go on`() async throws {
        try await Stage.lend { stage in
            let provider = ScriptedProvider([
                1: [.calls("one", ("ask_user", #"{"question": "Which?"}"#))], 2: [.text("Done.")],
            ])
            guard case .waiting(let gate) = try await stage.agent(provider).run() else {
                Issue.record("the session does not wait")
                return
            }
            #expect(try await stage.agent(provider).run() == .waiting(gate))
            try await stage.answer(gate, "the first")
            #expect(try await stage.agent(provider).run() == .finished(summary: "Done."))
            #expect(provider.requests.map(\.purpose.turn) == [1, 2])
            #expect(provider.requests[1].messages.last?.toolResults.map(\.text) == ["The user answers: the first"])
        }
    }

    // MARK: - Limits, money, failures

    static let reading = Reply.calls("any", ("read_file", #"{"path": "a.txt"}"#))

    @Test func `limits are outcomes, and may be extended`() async throws {
        let limits = SessionLimits(turns: 2, tokens: 1_000_000, wallTime: .seconds(60))
        try await Stage.lend { stage in
            let provider = ScriptedProvider([1: [Self.reading], 2: [Self.reading], 3: [.text("Done.")]])
            let outcome = try await stage.agent(provider, limits: limits).run()
            #expect(outcome == .limitReached("2 turns (limits.turns)"))
            #expect(provider.requests.count == 2)
            let extended = limits.extended(times: 1)
            #expect(try await stage.agent(provider, limits: extended).run() == .finished(summary: "Done."))
        }
    }

    @Test func `tokens of all turns count together`() async throws {
        let limits = SessionLimits(turns: 9, tokens: 220, wallTime: .seconds(60))
        try await Stage.lend { stage in
            let provider = ScriptedProvider([1: [Self.reading], 2: [Self.reading]])
            let outcome = try await stage.agent(provider, limits: limits).run()
            #expect(outcome == .limitReached("220 tokens (limits.tokens)"))
        }
    }

    @Test func `time runs from the opening of the session`() async throws {
        let limits = SessionLimits(turns: 9, tokens: 1_000_000, wallTime: .seconds(60))
        try await Stage.lend { stage in
            let time = stage.time
            let provider = ScriptedProvider([1: [Self.reading], 2: [Self.reading]]) { _ in
                time.advance(by: .seconds(40))
            }
            let outcome = try await stage.agent(provider, limits: limits).run()
            #expect(outcome == .limitReached("80 seconds (limits.session_time)"))
        }
    }

    @Test func `a call that the budget does not allow is not made`() async throws {
        try await Stage.lend(budget: USD(micros: 1000)) { stage in
            let provider = ScriptedProvider([:])
            guard case .overBudget(let refusal) = try await stage.agent(provider).run() else {
                Issue.record("the session is not over its budget")
                return
            }
            #expect(refusal.spent == .zero && refusal.limit == USD(micros: 1000))
            #expect(refusal.needed > USD(micros: 1000))
            #expect(provider.requests == [])
            #expect(stage.journal.now.reservations == [])
        }
    }

    @Test func `a failure that will not pass ends the session at once`() async throws {
        try await Stage.lend { stage in
            let error = ModelError(.authentication, "the key is wrong")
            let provider = ScriptedProvider([1: [.failure(error)]])
            let outcome = try await stage.agent(provider).run()
            #expect(outcome == .modelFailed(error))
            #expect(provider.requests.count == 1)
            #expect(stage.journal.now.reservations == [] && stage.journal.now.charges == [])
            #expect(stage.journal.now.turns == [])
        }
    }

    @Test func `a failure that may pass is tried again, and then the session goes on`() async throws {
        try await Stage.lend { stage in
            let busy = Reply.failure(ModelError(.overloaded, "busy"))
            let provider = ScriptedProvider([1: [busy, busy, .text("Done.")]])
            #expect(try await stage.agent(provider).run() == .finished(summary: "Done."))
            #expect(provider.requests.count == 3)
            #expect(stage.journal.now.charges.count == 1)
            let always = ScriptedProvider([2: [busy]])
            try await stage.agent(always).say("More.", after: 1)
            #expect(try await stage.agent(always).run() == .modelFailed(ModelError(.overloaded, "busy")))
            #expect(stage.journal.now.reservations == [])
        }
    }

    @Test func `a model that declines is a failure with its words`() async throws {
        try await Stage.lend { stage in
            let provider = ScriptedProvider([1: [.text("I will not.", .refused)]])
            let error = ModelError(.refused, "test/model declined: I will not.")
            let outcome = try await stage.agent(provider).run()
            #expect(outcome == .modelFailed(error))
        }
    }
}
