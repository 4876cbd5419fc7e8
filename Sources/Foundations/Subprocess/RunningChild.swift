import CPlatform
import Files

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A child and the loop that waits for it on a thread of its own, doing what the lifecycle decides.
///
/// A thread and `poll` rather than Dispatch sources: those crash on Linux when many pipes come and go at once
/// (a use after free in libdispatch's epoll bookkeeping, swift-corelibs-libdispatch issue 949).
struct RunningChild: ~Copyable {
    private struct Pipe {
        let stream: OutputStream
        /// Nil when closed.
        var file: Int32?
        var window: OutputWindow
    }

    private let command: Command
    private let onOutput: ((OutputStream, [UInt8]) -> Void)?
    private let session: ProcessSession
    private let started: ContinuousClock.Instant
    private var lifecycle = ChildLifecycle()
    private var pipes: [Pipe]
    private var timers: [(due: ContinuousClock.Instant, event: ChildLifecycle.Event)] = []
    /// Readable when the run is cancelled; nil once it was.
    private var wake: Int32?
    /// Readable when the child has ended; nil once it has.
    private var exit: Int32?
    private var buffer = [UInt8](repeating: 0, count: 65536)
    private var result: Result<ProcessResult, SubprocessError>?

    /// Starts the child; `wake` stays the caller's.
    init(
        _ command: Command, wake: Int32, onOutput: ((OutputStream, [UInt8]) -> Void)?
    ) throws(SubprocessError) {
        let started = ContinuousClock.now
        let child = try spawn(command)
        let session = ProcessSession(leader: child.pid)
        let limits = command.limits
        let window = OutputWindow(limit: limits.output, policy: limits.outputPolicy)
        var pipes = [Pipe(stream: .stdout, file: child.stdout, window: window)]
        if let stderr = child.stderr { pipes.append(Pipe(stream: .stderr, file: stderr, window: window)) }
        let exit = openExitWatch(child.pid)
        guard exit != -1 else {
            let code = errno
            session.signal(SIGKILL)
            _ = session.reapLeader()
            for file in pipes.compactMap(\.file) { close(file) }
            throw startError(code, command, FilePath(command.executable))
        }
        self.command = command
        self.onOutput = onOutput
        self.session = session
        self.started = started
        self.pipes = pipes
        self.wake = wake
        self.exit = exit
        if let time = limits.time { timers.append((started + time, .timeUp)) }
    }

    mutating func waitToTheEnd() throws(SubprocessError) -> ProcessResult {
        while true {
            if let result { return try result.get() }
            waitOnce()
        }
    }

    private mutating func waitOnce() {
        let files = [wake, exit].compactMap(\.self) + pipes.compactMap(\.file)
        var polled = files.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let count = poll(&polled, nfds_t(polled.count), timeout())
        let ready = count > 0 ? Set(polled.filter { $0.revents != 0 }.map(\.fd)) : []
        if let wake, ready.contains(wake) {
            self.wake = nil
            handle(.cancelled)
        }
        fireTimers()
        for index in pipes.indices {
            // Bounded, so that timers, cancelling and the other stream get their turn.
            if let file = pipes[index].file, ready.contains(file) { read(index, atMost: 1 << 20) }
        }
        if let exit, ready.contains(exit) {
            close(exit)
            self.exit = nil
            handle(.leaderExited)
        }
    }

    private mutating func handle(_ event: ChildLifecycle.Event) {
        for action in lifecycle.handle(event) {
            switch action {
            case .terminate: session.signal(SIGTERM)
            case .kill: session.signal(SIGKILL)
            case .startGrace: timers.append((.now + command.limits.grace, .graceOver))
            case .startLinger: timers.append((.now + command.limits.linger, .lingerOver))
            case .finish: finish()
            }
        }
    }

    private mutating func finish() {
        let status = session.reapLeader()
        let duration = started.duration(to: .now)
        // The number of a session that has members is given to no one else, and for it to be given anew after the
        // reaping all process ids would have to go round in between: the group that exists now is the child's.
        let isUnclean = lifecycle.outputWasHeld || lifecycle.ending != .normally
        let left = isUnclean || session.groupExists ? session.liveMembers() : []
        if isUnclean || !left.isEmpty { session.signal(SIGKILL) }
        for index in pipes.indices {
            // What the dead have written is in the pipe; who lives on elsewhere does not get more than this.
            read(index, atMost: 1 << 20)
            closePipe(index)
        }
        guard let status else {
            let reason = "The exit status of \(command.executable) is lost: this process ignores SIGCHLD."
            result = .failure(SubprocessError(.other(ECHILD), reason))
            return
        }
        result = .success(
            ProcessResult(
                status: status, ended: lifecycle.ending, stdout: pipes[0].window.captured,
                stderr: pipes.count > 1 ? pipes[1].window.captured : Captured(),
                leftChildren: lifecycle.outputWasHeld || !left.isEmpty, duration: duration, pid: session.leader))
    }

    private mutating func read(_ index: Int, atMost limit: Int) {
        var total = 0
        while total < limit, let file = pipes[index].file {
            let count = readSome(file, &buffer)
            if count > 0 {
                total += count
                deliver(count, index)
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                closePipe(index)
                if pipes.allSatisfy({ $0.file == nil }) { handle(.outputClosed) }
            } else if errno == EAGAIN {
                return
            }
        }
    }

    private mutating func deliver(_ count: Int, _ index: Int) {
        buffer.withUnsafeBufferPointer {
            pipes[index].window.append(UnsafeBufferPointer(rebasing: $0.prefix(count)))
        }
        onOutput?(pipes[index].stream, Array(buffer.prefix(count)))
        if command.limits.outputPolicy == .stop, pipes[index].window.totalBytes > command.limits.output {
            handle(.outputLimitReached)
        }
    }

    private mutating func closePipe(_ index: Int) {
        guard let file = pipes[index].file else { return }
        close(file)
        pipes[index].file = nil
    }

    private mutating func fireTimers() {
        let now = ContinuousClock.now
        let due = timers.filter { $0.due <= now }
        timers.removeAll { $0.due <= now }
        for timer in due { handle(timer.event) }
    }

    /// Milliseconds until the next timer, rounded up; -1 without one.
    private borrowing func timeout() -> Int32 {
        guard let next = timers.map(\.due).min() else { return -1 }
        let left = ContinuousClock.now.duration(to: next).components
        guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
        // A day at a time is often enough to look, and fits.
        guard left.seconds < 86_400 else { return 86_400_000 }
        return Int32(left.seconds) * 1000 + Int32(left.attoseconds / 1_000_000_000_000_000) + 1
    }
}

private func readSome(_ file: Int32, _ buffer: inout [UInt8]) -> Int {
    buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
}

/// A descriptor that becomes readable when the child has ended, or -1 with `errno`.
private func openExitWatch(_ pid: pid_t) -> Int32 {
    #if os(Linux)
        return vj_pidfd_open(pid)
    #else
        let queue = kqueue()
        guard queue != -1 else { return -1 }
        var change = kevent()
        change.ident = UInt(pid)
        change.filter = Int16(EVFILT_PROC)
        change.flags = UInt16(EV_ADD)
        change.fflags = UInt32(bitPattern: NOTE_EXIT)
        guard kevent(queue, &change, 1, nil, 0, nil) != -1 else {
            let code = errno
            close(queue)
            errno = code
            return -1
        }
        return queue
    #endif
}
