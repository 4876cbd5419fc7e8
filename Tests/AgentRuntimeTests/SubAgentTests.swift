import AgentRuntime
import Conversation
import Files
import Gateway
import Hooks
import Identity
import JSON
import Money
import Policy
import Runs
import Synchronization
import Testing
import Timekeeping
import Tools

/// Agents that agents start, on a journal in memory.
@Suite struct SubAgentTests {
    private static let spawn = #"{"agent": "explorer", "task": "Where is it?"}"#
    private static let finish = (name: "finish", json: #"{"summary": "done"}"#)

    @Test func `An agent is started with a session of its own, and its summary is the answer`() async throws {
        try await Stage.lend { stage in
            let provider = SteppedProvider([
                "task/T001#1": .calls("1", ("spawn_agent", Self.spawn)),
                "task/T001/agent/1#1": .calls("c", ("read_file", #"{"path": "a.txt"}"#)),
                "task/T001/agent/1#2": .calls("d", ("finish", #"{"summary": "in a.txt:1"}"#)),
                "task/T001#2": .calls("2", Self.finish),
            ])
            let session = try stage.parent(provider)
            #expect(try await session.run() == .finished(summary: "done"))
            let child = try #require(stage.journal.now.sessions.last)
            #expect((child.agent, child.step) == ("explorer", StepKey.task("T001").agent(1)))
            #expect(Set(child.tools.map(\.name)) == ["read_file", "list_files", "search", "find_symbol", "finish"])
            let answer = try await stage.journal.actions(of: session.session.id).first?.result?.text
            #expect(
                answer == """
                    <agent_answer agent="explorer" step="task/T001/agent/1">
                    in a.txt:1
                    </agent_answer>
                    """)
            let told = try #require(stage.journal.now.inputs.last { $0.session == child.id })
            #expect(told.text.contains("<task>\nWhere is it?\n</task>"))
            #expect(
                stage.journal.now.charges.map(\.step.rawValue).sorted() == [
                    "task/T001", "task/T001", "task/T001/agent/1", "task/T001/agent/1",
                ])
        }
    }

    @Test func `Killed at any write, the parent finds the child again and nothing is bought twice`() async throws {
        for point in 0..<24 {
            try await Stage.lend { stage in
                let provider = SteppedProvider([
                    "task/T001#1": .calls("1", ("spawn_agent", Self.spawn), ("spawn_agent", Self.spawn)),
                    "task/T001/agent/1#1": .calls("c", ("read_file", #"{"path": "a.txt"}"#)),
                    "task/T001/agent/1#2": .calls("d", Self.finish),
                    "task/T001/agent/2#1": .calls("e", Self.finish),
                    "task/T001#2": .calls("2", Self.finish),
                ])
                stage.journal.crash(at: .after(point))
                do {
                    _ = try await stage.parent(provider).run()
                } catch is MemoryJournal.Crash {}
                stage.journal.crash(at: nil)
                stage.journal.seed { $0.reservations = [] }
                #expect(try await stage.parent(provider).run() == .finished(summary: "done"), "killed at \(point)")
                let sessions = stage.journal.now.sessions.map(\.step.rawValue).sorted()
                #expect(sessions == ["task/T001", "task/T001/agent/1", "task/T001/agent/2"], "killed at \(point)")
                // An answer that was given and not recorded when everything stopped is all that may be asked for again.
                let again = provider.bought.values.reduce(0) { $0 + $1 - 1 }
                let turns = stage.journal.now.turns.count
                #expect(turns == 5 && again <= 2, "killed at \(point): \(provider.bought)")
            }
        }
    }

    @Test func `Agents that only read work at once, and others one after the other`() async throws {
        for (agent, isTogether) in [("explorer", true), ("reviewer", true), ("developer", false)] {
            try await Stage.lend { stage in
                let call = (name: "spawn_agent", json: #"{"agent": "\#(agent)", "task": "x"}"#)
                let meeting = Meeting()
                let provider = SteppedProvider([
                    "task/T001#1": .calls("1", call, call), "task/T001/agent/1#1": .calls("a", Self.finish),
                    "task/T001/agent/2#1": .calls("b", Self.finish), "task/T001#2": .calls("2", Self.finish),
                ]) { request in
                    guard request.purpose.step.contains("/agent/") else { return }
                    // Those who work at once meet; one alone would wait for ever, so it is only counted.
                    if isTogether { await meeting.arrive(of: 2) } else { await meeting.pass() }
                }
                let outcome = try await stage.parent(provider).run()
                #expect(outcome == .finished(summary: "done"))
                #expect(meeting.most == (isTogether ? 2 : 1), "\(agent)")
            }
        }
    }

    @Test func `An agent that uses up its turns or its budget is told of, and the parent goes on`() async throws {
        for (limit, words) in [
            (#""max_turns": 1"#, "1 turns (limits.turns)"), (#""budget": "0.000001""#, "its budget of $0.000001"),
        ] {
            try await Stage.lend { stage in
                let provider = SteppedProvider([
                    "task/T001#1": .calls(
                        "1", ("spawn_agent", #"{"agent": "explorer", "task": "x", \#(limit)}"#)),
                    "task/T001/agent/1#1": .calls("c", ("read_file", #"{"path": "a.txt"}"#)),
                    "task/T001#2": .calls("2", Self.finish),
                ])
                let session = try stage.parent(provider)
                #expect(try await session.run() == .finished(summary: "done"))
                let result = try await stage.journal.actions(of: session.session.id).first?.result
                #expect(result?.outcome == .error)
                #expect(result?.text.hasPrefix("the explorer used up \(words) before it had finished.") == true)
            }
        }
    }

    @Test func `The run's budget is everybody's: where it is spent, the parent stops with its child`() async throws {
        try await Stage.lend(budget: USD(micros: 1_000_000)) { stage in
            var dear = ScriptedProvider.Reply.calls("1", ("spawn_agent", Self.spawn))
            if case .events(let events) = dear {
                let usage = ModelEvent.usage(Usage(input: 999_500, output: 10))
                dear = .events(events.map { if case .usage = $0 { usage } else { $0 } })
            }
            let provider = SteppedProvider([
                "task/T001#1": dear, "task/T001/agent/1#1": .calls("d", Self.finish),
                "task/T001#2": .calls("2", Self.finish),
            ])
            let outcome = try await stage.parent(provider).run()
            guard case .overBudget(let refusal) = outcome, refusal.spent == USD(micros: 999_510),
                refusal.limit == USD(micros: 1_000_000)
            else {
                Issue.record("the budget did not hold: \(outcome)")
                return
            }
            #expect(stage.journal.now.sessions.count == 2)
            stage.journal.seed { $0.runs[0].budget = USD(micros: 2_000_000) }
            let limits = SessionLimits(turns: 60, tokens: 4_000_000, wallTime: .seconds(3600))
            var session = try stage.parent(provider)
            session.limits = limits
            #expect(try await session.run() == .finished(summary: "done"))
            #expect(provider.bought.values.allSatisfy { $0 == 1 })
        }
    }

    @Test func `A gate of a child parks the parent, and its answer lets both go on`() async throws {
        try await Stage.lend { stage in
            let provider = SteppedProvider([
                "task/T001#1": .calls("1", ("spawn_agent", #"{"agent": "developer", "task": "x"}"#)),
                "task/T001/agent/1#1": .calls("a", ("ask_user", #"{"question": "Which?"}"#)),
                "task/T001/agent/1#2": .calls("b", Self.finish), "task/T001#2": .calls("2", Self.finish),
            ])
            guard case .waiting(let gate) = try await stage.parent(provider).run() else {
                Issue.record("there is no gate")
                return
            }
            #expect(gate.step == StepKey.task("T001").agent(1))
            guard case .waiting(gate) = try await stage.parent(provider).run() else {
                Issue.record("the gate was not waited for")
                return
            }
            try await stage.answer(gate, "the first")
            #expect(try await stage.parent(provider).run() == .finished(summary: "done"))
            #expect(provider.bought.values.allSatisfy { $0 == 1 })
        }
    }

    @Test func `Agents start others two deep and no deeper`() async throws {
        try await Stage.lend { stage in
            let call = (name: "spawn_agent", json: #"{"agent": "developer", "task": "x"}"#)
            let provider = SteppedProvider([
                "task/T001#1": .calls("1", call), "task/T001/agent/1#1": .calls("a", call),
                "task/T001/agent/1/agent/1#1": .calls("b", call),
                "task/T001/agent/1/agent/1#2": .calls("c", Self.finish),
                "task/T001/agent/1#2": .calls("d", Self.finish), "task/T001#2": .calls("2", Self.finish),
            ])
            #expect(try await stage.parent(provider).run() == .finished(summary: "done"))
            let deepest = try #require(stage.journal.now.sessions.first { $0.step.depth == 2 })
            #expect(!deepest.tools.contains { $0.name == "spawn_agent" })
            let refused = try await stage.journal.actions(of: deepest.id).first?.result
            #expect(refused?.text.hasPrefix("there is no tool named 'spawn_agent'") == true)
        }
    }

    @Test(arguments: [
        (#"{"agent": "planner", "task": "x"}"#, "do not fit its schema"),
        (#"{"agent": "explorer", "task": "x", "budget": "much"}"#, "'much' is no amount of dollars; write it as 0.50"),
    ])
    func `What cannot be started is answered`(arguments: String, words: String) async throws {
        try await Stage.lend { stage in
            let provider = SteppedProvider([
                "task/T001#1": .calls("1", ("spawn_agent", arguments)), "task/T001#2": .calls("2", Self.finish),
            ])
            let session = try stage.parent(provider)
            #expect(try await session.run() == .finished(summary: "done"))
            #expect(try await stage.journal.actions(of: session.session.id).first?.result?.text.contains(words) == true)
            #expect(stage.journal.now.sessions.count == 1)
        }
    }
}

extension Stage {
    /// The stage's session as one that may start agents.
    func parent(_ provider: any ModelProvider, hooks: HookRunner? = nil) throws -> AgentSession {
        let library = try AgentLibrary(overrides: nil)
        let tools = try ToolCatalogue.builtIn(agents: library.spawnable.map { ($0.name, $0.description) })
        var session = try agent(provider)
        session.session.tools = tools.definitions(of: Set(tools.names))
        let opened = session.session
        journal.seed { state in
            if let index = state.sessions.firstIndex(where: { $0.id == opened.id }) { state.sessions[index] = opened }
        }
        session.actions.session = opened
        session.actions.tools = tools
        session.actions.subAgents = SubAgents(
            agents: library, models: { _ in ModelName(provider: "test", model: "model") }, system: \.instructions,
            gateway: session.gateway)
        session.actions.hooks = hooks.map {
            SessionHooks(
                runner: $0, session: opened, worktree: root.string, project: "/p", journal: journal, clock: time.wall)
        }
        return session
    }
}

/// A model that answers by step and turn, and counts what is bought.
final class SteppedProvider: ModelProvider, Sendable {
    let name = "test"
    private let script: [String: ScriptedProvider.Reply]
    private let counts = Mutex<[String: Int]>([:])
    private let onSend: @Sendable (ModelRequest) async -> Void

    init(
        _ script: [String: ScriptedProvider.Reply], onSend: @escaping @Sendable (ModelRequest) async -> Void = { _ in }
    ) {
        self.script = script
        self.onSend = onSend
    }

    var bought: [String: Int] { counts.withLock { $0 } }

    func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        if let fault = request.fault { Issue.record("the request is malformed: \(fault)") }
        await onSend(request)
        let call = "\(request.purpose.step)#\(request.purpose.turn)"
        counts.withLock { $0[call, default: 0] += 1 }
        guard case .events(let events) = script[call] else {
            Issue.record("there is no reply for \(call)")
            throw ModelError(.rehearsal, "exhausted")
        }
        for event in events { try await receive(event) }
    }
}

/// Where calls wait for one another.
private final class Meeting: Sendable {
    private struct State {
        var here = 0
        var most = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var most: Int { state.withLock { $0.most } }

    func arrive(of count: Int) async {
        await withCheckedContinuation { continuation in
            let all = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                state.here += 1
                state.most = max(state.most, state.here)
                state.waiting.append(continuation)
                guard state.here == count else { return [] }
                defer { state.waiting = [] }
                return state.waiting
            }
            for one in all { one.resume() }
        }
    }

    func pass() async {
        state.withLock {
            $0.here += 1
            $0.most = max($0.most, $0.here)
        }
        await Task.yield()
        state.withLock { $0.here -= 1 }
    }
}
