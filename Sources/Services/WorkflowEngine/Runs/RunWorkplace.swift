import AgentRuntime
import Files
import Identity
import Runs
import Tools
import Verification
import Workbench

/// A run's workspace and sandbox as its agents' actions meet them.
struct RunWorkplace: Workplace {
    var workspace: Workspace
    var shell: ShellRunner
    var policy: SandboxPolicy
    var timeLimit: Duration
    var verification: VerificationService

    var root: FilePath { workspace.root }
    var confinesCommands: Bool { shell.confines && policy.network == .off && policy.writable.isEmpty }

    func tree() async throws -> String { try await workspace.tree() }
    func restore(_ tree: String) async throws { _ = try await workspace.restore(tree: tree) }

    func snapshot() async throws -> SnapshotName? {
        guard let snapshot = try await workspace.snapshot() else { return nil }
        return SnapshotName(reference: snapshot.reference, tree: snapshot.tree)
    }

    func run(_ request: CommandRequest) async throws -> ToolOutput {
        var policy = policy
        policy.masked += try SandboxPolicy.secretFiles(in: root)
        policy.limits.time = min(request.timeLimit ?? timeLimit, timeLimit)
        let outcome = try await shell.run(request.commandLine, policy: policy)
        let text = outcome.text.isEmpty ? "(no output)" : outcome.text
        switch outcome.ended {
        case .exited(0): return .ok(text)
        case .exited(let code): return .error("\(text)\n(exit status \(code))")
        case .signaled(let signal): return .error("\(text)\n(ended by signal \(signal))")
        case .timedOut: return .error("\(text)\n(stopped after \(policy.limits.time.components.seconds) seconds)")
        }
    }

    /// Runs a command line of a workflow, its outputs apart.
    func runApart(_ line: String) async throws -> ShellOutcome {
        var policy = policy
        policy.masked += try SandboxPolicy.secretFiles(in: root)
        policy.limits.time = timeLimit
        policy.limits.textBytes = 256 << 10
        return try await shell.run(line, policy: policy, keepsApart: true)
    }

    func verify(_ request: VerificationRequest) async throws -> ToolOutput {
        guard let kind = VerificationKind(rawValue: request.kind) else {
            return .error("there is no verification of the kind '\(request.kind)'")
        }
        let query = VerificationQuery(kinds: [kind], paths: request.paths.filter { $0 != "." }, filter: request.filter)
        do {
            let results = try await verification.verify(query, on: VerifiedTree(workspace))
            let text = VerificationText.text(of: results)
            let isPassed = !results.isEmpty && results.allSatisfy { $0.status == .passed }
            return isPassed ? .ok(text) : .error(text)
        } catch let error as VerificationError where error.code == .badArgument {
            return .error(error.message)
        }
    }
}
