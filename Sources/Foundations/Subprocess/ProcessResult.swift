/// How a process ended.
package enum ExitStatus: Sendable, Hashable, CustomStringConvertible {
    case exited(Int32)
    case signaled(Int32)

    package var isSuccess: Bool { self == .exited(0) }

    package var description: String {
        switch self {
        case .exited(let code): "exit status \(code)"
        case .signaled(let number): "signal \(number)"
        }
    }
}

/// One of the two output streams of a child.
package enum OutputStream: Sendable, Hashable {
    case stdout, stderr
}

/// What came of a child that ran; a non-zero exit, a limit reached and a cancellation are results, not errors.
package struct ProcessResult: Sendable {
    /// Why the child ended: by itself or because it was told to.
    package enum Ending: Sendable, Hashable {
        case normally, timedOut, outputLimit, cancelled
    }

    package var status: ExitStatus
    package var ended: Ending
    /// With merged output, both streams in the order written.
    package var stdout: Captured
    /// Empty with merged output.
    package var stderr: Captured
    /// Whether descendants ran on after the child had ended; they were killed, as far as they are in its session.
    package var leftChildren: Bool
    /// From the start until the child was reaped.
    package var duration: Duration
    package var pid: Int32

    package init(
        status: ExitStatus, ended: Ending = .normally, stdout: Captured = Captured(), stderr: Captured = Captured(),
        leftChildren: Bool = false, duration: Duration = .zero, pid: Int32 = 0
    ) {
        self.status = status
        self.ended = ended
        self.stdout = stdout
        self.stderr = stderr
        self.leftChildren = leftChildren
        self.duration = duration
        self.pid = pid
    }

    /// Whether the child ended by itself with exit status 0.
    package var succeeded: Bool { ended == .normally && status.isSuccess }
}
