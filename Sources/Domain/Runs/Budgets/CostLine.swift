package import Conversation
package import Identity
package import Money

/// What the ledger's lines are added up by.
package enum CostGrouping: String, Sendable, Hashable, Codable, CaseIterable {
    /// The day in UTC on which a call began.
    case day
    case model, project
    /// One step of one run.
    case task
    case agent
}

/// Which of the ledger's lines are looked at.
package struct CostFilter: Sendable, Hashable {
    package var run: RunID?
    package var project: String?
    /// `2026-11-21`: this day in UTC and what comes after.
    package var since: String?

    package init(run: RunID? = nil, project: String? = nil, since: String? = nil) {
        self.run = run
        self.project = project
        self.since = since
    }
}

/// What calls of one kind have cost together.
package struct CostLine: Sendable, Hashable, Codable {
    /// The day, the model, the project's path, the step, or the agent.
    package var name: String
    /// Of a step: its run.
    package var run: RunID?
    package var calls: Int
    /// Calls that gave no answer but were charged all the same: cut off, failed, or interrupted.
    package var unanswered: Int
    package var usage: Usage
    package var cost: USD
    /// Calls whose price nobody knows; the cost is that of the others.
    package var unpriced: Int

    package init(
        name: String, run: RunID? = nil, calls: Int, unanswered: Int, usage: Usage, cost: USD, unpriced: Int = 0
    ) {
        self.name = name
        self.run = run
        self.calls = calls
        self.unanswered = unanswered
        self.usage = usage
        self.cost = cost
        self.unpriced = unpriced
    }
}
