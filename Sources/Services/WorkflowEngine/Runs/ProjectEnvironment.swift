package import AgentRuntime
package import Files
package import Gateway
package import Hooks
package import IntegrationRoles
package import Runs
package import Secrets
package import Tools
package import Workflows

/// What the engine needs to know of one project: its settings, its agents and its way to the models.
package struct ProjectEnvironment: Sendable {
    package var settings: RunSettings
    package var gateway: Gateway
    package var agents: AgentLibrary
    package var tools: ToolCatalogue
    /// Which model an agent uses in a mode; throws where none is configured.
    package var models: @Sendable (AgentDefinition, Mode) throws -> ModelName
    /// Decides between the models of `models.tiers`; nil where there are none, and `models` alone counts.
    package var router: Router?
    /// The programs' search path.
    package var searchPath: String
    package var mapText: MapText?
    /// Finds a workflow by its name or file, and freezes it.
    package var workflows: WorkflowSource

    package typealias WorkflowSource = @Sendable (_ name: String) async throws -> FrozenWorkflow

    /// Who plays the roles of outside systems.
    package var integrations = IntegrationDirectory()
    /// The user's and the project's own commands at certain moments of a run.
    package var hooks = HookSet()
    /// Takes secrets out of what hooks are told.
    package var redactor = Redactor()
    /// How many files a worktree has that its map knows of.
    package var countFiles: (@Sendable (_ root: FilePath) async throws -> Int)?

    /// Draws a map of a worktree; nil where there is nothing to show.
    package typealias MapText = @Sendable (_ root: FilePath, _ view: MapView) async throws -> String?

    /// What a map is to show before everything else.
    package struct MapView: Sendable, Hashable {
        /// Files and folders in focus.
        package var files: [String]
        /// A text of which the words that name something in the code are in focus, too.
        package var words: String
        /// How long the map may be.
        package var characters: Int

        package init(files: [String] = [], words: String, characters: Int = 12_000) {
            self.files = files
            self.words = words
            self.characters = characters
        }
    }

    package init(
        settings: RunSettings, gateway: Gateway, agents: AgentLibrary, tools: ToolCatalogue,
        models: @escaping @Sendable (AgentDefinition, Mode) throws -> ModelName, searchPath: String,
        mapText: MapText? = nil, workflows: @escaping WorkflowSource
    ) {
        self.settings = settings
        self.gateway = gateway
        self.agents = agents
        self.tools = tools
        self.models = models
        self.searchPath = searchPath
        self.mapText = mapText
        self.workflows = workflows
    }
}
