import Dispatch
import Synchronization

/// A door that is opened once; tests await it, handlers block on it, in either direction.
package final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let semaphore = DispatchSemaphore(value: 0)

    package init() {}

    package var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Opens the door for good.
    package func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            let waiters = state.waiters
            state.waiters = []
            return waiters
        }
        semaphore.signal()
        for waiter in waiters { waiter.resume() }
    }

    /// Blocks the calling thread until the door is open: for handlers, which have a thread of their own.
    package func block() {
        semaphore.wait()
        semaphore.signal()
    }

    /// Suspends until the door is open.
    package func opened() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
