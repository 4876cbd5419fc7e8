/// What hooks have to say of a moment, all together.
package struct HookVerdict: Sendable, Hashable {
    /// The hook that blocks; those behind it were not run.
    package var block: Block?
    /// Words for the agent, in the order of the hooks.
    package var additions: [String]
    package var reports: [Report]

    package init(block: Block? = nil, additions: [String] = [], reports: [Report] = []) {
        self.block = block
        self.additions = additions
        self.reports = reports
    }

    package struct Block: Sendable, Hashable {
        package var hook: String
        package var reason: String

        /// What an agent is told.
        package var text: String { "blocked by the hook \(hook): \(reason)" }
    }

    /// What became of one hook.
    package struct Report: Sendable, Hashable {
        package var hook: String
        package var outcome: Outcome
        /// Why it blocks or failed, or what it adds; empty where it just let things go on.
        package var detail: String
    }

    package enum Outcome: Sendable, Hashable {
        case passed
        case blocked
        /// It could not be asked, or answered what cannot be understood; things go on.
        case failed
    }
}
