import AgentRuntime
import Conversation
import Files
import Gateway
import Identity
import JSON
import Money
import Policy
package import Runs
import Timekeeping
import Tools

/// Measures how long a run with many recorded turns takes from the opening of its journal to its next call of a model.
package struct ResumeBenchmark: Sendable {
    private let service: RunService
    private let run: Run
    private let sessions: Int
    private let turns: Int

    /// - Parameters:
    ///   - sessions: how many steps the run has, the last of which is under way.
    ///   - turns: how many turns each of them has.
    package init(service: RunService, run: Run, sessions: Int, turns: Int) {
        self.service = service
        var run = run
        run.status = .running
        self.run = run
        self.sessions = sessions
        self.turns = turns
    }

    /// Writes the run's history: each turn with its call, its action, its charge and their events.
    package func prepare() async throws {
        try await service.journal.record([.run(run)], for: run.id, at: service.clock.now())
        for number in 1...sessions {
            let session = Session(
                id: service.ids.next(), run: run.id, step: step(number), agent: "developer", model: "bench/instant",
                system: "You are measured.",
                tools: try ToolCatalogue.builtIn().definitions(of: ["read_file", "finish"]),
                openedAt: service.clock.now())
            var changes: [JournalChange] = [
                .session(session), .input(SessionInput(session: session.id, afterTurn: 0, text: "Go on.")),
                .event(.stepStarted(step: session.step)),
            ]
            for turn in 1...turns { changes += records(of: turn, session) }
            try await service.journal.record(changes, for: run.id, at: service.clock.now())
        }
    }

    /// Does what a resumed process does before it asks a model.
    ///
    /// It finds out where the run stands and whether it was cancelled, and puts the conversation of the step together.
    package func resume() async throws {
        var fold = EventFold(readOnlyAgents: [])
        try await fold.catchUp(with: service.journal, run: run.id)
        for record in try await service.journal.milestones(of: run.id, after: 0) {
            if case .cancelRequested = record.event { return }
        }
        guard let session = try await service.journal.session(of: run.id, step: step(sessions)) else {
            throw EngineError(.failed, "the measured session is missing from the journal")
        }
        let roomy = ModelCard(contextTokens: 100_000_000, maxOutputTokens: 8_192, prices: .free)
        let gateway = Gateway(
            providers: [Asked()],
            catalogue: try ModelCatalogue(overrides: [ModelName(provider: "bench", model: "instant"): roomy]),
            journal: service.journal, retries: .never, clock: service.clock, ids: service.ids)
        let root = FilePath("/")
        let actions = ActionRunner(
            session: session, tools: try ToolCatalogue.builtIn(),
            context: ToolContext(root: root, paths: PathRules(), searchPath: ""),
            permissions: Permissions(fallback: .allow), writes: PathRules(), workplace: IdleWorkplace(root: root),
            journal: service.journal, clock: service.clock, ids: service.ids)
        let agent = AgentSession(
            session: session, maxOutputTokens: 100,
            limits: SessionLimits(turns: .max, tokens: .max, wallTime: .seconds(3600)),
            context: ContextLimits(tokens: 90_000_000), gateway: gateway, actions: actions, journal: service.journal,
            clock: service.clock, ids: service.ids)
        let outcome = try await agent.run()
        guard outcome == .modelFailed(Asked.answer) else {
            throw EngineError(.failed, "the measured session did not come to its next call, but to \(outcome)")
        }
    }

    private func step(_ number: Int) -> StepKey { .task("T\(number)") }

    private func records(of number: Int, _ session: Session) -> [JournalChange] {
        let call = ToolCall(id: "c\(number)", name: "read_file", arguments: .json(["path": "Sources/file.txt"]))
        let reply = ModelReply(
            id: "r\(number)", model: "instant",
            content: [.text("I look at the file, as what it says decides what is done next."), .toolCall(call)],
            stopReason: .toolUse, usage: Usage(input: 100, output: 40, cacheRead: 2_000))
        let result = ToolResult(
            callID: call.id, text: String(repeating: "a line of the file\n", count: 20), outcome: .ok)
        let action = Action(
            id: service.ids.next(), session: session.id, turn: number, index: 0, tool: call.name, callID: call.id,
            intent: .none, result: result)
        let charge = Charge(
            id: service.ids.next(), reservation: service.ids.next(), run: run.id, session: session.id,
            step: session.step, agent: session.agent, turn: number, model: session.model, usage: reply.usage,
            cost: USD(micros: 10), outcome: .answered, milliseconds: 900, firstEventMilliseconds: 300,
            at: service.clock.now())
        return [
            .event(.turnStarted(session: session.id, turn: number, reserved: USD(micros: 20))),
            .turn(
                Turn(
                    id: service.ids.next(), session: session.id, number: number, reply: reply,
                    finishedAt: service.clock.now())),
            .settle(charge),
            .event(
                .turnFinished(
                    session: session.id, turn: number, usage: reply.usage, cost: charge.cost, text: "I look",
                    calls: [call.name])),
            .event(.actionStarted(session: session.id, turn: number, tool: call.name, summary: "file.txt")),
            .action(action),
            .event(
                .actionFinished(
                    session: session.id, turn: number, tool: call.name, outcome: .ok, summary: "20 lines")),
        ]
    }
}

/// A model whose only answer ends the measurement.
private struct Asked: ModelProvider {
    static let answer = ModelError(.refused, "the measurement ends here")
    let name = "bench"

    func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        throw Self.answer
    }
}
