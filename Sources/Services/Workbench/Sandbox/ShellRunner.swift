package import Files
import Subprocess

/// Runs command lines of agents and checks, confined.
package struct ShellRunner: Sendable {
    private let sandbox: any Sandbox

    package init(sandbox: any Sandbox) {
        self.sandbox = sandbox
    }

    /// Whether commands can write only where their policy says.
    package var confines: Bool { sandbox.confines }

    /// How commands are confined, for receipts: `bubblewrap, network off`.
    package func confinement(_ policy: SandboxPolicy) -> String {
        sandbox.confines ? "\(sandbox.name), network \(policy.network.rawValue)" : sandbox.name
    }

    /// Runs a command line with both outputs as one, to its end or its limits.
    ///
    /// With `log`, what it prints is kept in that file up to the policy's limit. All its processes have ended when this
    /// returns. Throws where the command cannot be started or confined, where the log cannot be written, and
    /// `CancellationError`.
    package func run(
        _ commandLine: String, policy: SandboxPolicy, log: FilePath? = nil, directory: FilePath? = nil
    ) async throws -> ShellOutcome {
        var command = try sandbox.confine(ShellCommand(commandLine, directory: directory), policy: policy)
        command.limits.output = max(policy.limits.textBytes, 4096) * 2
        command.limits.grace = .seconds(2)
        let output = try OutputLog(log, limit: policy.limits.logBytes)
        let result: ProcessResult
        do throws(SubprocessError) {
            result = try await command.run { _, bytes in output.append(bytes) }
        } catch {
            if error.code == .cancelled { throw CancellationError() }
            throw WorkbenchError(.sandboxBroken, "The command could not be started: \(error.message)")
        }
        if result.ended == .cancelled { throw CancellationError() }
        try refuseBrokenSandbox(result)
        let (bytes, hash) = try output.finish()
        let kept = result.stdout
        let text = OutputTrimmer.text(
            head: String(decoding: kept.head, as: UTF8.self), tail: String(decoding: kept.tail, as: UTF8.self),
            omitted: kept.droppedBytes, limit: policy.limits.textBytes)
        return ShellOutcome(
            ended: Self.ending(result), text: text, bytes: bytes, hash: hash, log: log, duration: result.duration)
    }

    /// bubblewrap that cannot set itself up prints one line and exits with 1: that is no answer of the command.
    private func refuseBrokenSandbox(_ result: ProcessResult) throws {
        guard sandbox.confines, result.status == .exited(1), result.stdout.totalBytes < 1000 else { return }
        let lines = result.stdout.text.split(separator: "\n")
        guard lines.count == 1, let complaint = lines.first, complaint.hasPrefix("bwrap: ") else { return }
        throw WorkbenchError(
            .sandboxBroken,
            "The sandbox could not be set up (\(complaint)): `vencejo doctor` says why and what to do.")
    }

    private static func ending(_ result: ProcessResult) -> ShellOutcome.Ending {
        if result.ended == .timedOut { return .timedOut }
        return switch result.status {
        case .exited(let code): .exited(code)
        case .signaled(let number): .signaled(number)
        }
    }
}
