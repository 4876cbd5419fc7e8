import Synchronization

/// Decides which of the arms of a call passes its answer on: the first that has a piece of it.
///
/// An arm that has begun cannot be given up any more, and one that was given up cannot begin.
final class Race: Sendable {
    private struct State {
        var winner: Int?
        var out: Set<Int> = []
        var stops: [Int: AsyncStream<Never>.Continuation] = [:]
    }

    private let state = Mutex(State())

    /// The arm that has begun to answer.
    var winner: Int? { state.withLock { $0.winner } }

    /// Ends when the arm has lost; the stream carries nothing, so there is nothing to buffer or drop.
    func stop(of arm: Int) -> AsyncStream<Never> {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let isLost = state.withLock { state in
            if let winner = state.winner { return winner != arm }
            state.stops[arm] = continuation
            return false
        }
        if isLost { continuation.finish() }
        return stream
    }

    /// Whether the arm may pass on what it has; the others are told to stop.
    func claim(_ arm: Int) -> Bool {
        let (isMine, losers) = state.withLock { state in
            guard state.winner == nil, !state.out.contains(arm) else {
                return (state.winner == arm, [AsyncStream<Never>.Continuation]())
            }
            state.winner = arm
            return (true, state.stops.filter { $0.key != arm }.map(\.value))
        }
        for loser in losers { loser.finish() }
        return isMine
    }

    /// Whether the arm, which has not begun, is out from now on.
    func giveUp(_ arm: Int) -> Bool {
        state.withLock { state in
            guard state.winner != arm else { return false }
            state.out.insert(arm)
            return true
        }
    }
}
