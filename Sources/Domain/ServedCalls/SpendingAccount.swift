import Runs
package import Timekeeping

/// One thing that the money of served calls is counted for: a scope of budgets, or a virtual key.
///
/// Runs count for the same accounts where the scopes are the same, in the same table: a limit holds for both together.
package struct SpendingAccount: Sendable, Hashable, Codable {
    /// What kind of account it is, as it is stored.
    package enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
        case virtualKey = "virtual_key"
        case virtualKeyDay = "virtual_key_day"
        case virtualKeyMonth = "virtual_key_month"
        case day, month, project, user
        /// A key to a provider.
        case key
    }

    package var scope: Scope
    /// The virtual key's id, with `/2026-11-21` or `/2026-11` behind it for a day or month of it; otherwise as in
    /// ``BudgetAccount``.
    package var name: String

    package init(_ scope: Scope, _ name: String) {
        self.scope = scope
        self.name = name
    }

    /// When the next account of the scope begins at zero, nil where none does.
    package var resetsAt: Timestamp? {
        switch scope {
        case .virtualKeyDay, .day: BudgetAccount(.day, String(name.suffix(10))).resetsAt
        case .virtualKeyMonth, .month: BudgetAccount(.month, String(name.suffix(7))).resetsAt
        case .virtualKey, .project, .user, .key: nil
        }
    }
}

extension SpendingAccount: CustomStringConvertible {
    /// For a sentence; a virtual key is not named.
    package var description: String {
        switch scope {
        case .virtualKey: "this key"
        case .virtualKeyDay: "this key on \(name.suffix(10)) (UTC)"
        case .virtualKeyMonth: "this key in \(name.suffix(7)) (UTC)"
        case .day: BudgetAccount(.day, name).description
        case .month: BudgetAccount(.month, name).description
        case .project: BudgetAccount(.project, name).description
        case .user: BudgetAccount(.user, name).description
        case .key: BudgetAccount(.key, name).description
        }
    }
}
