import Files
import Identity
import Settings
import Timekeeping
import Verification
import Workbench
import WorkflowEngine

/// Puts a verification of the user's own repository together from its settings.
struct VerificationSetup: Sendable {
    let context: CommandContext
    let repository: Repository
    let settings: Settings
    let shell: ShellRunner
    private let sandbox: SandboxSetup

    init(_ context: CommandContext) async throws {
        self.context = context
        repository = try await Repository.open(at: context.directory)
        settings = try context.settings(repository.root)
        sandbox = SandboxSetup(.init(settings.sandbox), home: context.home)
        shell = try await sandbox.shell()
    }

    var store: VerificationStore { VerificationStore(home: context.home, project: repository.root) }
    var engine: String { "vencejo \(context.version)" }

    func service(
        on workspace: FilePath, keepingIn store: VerificationStore, adapters: [Adapter] = AdapterCatalogue.all,
        readable: [FilePath] = []
    ) async throws -> VerificationService {
        var policy = try await sandbox.policy(for: workspace, of: repository, scratch: context.home / "sandbox")
        policy.readable += readable
        policy.limits.time = min(settings.limits.checkTime, policy.limits.time)
        let clock = WallClock.system
        return VerificationService(
            shell: shell, policy: policy, store: store, clock: clock, ids: .system(clock: clock),
            engine: engine, complexityLimit: settings.limits.complexity, adapters: adapters)
    }
}
