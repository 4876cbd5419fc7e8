import CPlatform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A hold on one process that never comes to mean another one, whoever gets its number later; only Linux has it.
package struct ProcessHandle: ~Copyable {
    private let file: Int32

    /// Nil where there is no such process any more, or the system has no such handles.
    package init?(_ process: Int32) {
        file = vj_pidfd_open(process)
        guard file >= 0 else { return nil }
    }

    deinit { close(file) }

    /// Ends it with SIGKILL; one that has ended is no error.
    package func kill() { _ = vj_pidfd_signal(file, SIGKILL) }

    /// Whether it ends within this time; blocks its thread.
    ///
    /// The first process of a namespace has ended when all others of the namespace have.
    package func ends(within milliseconds: Int32) -> Bool {
        let clock = ContinuousClock()
        let due = clock.now + .milliseconds(milliseconds)
        while true {
            let left = (due - clock.now).components
            let rest = max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000)
            var polled = [pollfd(fd: file, events: Int16(POLLIN), revents: 0)]
            let count = poll(&polled, 1, Int32(clamping: rest))
            if count > 0 { return true }
            if count == 0 || errno != EINTR { return false }
        }
    }
}
