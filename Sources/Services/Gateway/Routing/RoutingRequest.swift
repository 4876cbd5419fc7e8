package import Edits
package import Money
package import Runs

/// A call, or a whole session, that needs a model.
package struct RoutingRequest: Sendable, Hashable {
    /// The agent's name.
    package var role: String?
    package var kind: TaskKind
    /// From 0 to 100; `Complexity` guesses it.
    package var complexity: Int
    /// The input that the model has to take, 0 where it is not known yet.
    package var contextTokens: Int
    /// The most that it may answer.
    package var outputTokens: Int
    package var needs: Set<ModelCapability>
    package var mode: Mode
    /// Nil for the configured one.
    package var environment: RoutingEnvironment?
    package var budget: Budget
    /// What a workflow's step asks for outright; nothing goes before it.
    package var asked: ModelName?
    /// What the agent's own file prefers.
    package var preferred: RouteTarget?
    /// Models that cannot be called now, and why, such as an open breaker.
    package var unavailable: [ModelName: String]
    /// How a session that is under way writes changes: its tools stay what they are.
    package var editFormat: EditFormat?
    /// An escalation: nothing below this tier will do, whatever else is configured.
    package var atLeast: ModelTier?

    package init(
        role: String? = nil, kind: TaskKind = .code, complexity: Int = 25, contextTokens: Int = 0,
        outputTokens: Int = 0, needs: Set<ModelCapability> = [], mode: Mode = .balanced,
        environment: RoutingEnvironment? = nil, budget: Budget = .unlimited, asked: ModelName? = nil,
        preferred: RouteTarget? = nil, unavailable: [ModelName: String] = [:], editFormat: EditFormat? = nil,
        atLeast: ModelTier? = nil
    ) {
        self.role = role
        self.kind = kind
        self.complexity = complexity
        self.contextTokens = contextTokens
        self.outputTokens = outputTokens
        self.needs = needs
        self.mode = mode
        self.environment = environment
        self.budget = budget
        self.asked = asked
        self.preferred = preferred
        self.unavailable = unavailable
        self.editFormat = editFormat
        self.atLeast = atLeast
    }

    /// How much money there is.
    package struct Budget: Sendable, Hashable {
        /// What may still be spent; nil where nothing is limited.
        package var left: USD?
        /// How much of the budget is used, in whole percent, rounded down.
        package var usedPercent: Int

        package init(left: USD?, usedPercent: Int) {
            self.left = left
            self.usedPercent = usedPercent
        }

        package init(spent: USD, of limit: USD) {
            left = max(limit - spent, .zero)
            usedPercent = limit > .zero ? Int(Double(spent.micros) / Double(limit.micros) * 100) : 100
        }

        package static let unlimited = Budget(left: nil, usedPercent: 0)

        /// Whether so much is used that cheaper models are asked, as the warnings of budgets say by default.
        package var isNearlyUsed: Bool { usedPercent >= 80 }
    }

    /// All that the request needs a model to do.
    var capabilities: Set<ModelCapability> { needs.union(kind.needs) }
}
