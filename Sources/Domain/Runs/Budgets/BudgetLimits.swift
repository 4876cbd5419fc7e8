package import Money

/// The limits that configuration sets, for each scope but the run, whose limit is its own and lies in the journal.
package struct BudgetLimits: Sendable, Hashable {
    /// What a scope without an entry may spend is not limited.
    package var amounts: [BudgetScope: USD]
    /// The share of a limit at which the user is warned, once for each limit; 0 for never.
    package var alertPercent: Int

    package init(_ amounts: [BudgetScope: USD] = [:], alertPercent: Int = BudgetLimits.usualAlert) {
        self.amounts = amounts
        self.alertPercent = alertPercent
    }

    package static let usualAlert = 80
    /// Only the run's own limit.
    package static let none = BudgetLimits()

    package subscript(scope: BudgetScope) -> USD? { amounts[scope] }
}
