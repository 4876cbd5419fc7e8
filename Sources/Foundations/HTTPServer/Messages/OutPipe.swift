import Synchronization

/// The bytes of a response's body on their way from the task that writes them to the connection that sends them.
///
/// A writer waits while more than ``highWaterMark`` bytes are in it, until there are less than ``lowWaterMark``.
final class OutPipe: Sendable {
    static let highWaterMark = 64 * 1024
    static let lowWaterMark = 32 * 1024

    /// What the sender finds.
    enum Pull {
        case bytes([UInt8])
        case empty
        case finished
        case failed
    }

    private struct State {
        var chunks: [[UInt8]] = []
        var size = 0
        /// Whether the sender was told and has not looked since.
        var isSignalled = false
        var isFinished = false
        var failed = false
        /// The sender takes nothing any more.
        var isClosed = false
        var writers: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
        var lastID = 0
    }

    private let state = Mutex(State())
    private let notify: @Sendable () -> Void

    /// - Parameter notify: Called when there is something to pull, once until it is pulled.
    init(notify: @escaping @Sendable () -> Void) {
        self.notify = notify
    }

    // MARK: The writer's side

    /// Waits for room, if there is none, behind handing over the bytes.
    func write(_ bytes: [UInt8]) async throws {
        try Task.checkCancellation()
        let (isClosed, isFull, mustNotify) = state.withLock { state -> (Bool, Bool, Bool) in
            guard !state.isClosed else { return (true, false, false) }
            precondition(!state.isFinished, "a response's body is written to behind its end")
            state.chunks.append(bytes)
            state.size += bytes.count
            defer { state.isSignalled = true }
            return (false, state.size > Self.highWaterMark, !state.isSignalled)
        }
        guard !isClosed else { throw Disconnected() }
        if mustNotify { notify() }
        if isFull { try await waitForRoom() }
    }

    func finish(failed: Bool = false) {
        let mustNotify = state.withLock { state in
            guard !state.isFinished else { return false }
            state.isFinished = true
            state.failed = failed
            defer { state.isSignalled = true }
            return !state.isSignalled
        }
        if mustNotify { notify() }
    }

    private func waitForRoom() async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<Void, any Error>? in
                    if state.isClosed { return .failure(Disconnected()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.size <= Self.highWaterMark { return .success(()) }
                    state.writers.append((id, continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let writer = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                guard let place = state.writers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.writers.remove(at: place).continuation
            }
            writer?.resume(throwing: CancellationError())
        }
    }

    // MARK: The sender's side

    /// Takes what there is, up to about `limit` bytes; a chunk is never cut.
    func pull(upTo limit: Int) -> Pull {
        let (pull, writers) = state.withLock { state -> (Pull, [CheckedContinuation<Void, any Error>]) in
            state.isSignalled = false
            guard !state.chunks.isEmpty else {
                return (state.isFinished ? (state.failed ? .failed : .finished) : .empty, [])
            }
            var bytes = state.chunks[0]
            var taken = 1
            while taken < state.chunks.count, bytes.count + state.chunks[taken].count <= limit {
                bytes.append(contentsOf: state.chunks[taken])
                taken += 1
            }
            state.chunks.removeFirst(taken)
            state.size -= bytes.count
            guard state.size < Self.lowWaterMark else { return (.bytes(bytes), []) }
            defer { state.writers = [] }
            return (.bytes(bytes), state.writers.map(\.continuation))
        }
        for writer in writers { writer.resume() }
        return pull
    }

    /// Refuses what is written from now on: the client is gone.
    func close() {
        let writers = state.withLock { state in
            state.isClosed = true
            state.chunks = []
            defer { state.writers = [] }
            return state.writers.map(\.continuation)
        }
        for writer in writers { writer.resume(throwing: Disconnected()) }
    }
}
