package import Conversation

/// How often and after how long a failed call is sent again; pure.
package struct RetryPolicy: Sendable, Hashable {
    /// Calls in all, the first included.
    package var attempts: Int
    package var base: Duration
    /// No wait is longer; a provider that asks for more is not asked again.
    package var longest: Duration

    package init(attempts: Int, base: Duration, longest: Duration) {
        self.attempts = attempts
        self.base = base
        self.longest = longest
    }

    package static let standard = RetryPolicy(attempts: 4, base: .seconds(1), longest: .seconds(60))
    package static let never = RetryPolicy(attempts: 1, base: .zero, longest: .zero)

    /// The wait before the next attempt, or nil where there is to be none.
    ///
    /// Doubles each time; the provider's word wins.
    package func delay(after error: ModelError, attempt: Int) -> Duration? {
        guard error.isTransient, attempt < attempts else { return nil }
        if let asked = error.retryAfter { return asked <= longest ? asked : nil }
        return min(base * (1 << min(attempt - 1, 16)), longest)
    }
}
