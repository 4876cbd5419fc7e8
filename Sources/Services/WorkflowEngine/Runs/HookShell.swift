import Files
import Hooks
import Workbench

/// Runs hooks: with their input as a file, and both outputs apart.
///
/// A confined hook works in the worktree with what commands of agents may reach. One that is not confined works in the
/// user's own project folder, so that no agent writes the scripts that it runs.
struct HookShell: Sendable {
    var confined: ShellRunner
    var policy: SandboxPolicy
    /// A folder for what goes to hooks and comes from them; nobody else's.
    var scratch: FilePath
    var project: FilePath
    /// What the user trusts of the project's hooks.
    var trusted: String?

    private static let longestOutput = 256 << 10

    func run(_ process: HookRunner.Process) async throws -> HookRunner.Ending {
        // The run may take hours, in which the project's scripts may become others.
        if process.owner == .project, try HookTrust.hash(of: project) != trusted {
            throw HooksError(
                .unreadable, "the project's hooks changed after the run was taken up: look at them and trust them again"
            )
        }
        let folder = scratch / String(UInt64.random(in: 0 ... .max), radix: 36)
        try FileSystem.createDirectory(folder, mode: 0o700)
        defer {
            // What stays behind is removed with the folder when the run is taken up again.
            try? FileSystem.removeTree(folder)
        }
        try FileSystem.write(process.input, to: folder / "in")
        for name in ["out", "err"] { try FileSystem.write("", to: folder / name) }
        var policy = policy
        policy.masked += try SandboxPolicy.secretFiles(in: policy.workspace)
        policy.limits.time = process.timeLimit
        policy.limits.textBytes = 4096
        policy.writable.append(folder)
        let scripts = project / HookTrust.scriptFolder
        if FileSystem.exists(scripts) { policy.readable.append(scripts) }
        let shell = process.isConfined ? confined : ShellRunner(sandbox: NoSandbox())
        let outcome = try await shell.run(
            commandLine(process, folder, scripts), policy: policy, directory: process.isConfined ? nil : project)
        switch outcome.ended {
        case .timedOut: return .timedOut
        case .signaled(let number): return .signaled(number)
        case .exited(let status):
            return .exited(
                status, output: try Self.text(folder / "out", else: outcome.text),
                errors: try Self.text(folder / "err", else: outcome.text))
        }
    }

    private func commandLine(_ process: HookRunner.Process, _ folder: FilePath, _ scripts: FilePath) -> String {
        """
        VENCEJO_WORKTREE=\(Self.quoted(policy.workspace.string)) VENCEJO_HOOKS=\(Self.quoted(scripts.string)) \
        exec /bin/sh -c \(Self.quoted(process.commandLine)) <\(Self.quoted("\(folder)/in")) \
        >\(Self.quoted("\(folder)/out")) 2>\(Self.quoted("\(folder)/err"))
        """
    }

    /// What a hook printed; what the shell said where it could not even begin.
    private static func text(_ file: FilePath, else said: String) throws -> String {
        guard let size = try FileSystem.info(file)?.size else { return said }
        guard size <= longestOutput else { return "(more than \(longestOutput) bytes were printed)" }
        return String(decoding: try FileSystem.readBytes(file), as: UTF8.self)
    }

    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}
