import DetachedThreads
import Files
import Subprocess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One command's control group; whoever made it removes it.
struct ControlGroup: Sendable, Hashable {
    let path: FilePath

    /// The command, started in the group: a shell goes in and becomes the command.
    func entering(_ command: Command) -> Command {
        var result = command
        result.executable = "/bin/sh"
        let script = "echo 0 > \"$1\" || exit 125; shift; exec \"$@\""
        let procs = path / "cgroup.procs"
        result.arguments = ["-c", script, "sh", procs.string, command.executable] + command.arguments
        return result
    }

    /// What limit the processes ran into, by the kernel's own count.
    func exceeded(_ limits: SandboxPolicy.Limits) -> ExceededLimit? {
        if let bytes = limits.memoryBytes, count("memory.events", "oom_kill") > 0 { return .memory(bytes) }
        if let most = limits.processes, count("pids.events", "max") > 0 { return .processes(most) }
        return nil
    }

    /// Ends all that is in it and removes it, also where that takes a moment.
    func remove() async {
        kill()
        if removeNow() { return }
        await withCheckedContinuation { continuation in
            let failure = DetachedThread.start {
                // The kernel ends processes when it comes to it; what is left after this is swept at the next start.
                for _ in 0..<200 where !removeNow() { usleep(10_000) }
                continuation.resume()
            }
            if failure != 0 { continuation.resume() }
        }
    }

    func kill() {
        // Kernels before 5.14 have no such file; then the sandbox's own processes have ended with its first one.
        try? set("cgroup.kill", "1")
    }

    @discardableResult
    func removeNow() -> Bool { rmdir(path.string) == 0 || errno == ENOENT }

    func set(_ name: String, _ value: String) throws(FileError) { try Self.set(path / name, value) }

    static func set(_ file: FilePath, _ value: String) throws(FileError) {
        let descriptor = open(file.string, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(errno: errno, "write", file) }
        defer { close(descriptor) }
        let bytes = Array(value.utf8)
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw FileError(errno: errno, "write", file) }
    }

    private func count(_ file: String, _ key: String) -> Int {
        // A group without the controller has no such file, and nothing was counted.
        let text = (try? FileSystem.readText(path / file)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(key + " ") }
        return line.flatMap { Int($0.dropFirst(key.count + 1)) } ?? 0
    }
}
