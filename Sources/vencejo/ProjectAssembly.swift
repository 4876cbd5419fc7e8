import AgentRuntime
import Commands
import Files
import Gateway
import Identity
import Policy
import RepoMap
import Runs
import Settings
import Storage
import Timekeeping
import Tools
import Workbench
import WorkflowEngine

/// Puts a project's settings, agents and models together for the engine.
struct ProjectAssembly: Sendable {
    let reader: SettingsReader
    let models: ModelAssembly
    let journal: SQLiteJournal
    let clock: WallClock
    let ids: IdentifierSource
    let searchPath: String
    let home: FilePath
    let variables: [String: String]
    let grammarFolders: [FilePath]

    func environment(of project: FilePath) async throws -> ProjectEnvironment {
        let settings = try reader.read(project: project)
        let setup = try await models.setup(for: settings, project: project)
        let gateway = Gateway(
            providers: setup.providers, catalogue: setup.catalogue, journal: journal, clock: clock, ids: ids)
        let map = ProjectMap(
            mapper: RepoMapper(
                readers: .best(grammarFolders: grammarFolders, environment: variables),
                indexFile: try await RepoMapper.indexFile(for: project, home: home, environment: variables),
                rules: Self.paths(of: settings), environment: variables))
        return ProjectEnvironment(
            settings: try runSettings(from: settings), gateway: gateway,
            agents: try AgentLibrary(overrides: project / ".vencejo/agents"),
            tools: try ToolCatalogue.builtIn(symbols: map),
            models: { agent, mode in try setup.choose(agent.name, agent.model, mode.rawValue) }, searchPath: searchPath,
            mapText: { root, view in try await map.text(of: root, view) })
    }

    private static func paths(of settings: Settings) -> PathRules {
        PathRules(allow: settings.policy.allowPaths, deny: settings.policy.denyPaths)
    }

    private func runSettings(from settings: Settings) throws -> RunSettings {
        let paths = Self.paths(of: settings)
        return RunSettings(
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
    }
}
