import Conversation
package import Gateway
package import Money
package import Policy
import Runs
package import Tools

/// What an agent needs to start others: which there are, and how their sessions are opened.
package struct SubAgents: Sendable {
    package var agents: AgentLibrary
    package var models: @Sendable (AgentDefinition) throws -> ModelName
    /// What an agent is told before anything else.
    package var system: @Sendable (AgentDefinition) -> String
    package var gateway: Gateway
    package var context: ContextLimits

    package init(
        agents: AgentLibrary, models: @escaping @Sendable (AgentDefinition) throws -> ModelName,
        system: @escaping @Sendable (AgentDefinition) -> String, gateway: Gateway, context: ContextLimits = .standard
    ) {
        self.agents = agents
        self.models = models
        self.system = system
        self.gateway = gateway
        self.context = context
    }

    /// How deep agents may start agents: the step's own starts others, and these once more.
    package static let deepest = 2
    /// How many that only read work at the same time.
    package static let mostAtOnce = 4

    /// What is left for an agent that is started: never more than for the one that starts it.
    package struct Room: Sendable, Hashable {
        /// Which of the starts of its session it is, from 1.
        package var number: Int
        package var limits: SessionLimits
        package var budget: USD?

        package init(number: Int, limits: SessionLimits, budget: USD? = nil) {
            self.number = number
            self.limits = limits
            self.budget = budget
        }
    }

    /// The tools that an agent gets: its own, of these the parent's, and of these the requested.
    ///
    /// An agent that only looks does not run checks unless it is asked to, so that several can work at once. Only `finish` is
    /// everybody's.
    package static func tools(
        of agent: AgentDefinition, for request: SpawnRequest, parent: Set<String>, depth: Int
    ) -> Set<String> {
        var tools = agent.tools
        if let requested = request.tools {
            tools.formIntersection(requested)
        } else if tools.isDisjoint(with: changing) {
            tools.formIntersection(looking)
        }
        var parent = parent
        // Which of the two forms of edits is offered depends on the model alone.
        if !parent.isDisjoint(with: edits) { parent.formUnion(edits) }
        tools.formIntersection(parent)
        if depth >= deepest { tools.remove(SpawnAgentTool.name) }
        tools.insert(FinishTool.name)
        return tools
    }

    /// Where an agent may write: where it, its parent and the request let it.
    package static func writes(
        of agent: AgentDefinition, for request: SpawnRequest, parent: PathRules
    ) -> PathRules {
        let writes = parent.narrowed(by: agent.writes)
        guard let files = request.files else { return writes }
        // An empty list means nowhere; to the rules it would mean everywhere.
        return writes.narrowed(by: PathRules(allow: files, deny: files.isEmpty ? ["**"] : []))
    }

    /// Whether nothing that an agent can do with these tools has an effect or needs a human.
    static func isLooking(_ tools: Set<String>) -> Bool { tools.isSubset(of: looking) }

    private static let looking: Set<String> = [
        "read_file", "list_files", "search", "find_symbol", "analyze_specs", "show_spec", FinishTool.name,
    ]
    private static let edits: Set<String> = ["edit_file", "apply_patch"]
    private static let changing: Set<String> = edits.union(["write_file", "run_command", "fix_lint"])
}
