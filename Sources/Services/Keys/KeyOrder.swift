import Crypto
import Identity
import Money
import Secrets
package import ServedCalls
package import Timekeeping

/// What a new virtual key is to be; checked as a whole before anything is made of it.
package struct KeyOrder: Sendable, Hashable {
    package var name: String
    package var user: String?
    package var project: String?
    package var models: [String]
    package var budgets: VirtualKey.Budgets
    package var rates: VirtualKey.Rates
    /// Whether it also sees what all keys do.
    package var isOperator: Bool
    package var expiresAt: Timestamp?

    package init(
        name: String, user: String? = nil, project: String? = nil, models: [String] = [],
        budgets: VirtualKey.Budgets = .init(), rates: VirtualKey.Rates = .init(), isOperator: Bool = false,
        expiresAt: Timestamp? = nil
    ) {
        self.name = name
        self.user = user
        self.project = project
        self.models = models
        self.budgets = budgets
        self.rates = rates
        self.isOperator = isOperator
        self.expiresAt = expiresAt
    }

    static let longestName = 64

    /// Throws for the first thing that cannot be, naming it and its value.
    package func check(now: Timestamp) throws(KeysError) {
        let isName =
            !name.isEmpty && name.utf8.count <= Self.longestName
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "._-@".utf8.contains(byte)
            }
        guard isName else {
            throw KeysError(
                .invalid,
                """
                '\(name.prefix(Self.longestName))' is no name for a key: use 1 to \(Self.longestName) letters, digits, \
                dots, hyphens, underscores or @
                """)
        }
        guard !name.hasPrefix(KeyText.start) else {
            throw KeysError(.invalid, "a key's name must not begin with vj-, as the key itself does")
        }
        for (what, amount) in [("total", budgets.total), ("day", budgets.day), ("month", budgets.month)] {
            if let amount, amount < .zero {
                throw KeysError(.invalid, "the \(what) budget of a key cannot be \(amount): it must not be negative")
            }
        }
        let numbers = [
            ("requests a minute", rates.requestsPerMinute), ("tokens a minute", rates.tokensPerMinute),
            ("calls at once", rates.concurrent),
        ]
        for (what, number) in numbers {
            if let number, number < 1 {
                throw KeysError(.invalid, "a key cannot be limited to \(number) \(what): 1 is the least")
            }
        }
        for pattern in models where pattern.isEmpty || pattern.contains(where: \.isWhitespace) {
            throw KeysError(
                .invalid, "'\(pattern)' is no pattern of models: write one such as anthropic/* or */gpt-5-mini")
        }
        if let expiresAt, expiresAt <= now {
            throw KeysError(.invalid, "the key would expire at \(expiresAt), which is past: name a later time")
        }
    }
}
