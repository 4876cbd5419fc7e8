import Files
package import Subprocess

/// A way to run shell commands within a policy.
package protocol Sandbox: Sendable {
    /// What receipts call it, such as `bubblewrap`.
    var name: String { get }
    /// Whether commands can write only where the policy says, and reach the network only if it says so.
    var confines: Bool { get }

    /// The command to start in place of a shell command; its time limit, output mode and environment are set.
    ///
    /// Throws `invalidPolicy` where the policy asks for something that is not to be had.
    func confine(_ command: ShellCommand, policy: SandboxPolicy) throws -> Command
}

/// Runs commands with this user's rights: only for projects that have asked for it with `sandbox: off`.
package struct NoSandbox: Sandbox {
    private let host: HostEnvironment

    package init(environment: [String: String] = Command.inheritedEnvironment()) {
        host = HostEnvironment(environment)
    }

    package var name: String { "no sandbox" }
    package var confines: Bool { false }

    package func confine(_ command: ShellCommand, policy: SandboxPolicy) throws -> Command {
        var environment = try host.environment(for: policy)
        environment["TMPDIR"] = host.variables["TMPDIR"] ?? "/tmp"
        let prologue = ShellPrologue(limits: policy.limits, shell: host.shell).arguments(for: command.line)
        var result = Command(prologue[0], Array(prologue.dropFirst()), environment: environment)
        result.directory = command.directory ?? policy.workspace
        result.output = .merged
        result.limits.time = policy.limits.time
        return result
    }
}

/// A shell that sets limits and becomes the shell that runs a command line.
struct ShellPrologue: Sendable, Hashable {
    var limits: SandboxPolicy.Limits
    /// The shell for the command line itself.
    var shell: FilePath

    // `sh` counts file sizes in blocks of 512 bytes and memory in KiB; a limit that is lower already stays.
    func arguments(for line: String) -> [String] {
        var settings = ["ulimit -c 0"]
        if let count = limits.processes { settings.append("ulimit -u \(count)") }
        if let bytes = limits.fileBytes { settings.append("ulimit -f \(max(1, bytes / 512))") }
        if let bytes = limits.memoryBytes { settings.append("ulimit -v \(max(1, bytes / 1024))") }
        let script = settings.map { "\($0) 2>/dev/null" }.joined(separator: "; ") + "; exec \"$@\""
        return ["/bin/sh", "-c", script, "sh", shell.string, "-c", line]
    }
}
