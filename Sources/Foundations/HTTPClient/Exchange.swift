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

    fileprivate struct State {
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
        if abandon() { loop.post(.cancel(self)) }
    }

    /// Reads no more, and lets the transfer come to its end by itself if that is near: its connection can be used again.
    func drain() {
        if abandon() { loop.post(.drain(self)) }
    }

    /// Has everybody who waits learn that nothing more comes; says whether the transfer is under way.
    private func abandon() -> Bool {
        let isRunning = state.withLock { state in
            state.chunks = ChunkBuffer()
            defer {
                // A response read after its closure must not look complete.
                if state.end != nil { state.end = .failure(.cancelled(host)) }
            }
            return state.end == nil
        }
        if isRunning { finish(.cancelled(host)) }
        return isRunning
    }

    private func takeChunk(orWait waiter: CheckedContinuation<ChunkResult, Never>? = nil) -> ChunkResult? {
        var resumes = false
        let result = state.withLock { state in
            let result = state.takeChunk(resumes: &resumes)
            if result == nil, let waiter { state.chunkWaiters.append(waiter) }
            return result
        }
        if resumes { loop.post(.resume(self)) }
        return result
    }
}

// The transfer's side.
extension Exchange {
    /// Takes the head; `wake` tells the reader.
    func receive(_ head: Head) {
        state.withLock { $0.head = head }
    }

    /// Takes the next bytes, of which `wake` tells the reader; false if the reader is behind and the sender has to wait
    /// for `resume`.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            // A cancelled exchange drops what still comes.
            guard state.end == nil else { return true }
            guard state.chunks.admits() else { return false }
            state.chunks.append(Array(bytes))
            return true
        }
    }

    /// Ends the exchange, with an error or in good order, and wakes the reader; only the first call counts.
    func finish(_ error: HTTPError?) {
        state.withLock { state in
            if state.end == nil { state.end = error.map { .failure($0) } ?? .success(nil) }
        }
        wake()
    }

    /// Has whoever waits go on with what has come.
    ///
    /// Apart from taking it in, so that a reader of what came at once is woken once.
    func wake() {
        var resumes = false
        let (head, chunks) = state.withLock { state in
            (state.takeHeadWaiter(host), state.takeChunkWaiters(resumes: &resumes))
        }
        if let head { head.waiter.resume(returning: head.result) }
        for chunk in chunks { chunk.waiter.resume(returning: chunk.result) }
        if resumes { loop.post(.resume(self)) }
    }
}

extension Exchange.State {
    typealias HeadDelivery = (waiter: CheckedContinuation<Exchange.HeadResult, Never>, result: Exchange.HeadResult)
    typealias ChunkDelivery = (waiter: CheckedContinuation<Exchange.ChunkResult, Never>, result: Exchange.ChunkResult)

    /// Whoever waits for the head, if there is one or there will be none.
    fileprivate mutating func takeHeadWaiter(_ host: String) -> HeadDelivery? {
        let result: Exchange.HeadResult
        if let head {
            result = .success(head)
        } else {
            guard let end else { return nil }
            if case .failure(let error) = end { result = .failure(error) } else { result = .failure(.malformed(host)) }
        }
        return headWaiter.take().map { ($0, result) }
    }

    /// Those who wait for chunks, as far as there are some or there will be none.
    fileprivate mutating func takeChunkWaiters(resumes: inout Bool) -> [ChunkDelivery] {
        var deliveries: [ChunkDelivery] = []
        while !chunkWaiters.isEmpty, let next = takeChunk(resumes: &resumes) {
            deliveries.append((chunkWaiters.removeFirst(), next))
        }
        return deliveries
    }

    /// The next chunk, or the end; nil while neither is there.
    fileprivate mutating func takeChunk(resumes: inout Bool) -> Exchange.ChunkResult? {
        guard let (chunk, resumesSender) = chunks.take() else { return end }
        if resumesSender { resumes = true }
        return .success(chunk)
    }
}
