package import Money
package import Timekeeping

/// That served calls have used a share of what an account may spend; told once for each limit of an account.
///
/// Accounts of a day or month are new with each of them, and so are their alerts.
package struct BudgetAlert: Sendable, Hashable {
    package var account: SpendingAccount
    /// 100 where the limit is reached, or a call was refused because too little is left.
    package var percent: Int
    package var spent: USD
    package var limit: USD
    package var at: Timestamp
    /// The name of the virtual key, for accounts of one.
    package var key: String?

    package init(
        account: SpendingAccount, percent: Int, spent: USD, limit: USD, at: Timestamp, key: String? = nil
    ) {
        self.account = account
        self.percent = percent
        self.spent = spent
        self.limit = limit
        self.at = at
        self.key = key
    }

    /// The id of the virtual key, for accounts of one.
    package var keyID: String? {
        switch account.scope {
        case .virtualKey, .virtualKeyDay, .virtualKeyMonth: String(account.name.prefix { $0 != "/" })
        case .day, .month, .project, .user, .key: nil
        }
    }
}

extension BudgetAlert: CustomStringConvertible {
    /// One sentence without its full stop.
    package var description: String {
        var whose = account.description
        if let key, whose.hasPrefix("this key") { whose = "the key '\(key)'" + whose.dropFirst("this key".count) }
        return percent >= 100
            ? "the budget of \(limit) for \(whose) is used up, with \(spent) spent: calls that may need more are refused"
            : "\(spent) of the budget of \(limit) for \(whose) is spent, \(percent) % or more"
    }
}
