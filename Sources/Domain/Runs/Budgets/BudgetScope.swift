/// What a limit of money is held over, from the narrowest to the widest.
package enum BudgetScope: String, Sendable, Hashable, Codable, CaseIterable {
    /// One model call; nothing adds up.
    case call
    /// One step of a run: a document, or a task with all that is done for it.
    case task
    /// One run, with its sub-agents and parallel branches.
    case run
    /// A day in UTC, over everything that the journal holds.
    case day
    /// A calendar month in UTC, over everything that the journal holds.
    case month
    /// One project, without an end.
    case project
    /// One user of the machine, without an end.
    case user
    /// One key to a provider, without an end.
    case key
}
