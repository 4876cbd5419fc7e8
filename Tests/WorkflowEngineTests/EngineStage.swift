import AgentRuntime
import Files
import Gateway
import Identity
import IntegrationRoles
import Money
import Policy
import Runs
import Storage
import Subprocess
import Testing
import Timekeeping
import Tools
import Workbench
import WorkflowEngine
import Workflows

/// A real repository and a real journal with the engine in this process, for what no command line can reach.
struct EngineStage {
    let service: RunService
    let journal: SQLiteJournal
    let project: FilePath

    static func with(
        _ workflow: String, integrations: IntegrationDirectory, rules: Permissions = Permissions(fallback: .allow),
        _ body: (EngineStage) async throws -> Void
    ) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let project = folder / "project"
            try FileSystem.createDirectory(project)
            try FileSystem.write("hello\n", to: project / "README.md")
            for arguments in [
                ["init", "-q", "-b", "main"], ["add", "."],
                ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "first"],
            ] {
                let git = Command("git", arguments, environment: Command.inheritedEnvironment(), directory: project)
                try #require(try await git.run().succeeded)
            }
            let journal = try await SQLiteJournal(path: (folder / "journal.db").string)
            let ids = IdentifierSource.seeded(5)
            let definition = try #require(WorkflowParser.parse(workflow, file: "own.yaml").definition)
            let frozen = try WorkflowFreezer.freeze(definition, library: { _ in nil }, hash: { "\($0.count)" })
            let service = RunService(
                journal: journal, home: folder / "home", clock: .system, ids: ids, version: "test"
            ) { _ in
                var environment = ProjectEnvironment(
                    settings: RunSettings(
                        budget: USD(micros: 1_000_000), mode: .balanced,
                        session: SessionLimits(turns: 1, tokens: 1, wallTime: .seconds(1)),
                        maxAttempts: 1, commandTimeLimit: .seconds(9), checkTimeLimit: .seconds(9), checks: nil,
                        paths: PathRules(), permissions: rules,
                        confinement: .init(sandbox: .off, network: .off, writable: [], readable: [], environment: [])),
                    gateway: Gateway(
                        providers: [], catalogue: try ModelCatalogue(), journal: journal, clock: .system, ids: ids),
                    agents: try AgentLibrary(overrides: nil), tools: try ToolCatalogue.builtIn(),
                    models: { _, _ in ModelName(provider: "none", model: "none") }, searchPath: "/usr/bin:/bin",
                    workflows: { _ in frozen })
                environment.integrations = integrations
                return environment
            }
            try await body(EngineStage(service: service, journal: journal, project: project))
            await journal.close()
        }
    }
}
