import Synchronization

/// The meeting point of one request: the transfer's thread fills it, the caller's task waits on it.
final class Exchange: Sendable {
    /// The head of a response.
    struct Head: Sendable {
        let status: Int
        let version: HTTPResponse.Version
        let headers: HTTPHeaders
    }

    typealias HeadResult = Result<Head, HTTPError>
    typealias ChunkResult = Result<[UInt8]?, HTTPError>

    private struct State {
        var head: Head?
        var chunks = ChunkBuffer()
        /// Set once, at the end; the chunks received before are still handed out.
        var end: ChunkResult?
        var headWaiter: CheckedContinuation<HeadResult, Never>?
        var chunkWaiters: [CheckedContinuation<ChunkResult, Never>] = []
    }

    let host: String
    private let loop: TransferLoop
    private let state = Mutex(State())

    init(host: String, loop: TransferLoop) {
        self.host = host
        self.loop = loop
    }

    var isEnded: Bool { state.withLock { $0.end != nil } }
}

// The reader's side.
extension Exchange {
    /// Waits for the head; if its task is cancelled the transfer is.
    func awaitHead() async -> HeadResult {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let result: HeadResult? = state.withLock { state in
                    if let head = state.head { return .success(head) }
                    if case .failure(let error) = state.end { return .failure(error) }
                    state.headWaiter = continuation
                    return nil
                }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Waits for the next chunk, nil at the end; if its task is cancelled the transfer is.
    func nextChunk() async -> ChunkResult {
        if let result = takeChunk() { return result }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let result = takeChunk(orWait: continuation) { continuation.resume(returning: result) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Gives the transfer up; what was received and not yet read is dropped.
    func cancel() {
        let isRunning = state.withLock { state in
            state.chunks = ChunkBuffer()
            return state.end == nil
        }
        // A response read after its closure must not look complete.
        guard isRunning else { return state.withLock { $0.end = .failure(.cancelled(host)) } }
        finish(.cancelled(host))
        loop.post(.cancel(self))
    }

    private func takeChunk(orWait waiter: CheckedContinuation<ChunkResult, Never>? = nil) -> ChunkResult? {
        let (result, resumes): (ChunkResult?, Bool) = state.withLock { state in
            if let (chunk, resumes) = state.chunks.take() { return (.success(chunk), resumes) }
            if let end = state.end { return (end, false) }
            if let waiter { state.chunkWaiters.append(waiter) }
            return (nil, false)
        }
        if resumes { loop.post(.resume(self)) }
        return result
    }
}

// The transfer's side.
extension Exchange {
    func receive(_ head: Head) {
        let waiter = state.withLock { state -> CheckedContinuation<HeadResult, Never>? in
            state.head = head
            return state.headWaiter.take()
        }
        waiter?.resume(returning: .success(head))
    }

    /// Takes the next bytes; false if the reader is behind and the sender has to wait for `resume`.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (isAdmitted, waiter) = state.withLock { state -> (Bool, CheckedContinuation<ChunkResult, Never>?) in
            // A cancelled exchange drops what still comes.
            guard state.end == nil else { return (true, nil) }
            guard state.chunks.admits() else { return (false, nil) }
            guard state.chunkWaiters.isEmpty else { return (true, state.chunkWaiters.removeFirst()) }
            state.chunks.append(Array(bytes))
            return (true, nil)
        }
        waiter?.resume(returning: .success(Array(bytes)))
        return isAdmitted
    }

    /// Ends the exchange, with an error or in good order; only the first call counts.
    func finish(_ error: HTTPError?) {
        let end: ChunkResult = error.map { .failure($0) } ?? .success(nil)
        let (headWaiter, chunkWaiters) = state.withLock {
            state -> (CheckedContinuation<HeadResult, Never>?, [CheckedContinuation<ChunkResult, Never>]) in
            guard state.end == nil else { return (nil, []) }
            state.end = end
            defer { state.chunkWaiters = [] }
            return (state.headWaiter.take(), state.chunkWaiters)
        }
        headWaiter?.resume(returning: .failure(error ?? .malformed(host)))
        for waiter in chunkWaiters { waiter.resume(returning: end) }
    }
}
