import CPlatform
import DetachedThreads
import Files
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One run of a command, on a thread of its own, that another task may cancel.
final class Execution: Sendable {
    typealias Outcome = Result<ProcessResult, SubprocessError>

    /// How the thread is woken while it waits for the child.
    private struct Wake {
        var isCancelled = false
        /// The writing end of a pipe that the thread waits on too; nil while there is nothing to wake.
        var file: Int32?
    }

    private let command: Command
    private let onOutput: (@Sendable (OutputStream, [UInt8]) -> Void)?
    private let wake = Mutex(Wake())

    init(_ command: Command, onOutput: (@Sendable (OutputStream, [UInt8]) -> Void)?) {
        self.command = command
        self.onOutput = onOutput
    }

    /// Calls `completion` exactly once, when the child is reaped and all descriptors are closed.
    ///
    /// The thread ends with the run: it needs no owner, for the run always ends.
    func start(_ completion: @escaping @Sendable (Outcome) -> Void) {
        let code = DetachedThread.start { completion(self.run()) }
        if code != 0 { completion(.failure(startError(code, command, FilePath(command.executable)))) }
    }

    func cancel() {
        wake.withLock { wake in
            wake.isCancelled = true
            var byte: UInt8 = 0
            if let file = wake.file { _ = write(file, &byte, 1) }
        }
    }

    private func run() -> Outcome {
        do throws(SubprocessError) {
            var ends: [Int32] = [-1, -1]
            guard vj_pipe_cloexec(&ends) == 0 else {
                throw startError(errno, command, FilePath(command.executable))
            }
            let isCancelled = wake.withLock { wake in
                wake.file = ends[1]
                return wake.isCancelled
            }
            defer {
                wake.withLock { $0.file = nil }
                close(ends[0])
                close(ends[1])
            }
            guard !isCancelled else {
                throw SubprocessError(.cancelled, "\(command.executable) was not started: its task was cancelled.")
            }
            var child = try RunningChild(command, wake: ends[0], onOutput: onOutput)
            return .success(try child.waitToTheEnd())
        } catch {
            return .failure(error)
        }
    }
}
