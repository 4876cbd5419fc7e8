import Synchronization

/// A call that is under way for a question, which others with the same question wait for.
final class CacheFlight: Sendable {
    enum Ending: Sendable {
        case kept(CachedReply)
        /// The answer is nothing to keep, or there is none: whoever waits asks alone.
        case notKept
        /// The caller went away: the next one takes its place.
        case abandoned
    }

    private struct State {
        var ending: Ending?
        var waiting: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Mutex(State())

    /// Ends the flight; only the first ending counts.
    func end(_ ending: Ending) {
        let waiting = state.withLock { state in
            guard state.ending == nil else { return [AsyncStream<Never>.Continuation]() }
            state.ending = ending
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.finish() }
    }

    /// Waits for the end; throws when the waiting task is cancelled.
    func wait() async throws -> Ending {
        let (stream, continuation) = AsyncStream<Never>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let isOver = state.withLock { state in
            if state.ending == nil { state.waiting.append(continuation) }
            return state.ending != nil
        }
        // The stream carries nothing: it ends with the flight, or with the task.
        if !isOver { for await _ in stream {} }
        try Task.checkCancellation()
        return state.withLock { $0.ending } ?? .abandoned
    }
}
