import Batches
import Conversation
import Files
import Gateway
import Identity
import Storage
import Synchronization
import Timekeeping

/// A batch service on a real store, with a provider in memory and a clock that only moves when told.
struct BatchBench: Sendable {
    let journal: SQLiteJournal
    let clock = ManualClock()
    let provider = MemoryBatchProvider()
    let policy: BatchPolicy
    let ids = IdentifierSource.seeded(5)
    private let bookings = Bookings()
    let service: BatchService

    private final class Bookings: Sendable {
        let calls = Mutex<[BatchCall]>([])
    }

    static func with(policy: BatchPolicy = BatchPolicy(), _ body: (BatchBench) async throws -> Void) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let journal = try await SQLiteJournal(path: (folder / "journal.db").string)
            try await body(BatchBench(journal, policy))
            await journal.close()
        }
    }

    private init(_ journal: SQLiteJournal, _ policy: BatchPolicy) {
        self.journal = journal
        self.policy = policy
        service = BatchService(
            store: journal, providers: [provider], policy: policy, clock: clock.wall, ids: ids,
            settle: { [bookings] call in bookings.calls.withLock { $0.append(call) } })
    }

    /// Another process on the same store.
    func newService(
        providers: [any BatchProvider]? = nil, sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in }
    ) -> BatchService {
        BatchService(
            store: journal, providers: providers ?? [provider], policy: policy, clock: clock.wall, ids: ids,
            sleep: sleep, settle: { [bookings] call in bookings.calls.withLock { $0.append(call) } })
    }

    var settled: [BatchCall] { bookings.calls.withLock { $0 } }

    static func request(_ text: String) -> ModelRequest {
        ModelRequest(
            model: "m", system: "", messages: [.user(text)], maxOutputTokens: 10,
            purpose: .init(agent: "a", step: "s", turn: 1))
    }

    static func reply(to text: String) -> ModelReply {
        ModelReply(
            id: "r", model: "m", content: [.text("re: \(text)")], stopReason: .endOfTurn,
            usage: Usage(input: 3, output: 2))
    }

    @discardableResult
    func enqueue(_ texts: [String]) async throws -> [BatchCallID] {
        var queued: [BatchCallID] = []
        for text in texts {
            queued.append(try await service.enqueue(Self.request(text), for: "fake", owner: "job"))
        }
        return queued
    }

    func outcomes(_ ids: [BatchCallID]) async throws -> [BatchOutcome?] {
        var outcomes: [BatchOutcome?] = []
        for id in ids { outcomes.append(try await service.outcome(of: id)) }
        return outcomes
    }
}

/// Keeps batches in memory; answers every call with its own text, in reverse, unless the text says what else to do.
final class MemoryBatchProvider: BatchProvider {
    let name = "fake"
    let limits = BatchLimits(items: 500, bytes: 1 << 20)
    private let state = Mutex(State())

    private struct State {
        var batches: [(marker: String, items: [BatchItem])] = []
        var isFinished = false
        var cancelled: [String] = []
        var discarded: [String] = []
        var lookUps = 0
        var diesAfterSubmitting = false
        var diesAfterResults: Int?
        var refusal: (error: ModelError, keeps: Bool)?
    }

    var submissions: [[BatchItem]] { state.withLock { $0.batches.map(\.items) } }
    var cancelled: [String] { state.withLock { $0.cancelled } }
    var discarded: [String] { state.withLock { $0.discarded } }
    var lookUps: Int { state.withLock { $0.lookUps } }

    func finish() { state.withLock { $0.isFinished = true } }
    func finishAtOnce() { finish() }
    func dieAfterSubmitting() { state.withLock { $0.diesAfterSubmitting = true } }
    func dieAfterResults(_ count: Int) { state.withLock { $0.diesAfterResults = count } }
    func refuseNext(_ error: ModelError, keeping keeps: Bool) { state.withLock { $0.refusal = (error, keeps) } }

    func submit(_ items: [BatchItem], marker: String) async throws -> BatchHandle {
        try state.withLock { state in
            let refusal = state.refusal
            state.refusal = nil
            if refusal?.keeps != false { state.batches.append((marker, items)) }
            if let refusal { throw refusal.error }
            if state.diesAfterSubmitting {
                state.diesAfterSubmitting = false
                throw CancellationError()
            }
            return BatchHandle(id: "batch-\(state.batches.count)")
        }
    }

    func find(_ submission: BatchSubmission) async throws -> BatchLookup {
        state.withLock { state in
            state.lookUps += 1
            let place = state.batches.firstIndex { $0.marker == submission.marker }
            return place.map { .found(BatchHandle(id: "batch-\($0 + 1)")) } ?? .absent
        }
    }

    func status(of handle: BatchHandle) async throws -> BatchStatus {
        state.withLock { state in
            let isOver = state.isFinished || state.cancelled.contains(handle.id)
            return BatchStatus(phase: isOver ? .ended : .working, handle: handle)
        }
    }

    func results(
        of handle: BatchHandle, to receive: (String, BatchOutcome) async throws -> Void
    ) async throws {
        let (items, limit) = state.withLock { state -> ([BatchItem], Int?) in
            let limit = state.diesAfterResults
            state.diesAfterResults = nil
            guard state.isFinished, let place = Int(handle.id.dropFirst(6)) else { return ([], limit) }
            return (state.batches[place - 1].items.reversed(), limit)
        }
        for (count, item) in items.enumerated() {
            if count == limit { throw CancellationError() }
            switch item.request.messages[0].text {
            case "expired": try await receive(item.customID, .expired)
            case "bad": try await receive(item.customID, .failed(ModelError(.invalidRequest, "bad")))
            case "forgotten": try await receive("nobody's", .expired)
            case let text: try await receive(item.customID, .reply(BatchBench.reply(to: text)))
            }
        }
    }

    func cancel(_ handle: BatchHandle) async throws { state.withLock { $0.cancelled.append(handle.id) } }
    func discard(_ handle: BatchHandle) async throws { state.withLock { $0.discarded.append(handle.id) } }
}
