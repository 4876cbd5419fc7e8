import Files
package import Subprocess

/// A way to run shell commands within a policy.
package protocol Sandbox: Sendable {
    /// What receipts call it, such as `bubblewrap`.
    var name: String { get }
    /// Whether commands can write only where the policy says, and reach the network only if it says so.
    var confines: Bool { get }

    /// How commands reach the proxy of an allow-list; nil where the sandbox cannot hold them to one.
    var proxyKind: SandboxProxyKind? { get }

    /// Whether commands have process ids of their own, whose first one the sandbox tells; see ``NamespaceWatch``.
    var tellsFirstProcess: Bool { get }
    /// Whether commands cannot make user namespaces, in which they would have privileges of a kind.
    var closesNamespaces: Bool { get }

    /// The command to start in place of a shell command; its time limit, output mode and environment are set.
    ///
    /// Throws `invalidPolicy` where the policy asks for something that is not to be had.
    func confine(_ command: ShellCommand, policy: SandboxPolicy) throws -> Command
}

extension Sandbox {
    package var tellsFirstProcess: Bool { false }
    package var closesNamespaces: Bool { false }

    /// Runs a command in it; all its processes have ended when this returns or throws, where the sandbox confines.
    ///
    /// `prepare` has the last word on what is started.
    func run(
        _ command: ShellCommand, policy: SandboxPolicy, onOutput: (@Sendable ([UInt8]) -> Void)? = nil,
        prepare: (inout Command) -> Void = { _ in }
    ) async throws -> ProcessResult {
        var command = command
        let watch = tellsFirstProcess ? try NamespaceWatch() : nil
        command.isWatched = watch != nil
        var confined = try confine(command, policy: policy)
        prepare(&confined)
        if let watch { confined = watch.watching(confined) }
        let outcome: Result<ProcessResult, SubprocessError>
        do throws(SubprocessError) {
            outcome = .success(try await confined.run { _, bytes in onOutput?(bytes) })
        } catch {
            outcome = .failure(error)
        }
        try await watch?.endAll()
        return try outcome.get()
    }
}

/// How the proxy of an allow-list is reached from a sandbox.
package enum SandboxProxyKind: Sendable, Hashable { case socket, loopbackPort }

/// Runs commands with this user's rights: only for projects that have asked for it with `sandbox: off`.
package struct NoSandbox: Sandbox {
    private let host: HostEnvironment

    package init(environment: [String: String] = Command.inheritedEnvironment()) {
        host = HostEnvironment(environment)
    }

    package var name: String { "no sandbox" }
    package var confines: Bool { false }
    package var proxyKind: SandboxProxyKind? { nil }

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
    /// A control group sees to memory, processes and cores.
    var isGrouped = false
    /// The shell for the command line itself.
    var shell: FilePath

    // `sh` counts file sizes in blocks of 512 bytes and memory in KiB; a limit that is lower already stays.
    func arguments(for line: String) -> [String] {
        var settings = ["ulimit -c 0"]
        if let count = limits.processes, !isGrouped { settings.append("ulimit -u \(count)") }
        if let bytes = limits.fileBytes { settings.append("ulimit -f \(max(1, bytes / 512))") }
        if let bytes = limits.memoryBytes, !isGrouped { settings.append("ulimit -v \(max(1, bytes / 1024))") }
        // Without a group nobody counts what all processes use together: each gets as much as all could have had.
        if let cores = limits.cores, !isGrouped {
            let seconds = Double(limits.time.components.seconds) * cores
            settings.append("ulimit -t \(max(1, Int(min(seconds.rounded(.up), 1e9))))")
        }
        let script = settings.map { "\($0) 2>/dev/null" }.joined(separator: "; ") + "; exec \"$@\""
        return ["/bin/sh", "-c", script, "sh", shell.string, "-c", line]
    }
}
