import Money
package import ServedCalls
package import Timekeeping

/// Why a call is not made: which limit, how much of it is left, and when there is more.
package struct KeyRefusal: Error, Sendable, Hashable {
    package enum Limit: String, Sendable, Hashable, CaseIterable {
        case expired, revoked
        /// The key may not ask this model.
        case model
        case requests, tokens, concurrent
        /// An account of money, the key's own or one that it counts for.
        case budget
        /// What a single call may cost.
        case call
        /// There is a budget, and the model has no known price to hold against it.
        case unpriced
    }

    package var limit: Limit
    /// One sentence, without the key's text.
    package var message: String
    /// The account that could not bear the call; of ``Limit/budget`` only.
    package var account: SpendingAccount?
    /// What is left: calls, tokens, or millionths of a dollar; nil where nothing is counted.
    package var left: Int64?
    /// When there is more; nil where waiting does not help, or nobody knows.
    package var resetsAt: Timestamp?

    package init(
        _ limit: Limit, _ message: String, account: SpendingAccount? = nil, left: Int64? = nil,
        resetsAt: Timestamp? = nil
    ) {
        self.limit = limit
        self.message = message
        self.account = account
        self.left = left
        self.resetsAt = resetsAt
    }

    /// Of an account that cannot bear an amount as it stands.
    static func budget(_ account: SpendingAccount, _ standing: AccountReply?, needed: USD, free: USD) -> KeyRefusal {
        let limit = standing?.limit ?? .zero
        let spent = standing?.spent ?? .zero
        // What this server holds and has not set aside is left as much as what nobody holds.
        let left = max(limit - spent - (standing?.reserved ?? .zero), .zero) + max(free, .zero)
        let aside = max(limit - spent - left, .zero)
        let held = aside > .zero ? " and \(aside) is set aside for calls under way" : ""
        let again = account.resetsAt.map { "; it begins again at \($0.iso8601.prefix(16))Z" } ?? ""
        return KeyRefusal(
            .budget, "\(spent) of \(limit) for \(account) is spent\(held), and this call may need \(needed)\(again)",
            account: account, left: left.micros, resetsAt: account.resetsAt)
    }
}

extension KeyRefusal: CustomStringConvertible {
    package var description: String { message }
}
