import AgentRuntime
import Files
import Identity
import Runs
import Timekeeping
import Workbench

extension RunService {
    /// Everything the engine works with on this run.
    func context(of run: Run, _ environment: ProjectEnvironment) async throws -> StepContext {
        let workspace = try await workspace(of: run)
        let shell = try await shell(for: environment.settings.confinement)
        let state = home / "runs" / run.id.string
        let policy = sandboxPolicy(for: workspace, environment.settings)
        return StepContext(
            run: run, settings: environment.settings, journal: journal, gateway: environment.gateway,
            agents: environment.agents, tools: environment.tools, models: environment.models,
            prompts: try StepPrompts(),
            workspace: workspace,
            workplace: RunWorkplace(
                workspace: workspace, shell: shell, policy: policy, timeLimit: environment.settings.commandTimeLimit),
            verifier: { try verifier(shell, policy, runFolder: state, environment.settings) },
            searchPath: environment.searchPath, home: home,
            clock: clock, ids: ids)
    }

    /// Made anew for each verification, as files that hold secrets may have come meanwhile.
    private func verifier(
        _ shell: ShellRunner, _ policy: SandboxPolicy, runFolder: FilePath, _ settings: RunSettings
    ) throws -> Verifier {
        var policy = policy
        policy.masked += try SandboxPolicy.secretFiles(in: policy.workspace)
        policy.limits.time = settings.checkTimeLimit
        return Verifier(
            shell: shell, policy: policy, runFolder: runFolder, clock: clock, ids: ids, engine: "vencejo \(version)")
    }

    /// The sandbox, or a refusal: there is no silent way around it.
    private func shell(for confinement: RunSettings.Confinement) async throws -> ShellRunner {
        switch confinement.sandbox {
        case .off:
            return ShellRunner(sandbox: NoSandbox())
        case .required:
            switch try await SandboxProbe.check() {
            case .works:
                return ShellRunner(sandbox: try BubblewrapSandbox())
            case .cannotRun(let reason, let fix):
                throw WorkbenchError(
                    .sandboxMissing,
                    "commands cannot be confined here: \(reason). To mend it: \(fix), or configure sandbox: off")
            }
        }
    }

    private func sandboxPolicy(for workspace: Workspace, _ settings: RunSettings) -> SandboxPolicy {
        var policy = SandboxPolicy(workspace: workspace.root)
        policy.readable = [workspace.repository.commonDirectory] + settings.confinement.readable.map { FilePath($0) }
        policy.writable = settings.confinement.writable.map { FilePath($0) }
        policy.hidden = [home]
        policy.masked = workspace.repository.filesWithCredentials()
        policy.network = settings.confinement.network == .on ? .on : .off
        policy.environment = settings.confinement.environment
        policy.limits.time = settings.commandTimeLimit
        return policy
    }
}
