import Batches
import Conversation
import Files
import Identity
import Timekeeping

/// One piece of work on one batch, and what came of it.
extension BatchService {
    /// Does what a batch is due for.
    ///
    /// Trouble with the provider becomes part of the batch; only trouble with the store is thrown, and a cancellation.
    func work(on stored: StoredBatch) async throws {
        guard let work = stored.batch.work else { return }
        // One of another project, or no longer configured: whoever has its key sees to it.
        guard let provider = providers[stored.batch.provider] else { return }
        switch work {
        case .send: try await send(stored, provider)
        case .lookUp: try await lookUp(stored, provider)
        case .cancelAndPoll(let handle): try await cancelAndPoll(stored, handle, provider)
        case .poll(let handle): _ = try await poll(stored, handle, provider)
        case .collect(let handle): try await collect(stored, handle, provider)
        }
    }

    /// Changes a batch in the store by what happened; nil where somebody else was faster.
    func apply(_ event: Batch.Event, to stored: StoredBatch) async throws -> StoredBatch? {
        var batch = stored.batch
        let remaining = batch.apply(event, at: clock.now(), policy)
        guard batch != stored.batch else { return stored }
        guard case .done(let revision) = try await store.save(batch, over: stored, remaining: remaining) else {
            return nil
        }
        return StoredBatch(batch: batch, revision: revision)
    }

    /// The value, or the provider's error; anything else that is thrown goes on.
    private func asking<Value>(_ work: () async throws -> Value) async throws -> Result<Value, ModelError> {
        do {
            return .success(try await work())
        } catch let error as ModelError {
            return .failure(error)
        }
    }

    private func send(_ waiting: StoredBatch, _ provider: any BatchProvider) async throws {
        guard let stored = try await apply(.sending, to: waiting), stored.batch.phase == .sending else { return }
        let items = try await store.calls(of: stored.batch.id).map {
            BatchItem(customID: $0.id.string, request: $0.request)
        }
        FaultPoint.pass("batch.submit.before")
        switch try await asking({ try await provider.submit(items, marker: stored.batch.marker) }) {
        case .success(let handle):
            FaultPoint.pass("batch.submit.after")
            _ = try await applyToLatest(.sent(handle), stored)
        case .failure(let error): _ = try await applyToLatest(.sendingFailed(error), stored)
        }
    }

    /// As `apply`, but also where somebody asked for a cancellation meanwhile: what a provider said must not be lost.
    private func applyToLatest(_ event: Batch.Event, _ stored: StoredBatch) async throws -> StoredBatch? {
        if let done = try await apply(event, to: stored) { return done }
        guard let latest = try await store.batch(stored.batch.id) else { return nil }
        return try await apply(event, to: latest)
    }

    private func lookUp(_ stored: StoredBatch, _ provider: any BatchProvider) async throws {
        let calls = try await store.calls(of: stored.batch.id)
        let submission = BatchSubmission(
            marker: stored.batch.marker, customIDs: Set(calls.map(\.id.string)),
            since: stored.batch.sentAt ?? stored.batch.createdAt)
        switch try await asking({ try await provider.find(submission) }) {
        case .success(let lookup): _ = try await apply(.lookedUp(lookup), to: stored)
        case .failure(let error): _ = try await apply(.lookUpFailed(error), to: stored)
        }
    }

    private func cancelAndPoll(
        _ stored: StoredBatch, _ handle: BatchHandle, _ provider: any BatchProvider
    ) async throws {
        switch try await asking({ try await provider.cancel(handle) }) {
        case .success:
            guard let told = try await apply(.cancelTold, to: stored) else { return }
            try await poll(told, handle, provider)
        case .failure:
            // It may have ended already; asked again at the next poll where it has not.
            try await poll(stored, handle, provider)
        }
    }

    private func poll(_ stored: StoredBatch, _ handle: BatchHandle, _ provider: any BatchProvider) async throws {
        FaultPoint.pass("batch.poll.before")
        switch try await asking({ try await provider.status(of: handle) }) {
        case .failure(let error):
            _ = try await apply(.pollFailed(error), to: stored)
        case .success(let status):
            guard let polled = try await apply(.polled(status), to: stored) else { return }
            if case .collect(let handle) = polled.batch.work { try await collect(polled, handle, provider) }
        }
    }

    /// Reads the results and records them in groups; what was recorded before a crash is not recorded again.
    private func collect(_ stored: StoredBatch, _ handle: BatchHandle, _ provider: any BatchProvider) async throws {
        var group: [(BatchCallID, BatchOutcome)] = []
        func flush() async throws {
            FaultPoint.pass("batch.results.read")
            _ = try await store.record(group, of: stored.batch.id)
            FaultPoint.pass("batch.results.recorded")
            group.removeAll(keepingCapacity: true)
        }
        let read = try await asking {
            try await provider.results(of: handle) { customID, outcome in
                guard let id = BatchCallID(customID) else { return }
                group.append((id, outcome))
                if group.count == 100 { try await flush() }
            }
        }
        try await flush()
        switch read {
        case .failure(let error):
            _ = try await apply(.collectingFailed(error), to: stored)
        case .success:
            guard let ended = try await apply(.collected, to: stored), ended.batch.ending != nil else { return }
            // Tidying up at the provider, which throws things away by itself in time.
            _ = try await asking { try await provider.discard(handle) }
        }
    }
}
