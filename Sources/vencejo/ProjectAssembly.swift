import AgentRuntime
import Batches
import Commands
import Crypto
import Files
import Gateway
import Hooks
import Identity
import Policy
import RepoMap
import ResponseCache
import Runs
import Secrets
import Settings
import Specs
import Storage
import Timekeeping
import Tools
import Workbench
import WorkflowEngine
import WorkflowLibrary
import Workflows

/// Puts a project's settings, agents and models together for the engine.
struct ProjectAssembly: Sendable {
    let reader: SettingsReader
    let models: ModelAssembly
    let journal: SQLiteJournal
    let clock: WallClock
    let ids: IdentifierSource
    let searchPath: String
    let home: FilePath
    /// Where paths on the command line are seen from.
    let directory: FilePath
    let variables: [String: String]
    let grammarFolders: [FilePath]
    /// How the models are, for all projects of the process.
    let health: @Sendable (Settings.Breaker) async -> DeploymentHealth
    /// The response cache of a project, where its settings ask for one.
    let cache: @Sendable (Settings, ModelSetup) async throws -> ResponseCache?
    let told = BatchDesk.ToldRuns()

    func environment(of project: FilePath) async throws -> ProjectEnvironment {
        let settings = try reader.read(project: project)
        let setup = try await models.setup(for: settings, project: project)
        var gateway = Gateway(
            providers: setup.providers, catalogue: setup.catalogue, journal: journal,
            retries: RetryPolicy(settings.resilience.retries), clock: clock, ids: ids,
            budgets: Gateway.Budgets(limits: settings.budgets, models: setup.models),
            fallbacks: Self.fallbacks(settings.models), user: ProcessEnvironment.user(variables),
            cache: try await cache(settings, setup), health: await health(settings.resilience.breaker))
        gateway.desk = desk(settings, setup)
        let map = ProjectMap(
            mapper: RepoMapper(
                readers: .best(
                    grammarFolders: grammarFolders, environment: variables, worker: SandboxForwarder.thisProgram),
                indexFile: try await RepoMapper.indexFile(for: project, home: home, environment: variables),
                rules: Self.paths(of: settings), environment: variables))
        let agents = try AgentLibrary(overrides: project / ".vencejo/agents")
        var environment = ProjectEnvironment(
            settings: try runSettings(from: settings), gateway: gateway,
            agents: agents,
            tools: try ToolCatalogue.builtIn(
                symbols: map, specs: ProjectSpecs(home: home, project: project),
                agents: agents.spawnable.map { ($0.name, $0.description) }),
            models: { agent, mode in try setup.choose(agent.name, agent.model, mode.rawValue) }, searchPath: searchPath,
            mapText: { root, view in try await map.text(of: root, view) },
            workflows: { name in
                try workflow(
                    named: name, project: project, agents, parallelTasks: settings.limits.parallelTasks)
            })
        if !setup.router.table.configuredTiers.isEmpty { environment.router = setup.router }
        environment.hooks = try HookSet.read(
            userFile: HookSet.userFile(variables), project: project, home: home)
        environment.countFiles = { try await map.fileCount(of: $0) }
        environment.redactor = Redactor(secrets: secrets(of: settings))
        return environment
    }

    /// A workflow by its name or file, checked against what the project has, with its sub-workflows in it.
    private func workflow(
        named name: String, project: FilePath, _ agents: AgentLibrary, parallelTasks: Int
    ) throws -> FrozenWorkflow {
        let collection = WorkflowCollection(
            project: project, user: reader.userFile.map { $0.parent / "workflows" })
        var loaded = try collection.load(
            name, from: directory, agents: agents.names, tools: ToolCatalogue.builtIn().names)
        loaded.parsed.draft = loaded.parsed.draft?.carryingOut(tasksAtOnce: parallelTasks)
        return try collection.frozen(loaded) { SHA256.hash($0).hex }
    }

    /// The keys of models, wherever they come from; nothing that leaves names them.
    private func secrets(of settings: Settings) -> [Secret] {
        settings.models.providers.values.flatMap { $0.givenKeys.compactMap(\.secret) }
            + variables.filter { $0.key.uppercased().hasSuffix("API_KEY") && !$0.value.isEmpty }.map {
                Secret($0.value)
            }
    }

    /// Where the calls of runs of low priority wait.
    private func desk(_ settings: Settings, _ setup: ModelSetup) -> BatchDesk {
        let books = BatchBooks(journal: journal, catalogue: setup.catalogue, clock: clock, ids: ids)
        let service = BatchService(
            store: journal, providers: setup.batchProviders.map(\.batches), policy: BatchPolicy(settings.batches),
            clock: clock, ids: ids, look: settings.batches.look, settle: { try await books.settle($0) })
        return BatchDesk(
            service: service,
            accounts: Dictionary(setup.batchProviders.map { ($0.provider, $0.batches.name) }) { first, _ in first },
            rules: .init(
                hours: settings.batches.hours.map { DailyHours(from: $0.from, to: $0.to) },
                tries: settings.batches.unanswered == .again ? 3 : 1), told: told)
    }

    private static func fallbacks(_ models: Settings.Models) -> Gateway.Fallbacks {
        let pairs = models.fallbacks.compactMap { model, others in
            ModelName(model).map { ($0, others.compactMap { ModelName($0) }) }
        }
        return Gateway.Fallbacks(
            models: Dictionary(uniqueKeysWithValues: pairs), patience: models.patience, hedgeAfter: models.hedgeAfter)
    }

    private static func paths(of settings: Settings) -> PathRules {
        PathRules(allow: settings.policy.allowPaths, deny: settings.policy.denyPaths)
    }

    private func runSettings(from settings: Settings) throws -> RunSettings {
        let paths = Self.paths(of: settings)
        var held = RunSettings(
            budget: settings.limits.budget, mode: settings.mode,
            session: .init(
                turns: settings.limits.turns, tokens: settings.limits.tokens, wallTime: settings.limits.sessionTime),
            context: ContextLimits(tokens: settings.limits.contextTokens),
            maxAttempts: settings.limits.maxAttempts, commandTimeLimit: settings.limits.commandTime,
            checkTimeLimit: settings.limits.checkTime,
            checks: settings.verify.map {
                $0.map { Check(name: $0.name, command: $0.command, why: "configured under verify:") }
            },
            paths: paths,
            permissions: Permissions(
                allow: try settings.policy.allow.map { try PermissionRule($0) },
                ask: try settings.policy.ask.map { try PermissionRule($0) },
                deny: try settings.policy.deny.map { try PermissionRule($0) }, fallback: .allow, paths: paths),
            confinement: .init(settings.sandbox))
        held.complexityLimit = settings.limits.complexity
        held.priority = settings.priority
        held.parallelTasks = settings.limits.parallelTasks
        held.templates = TemplateChoice(
            preset: settings.specs.preset, userPresets: reader.userFile.map { $0.parent / "presets" })
        return held
    }
}
