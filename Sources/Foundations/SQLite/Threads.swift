import DetachedThreads
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The threads of one database, which end when its mailboxes are closed and drained.
final class Threads: Sendable {
    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Runs the body on a thread of its own; false where the system has none left.
    func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { $0.running += 1 }
        let started =
            DetachedThread.start { [self] in
                body()
                ended()
            } == 0
        if !started { ended() }
        return started
    }

    /// Returns when no thread runs any more.
    func allEnded() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.running > 0 { state.waiting.append(continuation) }
                return state.running == 0
            }
            if isOver { continuation.resume() }
        }
    }

    private func ended() {
        let waiting = state.withLock { state in
            state.running -= 1
            guard state.running == 0 else { return [] as [CheckedContinuation<Void, Never>] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
