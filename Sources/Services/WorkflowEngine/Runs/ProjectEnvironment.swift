package import AgentRuntime
package import Gateway
package import Runs
package import Tools

/// What the engine needs to know of one project: its settings, its agents and its way to the models.
package struct ProjectEnvironment: Sendable {
    package var settings: RunSettings
    package var gateway: Gateway
    package var agents: AgentLibrary
    package var tools: ToolCatalogue
    /// Which model an agent uses in a mode; throws where none is configured.
    package var models: @Sendable (AgentDefinition, Mode) throws -> ModelName
    /// The programs' search path.
    package var searchPath: String

    package init(
        settings: RunSettings, gateway: Gateway, agents: AgentLibrary, tools: ToolCatalogue,
        models: @escaping @Sendable (AgentDefinition, Mode) throws -> ModelName, searchPath: String
    ) {
        self.settings = settings
        self.gateway = gateway
        self.agents = agents
        self.tools = tools
        self.models = models
        self.searchPath = searchPath
    }
}
