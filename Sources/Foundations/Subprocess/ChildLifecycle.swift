/// Decides how a running child comes to its end: events in, actions out, no clock and no I/O.
///
/// Ends in exactly one `finish`, and only after `leaderExited`.
struct ChildLifecycle {
    enum Event: Hashable {
        /// The child ended; it is not reaped yet.
        case leaderExited
        /// No process holds the child's output any more.
        case outputClosed
        case timeUp, cancelled, outputLimitReached
        case graceOver, lingerOver
    }

    enum Action: Hashable {
        /// SIGTERM to all of the child's processes.
        case terminate
        /// SIGKILL to all of the child's processes.
        case kill
        case startGrace, startLinger
        /// Reap the child, kill what it left, read what is still in the pipes, close everything.
        case finish
    }

    private enum State {
        case running, terminating, killed, lingering, finished
    }

    private var state = State.running
    private var outputIsOpen = true
    private(set) var ending = ProcessResult.Ending.normally
    /// Whether the output was still held by someone at the finish.
    private(set) var outputWasHeld = false

    mutating func handle(_ event: Event) -> [Action] {
        switch (state, event) {
        case (.finished, _): return []
        case (.lingering, .outputClosed):
            outputIsOpen = false
            return finish()
        case (.lingering, .lingerOver), (.lingering, .cancelled): return finish()
        case (.lingering, .outputLimitReached):
            // By itself the child ended well, yet its descendants went over the limit that the caller set.
            if ending == .normally { ending = .outputLimit }
            return finish()
        case (.lingering, _): return []
        case (_, .leaderExited):
            guard outputIsOpen else { return finish() }
            state = .lingering
            return [.startLinger]
        case (_, .outputClosed):
            outputIsOpen = false
            return []
        case (.running, .timeUp): return terminate(.timedOut)
        case (.running, .cancelled): return terminate(.cancelled)
        case (.running, .outputLimitReached): return terminate(.outputLimit)
        case (.terminating, .graceOver):
            state = .killed
            return [.kill]
        case (.running, _), (.terminating, _), (.killed, _): return []
        }
    }

    private mutating func terminate(_ reason: ProcessResult.Ending) -> [Action] {
        ending = reason
        state = .terminating
        return [.terminate, .startGrace]
    }

    private mutating func finish() -> [Action] {
        state = .finished
        outputWasHeld = outputIsOpen
        return [.finish]
    }
}
