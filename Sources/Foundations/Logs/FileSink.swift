import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Appends JSON lines to a file and starts a new one when it has grown to a size.
///
/// The full file `log` becomes `log.1`, that one `log.2`, and so on. Several processes may write to one file. The file belongs to its owner alone (0600). A line that cannot be written,
/// as on a full disk, is counted in ``dropped``, and the next one is tried again.
package final class FileSink: LogSink {
    private struct State {
        var descriptor: Int32 = -1
        var dropped = 0
    }

    private let path: String
    private let rotateAt: Int
    private let keep: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - rotateAt: The size in bytes beyond which no line is added.
    ///   - keep: How many earlier files stay.
    package init(path: String, rotateAt: Int = 10 << 20, keep: Int = 3) {
        self.path = path
        self.rotateAt = rotateAt
        self.keep = keep
    }

    deinit {
        state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
    }

    /// How many lines could not be written so far.
    package var dropped: Int { state.withLock { $0.dropped } }

    package func write(_ entry: LogEntry) {
        let line = Array((entry.json + "\n").utf8)
        // The lock is held over the write: it guards the descriptor and the order of the lines.
        state.withLock { state in
            if !prepare(&state, for: line.count) || !writeAll(line, to: state.descriptor) { state.dropped += 1 }
        }
    }

    /// Opens the file, a new one where another process has moved it away, and rotates it when it is full.
    private func prepare(_ state: inout State, for count: Int) -> Bool {
        for _ in 0..<8 {
            var named = stat()
            var opened = stat()
            let isNamed = stat(path, &named) == 0
            let isCurrent =
                state.descriptor >= 0 && isNamed && fstat(state.descriptor, &opened) == 0
                && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev
            if !isCurrent {
                if state.descriptor >= 0 { close(state.descriptor) }
                state.descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
                guard state.descriptor >= 0 else { return false }
            } else if opened.st_size == 0 || Int(opened.st_size) + count <= rotateAt {
                return true
            } else {
                rotate(opened, state.descriptor)
            }
        }
        return state.descriptor >= 0
    }

    private func rotate(_ opened: stat, _ descriptor: Int32) {
        // The lock on the full file decides which process moves it; the other finds a new one in its place.
        guard flock(descriptor, LOCK_EX) == 0 else { return }
        defer { flock(descriptor, LOCK_UN) }
        var named = stat()
        guard stat(path, &named) == 0, named.st_ino == opened.st_ino else { return }
        guard keep > 0 else {
            unlink(path)
            return
        }
        for number in stride(from: keep - 1, to: 0, by: -1) { rename("\(path).\(number)", "\(path).\(number + 1)") }
        rename(path, "\(path).1")
    }
}
