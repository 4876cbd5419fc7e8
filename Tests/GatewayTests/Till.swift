import Conversation
import Files
import Gateway
import Identity
import Money
import ResponseCache
import Runs
import Storage
import Synchronization
import Testing
import Timekeeping

/// A gateway over a real journal, with a run that has a budget, a session, and a clock that only moves when told.
struct Till: Sendable {
    let journal: SQLiteJournal
    let run: Run
    let session: Session
    let clock = ManualClock()
    let slept = Naps()
    let gateway: Gateway

    static let model = ModelName(provider: "anthropic", model: "claude-sonnet-4-5")

    /// The waits that the gateway asked for, in order.
    final class Naps: Sendable {
        private let naps = Mutex<[Duration]>([])
        var all: [Duration] { naps.withLock { $0 } }
        func add(_ duration: Duration) { naps.withLock { $0.append(duration) } }
    }

    static func with(
        _ provider: ScriptedProvider, more: [ScriptedProvider] = [], budget: USD = USD(micros: 5_000_000),
        retries: RetryPolicy = .standard, catalogue: ModelCatalogue? = nil, budgets: Gateway.Budgets = .none,
        fallbacks: Gateway.Fallbacks = .none, mode: Mode = .balanced, cache: ResponseCache? = nil,
        sleep: (@Sendable (Duration) async throws -> Void)? = nil, _ body: (Till) async throws -> Void
    ) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let journal = try await SQLiteJournal(path: (folder / "journal.db").string)
            let till = try await Till(
                journal, [provider] + more, budget: budget, retries: retries,
                catalogue: catalogue ?? ModelCatalogue(), budgets: budgets, fallbacks: fallbacks, mode: mode,
                cache: cache, sleep: sleep)
            try await body(till)
            await journal.close()
        }
    }

    private init(
        _ journal: SQLiteJournal, _ providers: [ScriptedProvider], budget: USD, retries: RetryPolicy,
        catalogue: ModelCatalogue, budgets: Gateway.Budgets, fallbacks: Gateway.Fallbacks,
        mode: Mode, cache: ResponseCache?, sleep: (@Sendable (Duration) async throws -> Void)?
    ) async throws {
        self.journal = journal
        let ids = IdentifierSource.seeded(3, clock: clock.wall)
        run = Run(
            id: ids.next(), project: "/p", request: "Do it", mode: mode, budget: budget, status: .running,
            baseCommit: "c0", baseBranch: "main", branch: "vencejo/x", worktree: "/w", createdAt: clock.now,
            updatedAt: clock.now)
        session = Session(
            id: ids.next(), run: run.id, step: .plan, agent: "architect", model: "\(Self.model)", system: "s",
            tools: [], openedAt: clock.now)
        _ = try await journal.record([.run(run), .session(session)], for: run.id, at: clock.now)
        gateway = Gateway(
            providers: providers, catalogue: catalogue, journal: journal, retries: retries, clock: clock.wall,
            ids: ids, budgets: budgets, fallbacks: fallbacks, user: "ana", cache: cache, jitter: .none,
            sleep: sleep ?? { [slept, clock] in
                slept.add($0)
                clock.advance(by: $0)
            })
    }

    var caller: Gateway.Caller {
        Gateway.Caller(run: run.id, session: session.id, step: .plan, agent: "architect", turn: 1)
    }

    static func request(_ text: String = "Hi.", maxOutputTokens: Int = 1000) -> ModelRequest {
        ModelRequest(
            model: "", system: "You plan.", messages: [.user(text)], maxOutputTokens: maxOutputTokens,
            purpose: .init(agent: "architect", step: "plan", turn: 1))
    }

    func ask(_ request: ModelRequest = request(), of model: ModelName = model) async throws -> Gateway.Outcome {
        try await gateway.ask(model, request, for: caller)
    }

    /// Records an answer as a session does: the turn and its charge together.
    func record(_ charge: Charge) async throws {
        _ = try await journal.record([.settle(charge)], for: run.id, at: clock.now)
    }

    var openReservations: [Reservation] {
        get async throws { try await journal.openReservations(of: run.id) }
    }

    var charges: [Charge] {
        get async throws { try await journal.charges(of: run.id) }
    }

    var events: [RunEvent] {
        get async throws { try await journal.events(of: run.id, after: 0, limit: 100).map(\.event) }
    }

    /// Three bytes a token, as the catalogue has it for Claude.
    static func tokens(_ request: ModelRequest) -> Int { (TokenEstimate.inputBytes(of: request) + 2) / 3 }

    /// The most that a request may cost by the price list: $3 and $15 a million, $3.75 for what is written to the cache.
    static func ceiling(_ request: ModelRequest) -> USD {
        let input = tokens(request)
        return TokenRate(perMillion: USD(micros: 3_750_000)).cost(of: input)
            + TokenRate(perMillion: USD(micros: 15_000_000)).cost(of: request.maxOutputTokens)
    }
}

extension Gateway.Outcome {
    var answer: (ModelReply, Charge)? {
        if case .answered(let reply, let charge) = self { (reply, charge) } else { nil }
    }
    var refusal: BudgetRefusal? { if case .overBudget(let refusal) = self { refusal } else { nil } }
    var error: ModelError? { if case .failed(let error) = self { error } else { nil } }
}
