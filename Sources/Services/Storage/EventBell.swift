import Identity
import Synchronization

/// Wakes those who wait for events: at once for writes of this process, and soon after those of another.
///
/// However many wait, one task looks for the writes of other processes, and only while somebody waits.
final class EventBell: Sendable {
    private struct State {
        var rings: UInt64 = 0
        var lastKey: UInt64 = 0
        var waiters: [UInt64: (run: RunID?, continuation: CheckedContinuation<Void, Never>)] = [:]
        var watcher: Task<Void, Never>?
        /// The last change counter seen, by whichever watcher.
        var seen: Int64?
    }

    private let state = Mutex(State())
    private let poll: @Sendable () async throws -> Void
    private let changeCounter: @Sendable () async throws -> Int64

    init(
        poll: @escaping @Sendable () async throws -> Void, changeCounter: @escaping @Sendable () async throws -> Int64
    ) {
        self.poll = poll
        self.changeCounter = changeCounter
    }

    /// How often it rang; read it before looking, so that no ring between looking and waiting is missed.
    var rings: UInt64 { state.withLock { $0.rings } }

    var waiting: Int { state.withLock { $0.waiters.count } }

    /// Wakes those who wait for the run and those who wait for all; without a run, everybody.
    func ring(for run: RunID?) {
        let woken = state.withLock { state in
            state.rings += 1
            let woken = state.waiters.filter { run == nil || $0.value.run == nil || $0.value.run == run }
            for key in woken.keys { state.waiters[key] = nil }
            Self.rest(&state)
            return woken.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Returns when it rings for the run, or has since `heard`; it may return without that.
    func wait(for run: RunID?, after heard: UInt64) async throws {
        let key = state.withLock { state in
            state.lastKey += 1
            return state.lastKey
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // A cancellation that came first finds nobody to wake: it is looked for here, under the same lock.
                    guard state.rings == heard, !Task.isCancelled else { return true }
                    state.waiters[key] = (run, continuation)
                    if state.watcher == nil { state.watcher = watch() }
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: key)
                Self.rest(&state)
                return waiter
            }
            waiter?.continuation.resume()
        }
        try Task.checkCancellation()
    }

    /// Stops looking where nobody waits.
    private static func rest(_ state: inout State) {
        guard state.waiters.isEmpty else { return }
        state.watcher?.cancel()
        state.watcher = nil
    }

    private func watch() -> Task<Void, Never> {
        // Owned by the state: cancelled by `rest` when the last waiter has gone.
        Task { [weak self] in
            while !Task.isCancelled {
                guard let self else { return }
                do {
                    try await poll()
                    let counter = try await changeCounter()
                    let isNew = state.withLock { state in
                        defer { state.seen = counter }
                        return state.seen != counter
                    }
                    if isNew { ring(for: nil) }
                } catch {
                    // Whoever waits finds out by looking what is wrong; a cancelled watcher has nobody to tell.
                    if !Task.isCancelled { ring(for: nil) }
                }
            }
        }
    }
}
