package import Crypto
package import Identity
package import Money
package import Timekeeping

/// The kind of ``VirtualKeyID``.
package enum VirtualKeyKind {}
package typealias VirtualKeyID = ID<VirtualKeyKind>

/// A key that the gateway gives out in place of a provider's: who calls, and what they may.
///
/// The key's text is not in it, only its digest.
package struct VirtualKey: Sendable, Hashable, Codable {
    package var id: VirtualKeyID
    /// What people call it; no two keys that are not revoked have the same.
    package var name: String
    /// The SHA-256 of the key's text.
    package var digest: SHA256Digest
    /// How the text begins, for people to tell keys apart: `vj-3kQ9`.
    package var prefix: String
    /// Who spends, nil where calls count for no user.
    package var user: String?
    /// What calls count for beside the key, nil for no project.
    package var project: String?
    /// Patterns of the models that may be asked, such as `anthropic/*`; empty for all.
    package var models: [String]
    package var budgets: Budgets
    package var rates: Rates
    /// Whether it also sees what all keys do, in metrics and figures of the cache; nil for no.
    package var isOperator: Bool?
    package var createdAt: Timestamp
    /// From when on the key is refused; nil for never.
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?

    package init(
        id: VirtualKeyID, name: String, digest: SHA256Digest, prefix: String, user: String? = nil,
        project: String? = nil, models: [String] = [], budgets: Budgets = Budgets(), rates: Rates = Rates(),
        isOperator: Bool? = nil, createdAt: Timestamp, expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.digest = digest
        self.prefix = prefix
        self.user = user
        self.project = project
        self.models = models
        self.budgets = budgets
        self.rates = rates
        self.isOperator = isOperator
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    /// What the calls of a key may cost; nil for without a limit.
    package struct Budgets: Sendable, Hashable, Codable {
        /// From the first call to the last.
        package var total: USD?
        /// In a day in UTC.
        package var day: USD?
        /// In a calendar month in UTC.
        package var month: USD?

        package init(total: USD? = nil, day: USD? = nil, month: USD? = nil) {
            self.total = total
            self.day = day
            self.month = month
        }
    }

    /// How fast calls may come; nil for without a limit.
    package struct Rates: Sendable, Hashable, Codable {
        package var requestsPerMinute: Int?
        package var tokensPerMinute: Int?
        /// How many calls may be under way at once.
        package var concurrent: Int?

        package init(requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil, concurrent: Int? = nil) {
            self.requestsPerMinute = requestsPerMinute
            self.tokensPerMinute = tokensPerMinute
            self.concurrent = concurrent
        }
    }

    /// What a key is good for at a time.
    package enum State: String, Sendable, Hashable, Codable {
        case active, expired, revoked
    }

    package func state(at time: Timestamp) -> State {
        if let revokedAt, revokedAt <= time { return .revoked }
        if let expiresAt, expiresAt <= time { return .expired }
        return .active
    }
}
