package import Conversation

/// How often and after how long a failed call is sent again; pure.
package struct RetryPolicy: Sendable, Hashable {
    /// How often each model is asked in all, the first time included.
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
    /// - Parameter jitter: from 0 to 1; half of our own wait is left to chance, and nothing is ever taken off the provider's.
    package func delay(after error: ModelError, attempt: Int, jitter: Double = 1) -> Duration? {
        guard error.isTransient, attempt < attempts else { return nil }
        if let asked = error.retryAfter { return asked <= longest ? asked : nil }
        return backoff(attempt: attempt, jitter: jitter)
    }

    /// The wait after an attempt of which nobody said how long it should be.
    package func backoff(attempt: Int, jitter: Double = 1) -> Duration {
        let full = min(base * (1 << min(max(attempt, 1) - 1, 16)), longest)
        return full * (0.5 + min(max(jitter, 0), 1) / 2)
    }
}
