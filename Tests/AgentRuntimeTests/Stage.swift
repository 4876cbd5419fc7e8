import AgentRuntime
import Conversation
import Files
import Gateway
import Identity
import JSON
import Money
import Policy
import Runs
import Timekeeping
import Tools

/// A session with everything around it, on a temporary folder.
struct Stage {
    let journal = MemoryJournal()
    let time = ManualClock()
    let ids: IdentifierSource
    let workplace: FakeWorkplace
    let session: Session
    var permissions = Permissions(fallback: .allow)
    var writes = PathRules()
    var keepImage: @Sendable ([UInt8], ImagePart) throws -> Void = { throw ContextError.noImages($1) }
    var root: FilePath { workplace.root }

    static func lend<Result>(
        confined: Bool = true, budget: USD = USD(micros: 1_000_000), opening: String? = "Do it.",
        _ body: (Stage) async throws -> Result
    ) async throws -> Result {
        try await FileSystem.withTemporaryDirectory { root in
            try FileSystem.write("one\n", to: root / "a.txt")
            let stage = try Stage(FakeWorkplace(root: root, confinesCommands: confined), budget: budget, opening)
            return try await body(stage)
        }
    }

    private init(_ workplace: FakeWorkplace, budget: USD, _ opening: String?) throws {
        self.workplace = workplace
        ids = IdentifierSource.seeded(7, clock: time.wall)
        let run = Run(
            id: ids.next(), project: "/p", request: "r", mode: .balanced, budget: budget, status: .running,
            baseCommit: "c", baseBranch: "main", branch: "b", worktree: workplace.root.string, createdAt: time.now,
            updatedAt: time.now)
        let tools = try ToolCatalogue.builtIn()
        let session = Session(
            id: ids.next(), run: run.id, step: .task("T001"), agent: "developer", model: "test/model",
            system: "You are the developer.", tools: tools.definitions(of: Set(tools.names)), openedAt: time.now)
        self.session = session
        journal.seed { state in
            state.runs = [run]
            state.sessions = [session]
            if let opening { state.inputs = [SessionInput(session: session.id, afterTurn: 0, text: opening)] }
        }
    }

    func runner() throws -> ActionRunner {
        ActionRunner(
            session: session, tools: try ToolCatalogue.builtIn(),
            context: ToolContext(root: root, paths: PathRules(), searchPath: "/usr/bin:/bin", images: .taken),
            permissions: permissions, writes: writes, workplace: workplace, journal: journal, clock: time.wall,
            ids: ids, keepImage: keepImage)
    }

    func agent(_ provider: any ModelProvider, limits: SessionLimits = .standard) throws -> AgentSession {
        let million = TokenRate(perMillion: USD(micros: 1_000_000))
        let card = ModelCard(
            contextTokens: 100_000, maxOutputTokens: 2000,
            prices: .init(input: million, output: million, cacheRead: million, cacheWrite: million))
        let gateway = Gateway(
            providers: [provider],
            catalogue: try ModelCatalogue(overrides: [ModelName(provider: "test", model: "model"): card]),
            journal: journal, retries: RetryPolicy(attempts: 3, base: .seconds(1), longest: .seconds(9)),
            clock: time.wall, ids: ids, sleep: { [time] in time.advance(by: $0) })
        return AgentSession(
            session: session, maxOutputTokens: 1000, limits: limits, gateway: gateway, actions: try runner(),
            journal: journal, clock: time.wall, ids: ids)
    }

    func transcript() async throws -> Transcript {
        Transcript(
            inputs: try await journal.inputs(of: session.id), turns: try await journal.turns(of: session.id),
            actions: try await journal.actions(of: session.id))
    }

    /// Writes a turn with these calls, as if a model had made them.
    func turn(_ calls: (name: String, arguments: JSONValue)...) {
        let content = calls.enumerated().map { index, call in
            Content.toolCall(ToolCall(id: "c\(index)", name: call.name, arguments: .json(call.arguments)))
        }
        let reply = ModelReply(id: "r", model: "model", content: content, stopReason: .toolUse, usage: .zero)
        let turn = Turn(id: ids.next(), session: session.id, number: 1, reply: reply, finishedAt: time.now)
        journal.seed { $0.turns = [turn] }
    }

    /// Performs the first tool call without a result, as a process would that has just started.
    func performNext() async throws -> ActionRunner.Outcome {
        let transcript = try await transcript()
        guard let pending = transcript.pendingCalls.first else { throw NothingPending() }
        return try await runner().perform(pending, turn: transcript.turns.count)
    }

    struct NothingPending: Error {}

    /// Performs the next call and gives what the model is told.
    func result() async throws -> ToolResult? {
        switch try await performNext() {
        case .done(let action): action.result
        case .waiting, .stopped: nil
        }
    }

    /// Performs the next call and gives the gate it waits at.
    func gate() async throws -> Gate? {
        switch try await performNext() {
        case .done, .stopped: nil
        case .waiting(let gate): gate
        }
    }

    func answer(_ gate: Gate, _ value: String, comment: String? = nil) async throws {
        let answer = GateAnswer(value: value, comment: comment, answeredBy: "test", answeredAt: time.now)
        _ = try await journal.answer(gate.id, with: answer, [])
    }

    func text(_ path: String) throws -> String { try FileSystem.readText(root / path) }

    var events: [RunEvent] { journal.now.events.map(\.event) }
}
