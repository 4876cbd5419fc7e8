package import Money

/// What is spent and set aside on an account, and what it may spend.
package struct BudgetStanding: Sendable, Hashable, Codable {
    package var account: BudgetAccount
    package var spent: USD
    /// Set aside for calls that have not come back.
    package var reserved: USD
    /// The limit in force: configured, or raised above that by an answered gate; nil where there is none.
    package var limit: USD?
    /// The limit of which the user was last warned; zero before the first warning.
    package var warnedOf: USD

    package init(
        account: BudgetAccount, spent: USD = .zero, reserved: USD = .zero, limit: USD? = nil, warnedOf: USD = .zero
    ) {
        self.account = account
        self.spent = spent
        self.reserved = reserved
        self.limit = limit
        self.warnedOf = warnedOf
    }

    /// What may still be set aside, never below zero; nil without a limit.
    package var left: USD? { limit.map { max($0 - spent - reserved, .zero) } }
}
