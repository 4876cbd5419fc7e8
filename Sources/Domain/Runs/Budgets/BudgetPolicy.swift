package import Money

/// Decides whether money may be set aside, and when a user is warned; pure.
package enum BudgetPolicy {
    /// Whether every account can bear the amount beside what is spent and set aside on it already.
    ///
    /// The first account that cannot is the one that refuses: give them from the narrowest to the widest. An amount that
    /// takes an account exactly to its limit is admitted.
    package static func judge(_ amount: USD, on standings: [BudgetStanding]) -> BudgetVerdict {
        for standing in standings {
            guard let limit = standing.limit else { continue }
            if standing.spent + standing.reserved + amount > limit {
                return .refused(
                    BudgetRefusal(
                        account: standing.account, spent: standing.spent, reserved: standing.reserved, needed: amount,
                        limit: limit))
            }
        }
        return .admitted
    }

    /// Whether what is spent has come to the share of the limit at which the user is warned, for the first time.
    ///
    /// A limit that was raised is warned of again.
    package static func isDue(_ standing: BudgetStanding, percent: Int) -> Bool {
        guard let limit = standing.limit, percent > 0, limit > .zero, standing.warnedOf < limit else { return false }
        return standing.spent >= share(percent, of: limit)
    }

    /// A share of a limit, in whole parts, so that no amount overflows: 80 % of $0.000004 are $0.000004.
    package static func share(_ percent: Int, of limit: USD) -> USD {
        USD(micros: limit.micros / 100 * Int64(percent) + (limit.micros % 100 * Int64(percent) + 99) / 100)
    }
}

/// Whether money may be set aside.
package enum BudgetVerdict: Sendable, Hashable {
    case admitted
    case refused(BudgetRefusal)
}

/// Which account could not bear a call, with all amounts.
package struct BudgetRefusal: Sendable, Hashable, Codable {
    package var account: BudgetAccount
    package var spent: USD
    package var reserved: USD
    package var needed: USD
    package var limit: USD

    package init(account: BudgetAccount, spent: USD, reserved: USD, needed: USD, limit: USD) {
        self.account = account
        self.spent = spent
        self.reserved = reserved
        self.needed = needed
        self.limit = limit
    }

    /// The limit that a plain yes sets: as much again, or what the call needs where that is more.
    package var raised: USD { max(limit + limit, spent + reserved + needed) }
}

extension BudgetRefusal: CustomStringConvertible {
    package var description: String {
        let held = reserved > .zero ? " and \(reserved) is set aside" : ""
        return account.scope == .call
            ? "one call may cost \(limit), and the next may need \(needed)"
            : "\(spent) of \(limit) for \(account) is spent\(held), and the next call may need \(needed)"
    }
}
