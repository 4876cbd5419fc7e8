import AgentRuntime
import Files
import Hooks
import Identity
import Runs
import Timekeeping
import Verification
import Workbench

extension RunService {
    /// Everything the engine works with on this run.
    ///
    /// - Parameter lane: a worktree of the run beside its own, to work in that one.
    func context(
        of run: Run, _ environment: ProjectEnvironment, in lane: Workspace? = nil
    ) async throws -> StepContext {
        let own = try await workspace(of: run)
        let workspace = lane ?? own
        let sandbox = SandboxSetup(environment.settings.confinement, home: home)
        let shell = try await sandbox.shell()
        let state = home / "runs" / run.id.string
        let beside = lane?.lane.map { "-\($0)" } ?? ""
        let policy = try await sandbox.policy(
            for: workspace.root, of: workspace.repository, scratch: state / "sandbox\(beside)")
        let hookShell = HookShell(
            confined: shell, policy: policy, scratch: state / "hooks\(beside)", project: FilePath(run.project),
            trusted: environment.hooks.project?.hash)
        // What a killed process left there is nobody's.
        try FileSystem.removeTree(hookShell.scratch)
        return StepContext(
            run: run, settings: environment.settings, journal: journal, gateway: environment.gateway,
            agents: environment.agents, tools: environment.tools, models: environment.models,
            router: environment.router, prompts: try StepPrompts(), integrations: environment.integrations,
            workspace: workspace,
            workplace: RunWorkplace(
                workspace: workspace, shell: shell, policy: policy,
                timeLimit: min(environment.settings.commandTimeLimit, policy.limits.time),
                verification: verification(shell, policy, FilePath(run.project), environment.settings)),
            verifier: { try verifier(shell, policy, runFolder: state, environment.settings) },
            searchPath: environment.searchPath, contextItems: try await contextItems(of: run.id),
            given: ContextStore(runFolder: state), seed: try FeatureStore(runFolder: state).read(),
            mapText: environment.mapText, countFiles: environment.countFiles, home: home,
            clock: clock, ids: ids,
            hooks: HookRunner(
                hooks: environment.hooks.hooks, redactor: environment.redactor, shell: { try await hookShell.run($0) }),
            enter: { lane in
                try await context(of: try await existing(run.id), environment, in: lane)
            })
    }

    /// The project's own programs, for agents; its receipts are shared by all runs of the project.
    private func verification(
        _ shell: ShellRunner, _ policy: SandboxPolicy, _ project: FilePath, _ settings: RunSettings
    ) -> VerificationService {
        var policy = policy
        policy.limits.time = min(settings.checkTimeLimit, policy.limits.time)
        return VerificationService(
            shell: shell, policy: policy, store: VerificationStore(home: home, project: project), clock: clock,
            ids: ids,
            engine: "vencejo \(version)", complexityLimit: settings.complexityLimit)
    }

    /// What the user gave the run to know, as recorded when it began.
    private func contextItems(of id: RunID) async throws -> [ContextItem] {
        for record in try await journal.events(of: id, after: 0, limit: 8) {
            if case .contextAdded(let items) = record.event { return items }
        }
        return []
    }

    /// Made anew for each verification, as files that hold secrets may have come meanwhile.
    private func verifier(
        _ shell: ShellRunner, _ policy: SandboxPolicy, runFolder: FilePath, _ settings: RunSettings
    ) throws -> Verifier {
        var policy = policy
        policy.masked += try SandboxPolicy.secretFiles(in: policy.workspace)
        policy.limits.time = min(settings.checkTimeLimit, policy.limits.time)
        return Verifier(
            shell: shell, policy: policy, runFolder: runFolder, clock: clock, ids: ids, engine: "vencejo \(version)")
    }
}
