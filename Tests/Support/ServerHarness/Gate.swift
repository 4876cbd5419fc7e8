import Synchronization

/// A door that is opened once, and that tasks wait for.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var isOpen: Bool { state.withLock { $0.isOpen } }

    package func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Suspends until it is open, whether the task is cancelled or not.
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

/// Suspends until the task is cancelled; gives back at once where it is.
package func untilCancelled() async {
    let gate = Gate()
    await withTaskCancellationHandler {
        await gate.opened()
    } onCancel: {
        gate.open()
    }
}
