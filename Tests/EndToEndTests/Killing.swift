import Files
import Subprocess
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Stage {
    /// Runs the binary with `--events` and kills it with SIGKILL at the first event line that fits.
    ///
    /// Returns whether it was killed; false where it ended before such an event came.
    func vencejoKilled(_ arguments: [String], at fits: @escaping @Sendable (String) -> Bool) async throws -> Bool {
        let victim = Victim(pidFile: folder / "pid-\(arguments.count)-\(UInt32.random(in: 0 ... .max))", fits: fits)
        let result = try await victim.command(from: command(arguments + ["--events"])).run { stream, bytes in
            if stream == .stdout { victim.read(bytes) }
        }
        return result.status == .signaled(SIGKILL)
    }

    /// Runs the binary and kills it as soon as `moment` returns; false where it had ended by itself.
    @discardableResult
    func vencejoKilled(_ arguments: [String], when moment: @escaping @Sendable () async -> Void) async throws -> Bool {
        let victim = Victim(pidFile: folder / "pid-\(UInt32.random(in: 0 ... .max))", fits: { _ in false })
        let command = victim.command(from: command(arguments))
        return try await withThrowingTaskGroup(of: Bool?.self) { group in
            group.addTask { try await command.run().status == .signaled(SIGKILL) }
            group.addTask {
                await moment()
                // Its number may be another's once it has ended.
                if !Task.isCancelled { victim.kill() }
                return nil
            }
            for try await wasKilled in group {
                guard let wasKilled else { continue }
                group.cancelAll()
                return wasKilled
            }
            return false
        }
    }
}

/// A process whose number is known to the test, and that can be killed by what it prints.
private final class Victim: Sendable {
    private let pidFile: FilePath
    private let signal: Int32
    private let fits: @Sendable (String) -> Bool
    private let pending = Mutex<[UInt8]>([])

    init(pidFile: FilePath, signal: Int32 = SIGKILL, fits: @escaping @Sendable (String) -> Bool) {
        self.pidFile = pidFile
        self.signal = signal
        self.fits = fits
    }

    /// The same command, begun by a shell that writes its number down and becomes it.
    func command(from command: Subprocess.Command) -> Subprocess.Command {
        var wrapped = command
        wrapped.executable = "/bin/sh"
        wrapped.arguments =
            ["-c", "echo $$ > \"$0\"; exec \"$@\"", pidFile.string, command.executable] + command.arguments
        return wrapped
    }

    func read(_ bytes: [UInt8]) {
        let lines = pending.withLock { pending in
            pending += bytes
            let whole = pending.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            pending = Array(whole.last ?? [])
            return whole.dropLast().map { String(decoding: $0, as: UTF8.self) }
        }
        if lines.contains(where: fits) { kill() }
    }

    func kill() {
        guard let text = try? FileSystem.readText(pidFile), let pid = Int32(text.prefix { $0.isNumber }) else { return }
        send(signal, to: pid)
    }
}

private func send(_ signal: Int32, to pid: Int32) { _ = kill(pid, signal) }

extension Stage {
    /// Runs the binary with `--events`, sends it Ctrl-C's signal at the first event line that fits, and gives its exit status.
    func vencejoInterrupted(_ arguments: [String], at fits: @escaping @Sendable (String) -> Bool) async throws -> Int32?
    {
        let victim = Victim(
            pidFile: folder / "pid-\(UInt32.random(in: 0 ... .max))", signal: SIGINT, fits: fits)
        let result = try await victim.command(from: command(arguments + ["--events"])).run { stream, bytes in
            if stream == .stdout { victim.read(bytes) }
        }
        guard case .exited(let status) = result.status else { return nil }
        return status
    }
}
