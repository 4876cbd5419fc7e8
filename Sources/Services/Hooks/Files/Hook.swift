import Policy

/// A command of the user's or the project's that is run at a moment of a run's life.
package struct Hook: Sendable, Hashable {
    /// As the file names it, or the moment and its place in the file.
    package var name: String
    package var moment: HookMoment
    /// Tools that it is for; nil for all.
    package var tool: String?
    /// Commands that it is for; nil for all.
    ///
    /// A tool that runs no command has none.
    package var command: String?
    package var run: String
    package var timeLimit: Duration
    /// Whether it is held to the workspace, as commands of agents are.
    package var isConfined: Bool
    /// The file and line that it stands in.
    package var place: String
    package var owner: Owner

    package enum Owner: String, Sendable, Hashable { case user, project }

    /// Whether it is for this use of a tool.
    ///
    /// A command is compared as a whole and by each of the commands in it; one that cannot be read with certainty may be
    /// any, so that a hook that guards is asked.
    package func matches(tool name: String?, command line: String?) -> Bool {
        if let tool {
            guard let name, WildcardPattern(tool).matches(name) else { return false }
        }
        guard let command else { return true }
        guard let line else { return false }
        let pattern = WildcardPattern(command)
        if pattern.matches(line) { return true }
        let parsed = CommandLine(parsing: line)
        return parsed.problem != nil || parsed.commands.contains { pattern.matches($0.text) || $0.name == nil }
    }
}

/// When a hook is run.
package enum HookMoment: String, Sendable, Hashable, CaseIterable {
    /// An agent's session was opened and has not asked its model yet.
    case sessionStart = "session-start"
    /// A tool is about to be used: its arguments are sound and the policy does not deny it.
    case beforeTool = "before-tool"
    /// A tool was used; its result is not recorded yet.
    case afterTool = "after-tool"
    /// The engine is about to commit work that it has verified.
    case beforeCommit = "before-commit"
    /// A question to a human stands in the journal, and the run waits for the answer.
    case gate
    /// An agent says that it has finished.
    case stop
    /// Calls that `vencejo serve` has served have used a share of what an account may spend; for the user's own hooks alone.
    case budgetAlert = "budget-alert"
}
