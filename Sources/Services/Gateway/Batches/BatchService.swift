package import Batches
package import Conversation
import Files
package import Identity
package import Timekeeping

/// Calls that may wait: queued durably, sent to providers in batches, and answered whenever the answers come.
///
/// Everything is written before it is done and after, so that the service can die at any moment: whoever runs next goes on.
/// Several processes may run one on the same store. A call gets one outcome, once.
package final class BatchService: Sendable {
    let store: any BatchStore
    let providers: [String: any BatchProvider]
    let policy: BatchPolicy
    let clock: WallClock
    private let ids: IdentifierSource
    private let sleep: @Sendable (Duration) async throws -> Void
    private let look: Duration
    private let settle: @Sendable (BatchCall) async throws -> Void

    /// - Parameters:
    ///   - look: how often `run` and `wait` look at the store where nothing is due.
    ///   - settle: books what a call has cost. Called at least once for each call with an outcome, after the outcome was
    ///     recorded; after a crash it may be called again, so it has to know the call by its id.
    package init(
        store: any BatchStore, providers: [any BatchProvider], policy: BatchPolicy = BatchPolicy(),
        clock: WallClock = .system, ids: IdentifierSource, look: Duration = .seconds(5),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        settle: @escaping @Sendable (BatchCall) async throws -> Void = { _ in }
    ) {
        self.store = store
        self.providers = Dictionary(providers.map { ($0.name, $0) }) { first, _ in first }
        self.policy = policy
        self.clock = clock
        self.ids = ids
        self.look = look
        self.sleep = sleep
        self.settle = settle
    }

    /// Whether calls to this provider can wait for a batch.
    package func takes(provider: String) -> Bool { providers[provider] != nil }

    /// Queues a call; once this returns, it is not lost.
    ///
    /// - Parameter id: a caller that gives the same id again queues nothing new.
    @discardableResult
    package func enqueue(
        _ request: ModelRequest, for provider: String, owner: String, id: BatchCallID? = nil
    ) async throws -> BatchCallID {
        guard takes(provider: provider) else {
            let known = providers.keys.sorted().joined(separator: ", ")
            throw ModelError(
                .invalidRequest,
                "\(provider) takes no batches; send the call to it directly, or use one of: \(known.isEmpty ? "none is configured" : known)"
            )
        }
        let id = id ?? ids.next()
        let call = BatchCall(id: id, provider: provider, owner: owner, request: request, queuedAt: clock.now())
        try await store.enqueue(call)
        return id
    }

    /// What came of a call, or nil while it waits.
    package func outcome(of id: BatchCallID) async throws -> BatchOutcome? {
        guard let call = try await store.call(id) else {
            throw ModelError(.invalidRequest, "there is no call \(id) of a batch; was it queued here?")
        }
        return call.outcome
    }

    /// Waits for the outcome of a call, which somebody's `run` brings; hours are usual.
    package func wait(for id: BatchCallID) async throws -> BatchOutcome {
        while true {
            if let outcome = try await outcome(of: id) { return outcome }
            try await sleep(look)
        }
    }

    /// The call, with what came of it; nil where it was never queued.
    package func call(_ id: BatchCallID) async throws -> BatchCall? { try await store.call(id) }

    /// Has the batches stopped in which every call without an outcome is one of these.
    package func cancelBatches(ofOnly ids: Set<BatchCallID>) async throws {
        for batch in try await batches(of: ids) {
            let open = try await store.calls(of: batch).filter { $0.outcome == nil }
            if open.allSatisfy({ ids.contains($0.id) }) { try await cancel(batch: batch) }
        }
    }

    /// Whether one of the calls is in a batch that is to be stopped and has not ended.
    package func isBeingStopped(_ ids: Set<BatchCallID>) async throws -> Bool {
        for id in try await batches(of: ids) {
            if let batch = try await store.batch(id)?.batch, batch.cancellation != .none, batch.ending == nil {
                return true
            }
        }
        return false
    }

    private func batches(of ids: Set<BatchCallID>) async throws -> Set<BatchID> {
        var found: Set<BatchID> = []
        for id in ids {
            if case .batched(let batch)? = try await store.call(id)?.state { found.insert(batch) }
        }
        return found
    }

    /// Takes a call back that is still queued; false where it is in a batch already, or has its outcome.
    package func cancel(call id: BatchCallID) async throws -> Bool { try await store.cancelQueued(id) }

    /// Has a batch stopped; what its provider has answered by then is kept, and paid for.
    package func cancel(batch id: BatchID) async throws {
        while let stored = try await store.batch(id), stored.batch.ending == nil {
            if try await apply(.cancelAsked, to: stored) != nil { return }
        }
    }

    /// How long calls are kept that nobody asks for any more.
    private static let memory = Duration.seconds(32 * 86_400)

    /// Forms, sends, polls and collects until the task is cancelled.
    package func run() async throws {
        try await store.forgetCalls(queuedBefore: clock.now() - Self.memory)
        while true {
            let next = try await pass()
            // Never without a pause, whatever the store says is due.
            let wait = next.map { max(.milliseconds(100), $0 - clock.now()) } ?? look
            try await sleep(min(look, wait))
        }
    }

    /// Does everything that is due now, once.
    ///
    /// - Returns: when the next batch is due.
    @discardableResult
    package func pass() async throws -> Timestamp? {
        try await form()
        let ours = providers.keys.sorted()
        let due = Dictionary(grouping: try await store.due(at: clock.now(), of: ours)) { $0.batch.provider }
        // Side by side, so that a provider that is slow or silent holds up no other.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for batches in due.values {
                group.addTask { for stored in batches { try await self.work(on: stored) } }
            }
            try await group.waitForAll()
        }
        FaultPoint.pass("batch.pass.done")
        try await settleAll()
        return try await store.nextDue(of: ours)
    }

    /// Puts queued calls into batches, where enough are there or the oldest has waited long enough.
    private func form() async throws {
        for queue in try await store.queues() {
            guard let provider = providers[queue.provider] else { continue }
            let most = max(1, min(policy.largest.items, provider.limits.items))
            guard queue.count >= most || clock.now() - queue.since >= policy.gathering else { continue }
            while true {
                let calls = fitting(try await store.queued(in: queue, limit: most), provider.limits)
                guard !calls.isEmpty else { break }
                let batch = Batch(
                    id: ids.next(), provider: queue.provider, model: queue.model, calls: calls.count, at: clock.now())
                // Where another process took one of them, its batch is as good as ours.
                guard case .done = try await store.form(batch, of: calls) else { break }
            }
        }
    }

    /// As many of the calls, from the first, as stay below the limits in bytes; at least one.
    private func fitting(_ calls: [QueuedBatchCall], _ limits: BatchLimits) -> [BatchCallID] {
        let most = min(policy.largest.bytes, limits.bytes)
        var bytes = 0
        var fitting: [BatchCallID] = []
        for call in calls {
            bytes += call.bytes
            guard fitting.isEmpty || bytes <= most else { break }
            fitting.append(call.id)
        }
        return fitting
    }

    private func settleAll() async throws {
        while true {
            let calls = try await store.unsettled(limit: 100)
            guard !calls.isEmpty else { return }
            for call in calls {
                try await settle(call)
                try await store.markSettled([call.id])
            }
        }
    }
}
