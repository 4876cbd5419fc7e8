package import Files
import Subprocess

/// Runs command lines of agents and checks, confined.
package struct ShellRunner: Sendable {
    private let sandbox: any Sandbox
    private let groups: ControlGroups?

    /// Without groups the limits of the process are what holds memory and processes.
    package init(sandbox: any Sandbox, groups: ControlGroups? = nil) {
        self.sandbox = sandbox
        self.groups = groups
    }

    /// Whether commands can write only where their policy says.
    package var confines: Bool { sandbox.confines }

    /// How commands are confined, for receipts: `bubblewrap, network off`.
    package func confinement(_ policy: SandboxPolicy) -> String {
        sandbox.confines ? "\(sandbox.name), network \(policy.network.word)" : sandbox.name
    }

    /// Runs a command line to its end or its limits, with both outputs as one unless they are to be kept apart.
    ///
    /// With `log`, what it prints is kept in that file up to the policy's limit. All its processes have ended when this
    /// returns, and so have its connections; without a sandbox those that made a session of their own live on. Throws where the command cannot be started or confined, where the log
    /// cannot be written, and `CancellationError`.
    package func run(
        _ commandLine: String, policy: SandboxPolicy, log: FilePath? = nil, directory: FilePath? = nil,
        keepsApart: Bool = false
    ) async throws -> ShellOutcome {
        var command = ShellCommand(commandLine, directory: directory)
        let wayOut = try WayOut.open(for: policy, sandbox)
        command.proxy = wayOut?.proxy
        let group: ControlGroup?
        do {
            group = try makeGroup(policy.limits)
        } catch {
            _ = wayOut?.close()
            throw error
        }
        command.isGrouped = group != nil
        do {
            let outcome = try await run(command, policy, log, group, wayOut, keepsApart)
            await group?.remove()
            return outcome
        } catch {
            _ = wayOut?.close()
            await group?.remove()
            throw error
        }
    }

    private func makeGroup(_ limits: SandboxPolicy.Limits) throws -> ControlGroup? {
        guard limits.memoryBytes != nil || limits.processes != nil || limits.cores != nil else { return nil }
        return try groups?.make(limits)
    }

    private func run(
        _ shellCommand: ShellCommand, _ policy: SandboxPolicy, _ log: FilePath?, _ group: ControlGroup?,
        _ wayOut: WayOut?, _ keepsApart: Bool
    ) async throws -> ShellOutcome {
        let output = try OutputLog(log, limit: policy.limits.logBytes)
        let result: ProcessResult
        do {
            result = try await sandbox.run(shellCommand, policy: policy, onOutput: output.append) { command in
                if let group { command = group.entering(command) }
                command.limits.output = max(policy.limits.textBytes, 4096) * 2
                if keepsApart { command.output = .separate }
                command.limits.grace = .seconds(2)
            }
        } catch let error as SubprocessError {
            if error.code == .cancelled { throw CancellationError() }
            throw WorkbenchError(.sandboxBroken, "The command could not be started: \(error.message)")
        }
        if result.ended == .cancelled { throw CancellationError() }
        try refuseBrokenSandbox(result)
        let ending = Self.ending(result)
        let standard = Self.trimmed(result.stdout, policy.limits)
        let errors = keepsApart ? Self.trimmed(result.stderr, policy.limits) : ""
        var text = [standard, errors].filter { !$0.isEmpty }.joined(separator: standard.hasSuffix("\n") ? "" : "\n")
        let refusals = wayOut?.close() ?? []
        let counted = group?.exceeded(policy.limits)
        let exceeded = counted ?? ExceededLimit.told(by: ending, text, policy.limits)
        let reason = counted?.description ?? exceeded?.guess
        let notes = (refusals + [reason].compactMap(\.self)).map { "[sandbox] \($0)\n" }
        if !notes.isEmpty {
            let note = (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + notes.joined()
            output.append(Array(note.utf8))
            text += note
        }
        let (bytes, hash) = try output.finish()
        return ShellOutcome(
            ended: ending, text: text, bytes: bytes, hash: hash, log: log, duration: result.duration,
            exceeded: exceeded, refusals: refusals, streams: keepsApart ? .init(output: standard, errors: errors) : nil)
    }

    private static func trimmed(_ kept: Captured, _ limits: SandboxPolicy.Limits) -> String {
        OutputTrimmer.text(
            head: String(decoding: kept.head, as: UTF8.self), tail: String(decoding: kept.tail, as: UTF8.self),
            omitted: kept.droppedBytes, limit: limits.textBytes)
    }

    /// bubblewrap that cannot set itself up prints one line and exits with 1: that is no answer of the command.
    private func refuseBrokenSandbox(_ result: ProcessResult) throws {
        let bytes = result.stdout.totalBytes + result.stderr.totalBytes
        guard sandbox.confines, result.status == .exited(1), bytes < 1000 else { return }
        let lines = (result.stdout.text + result.stderr.text).split(separator: "\n")
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
