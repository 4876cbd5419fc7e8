package import Timekeeping

/// A quota that fills up again evenly; pure.
///
/// It may be overdrawn, as what is taken is a guess: it is filled up from below then.
package struct TokenBucket: Sendable, Hashable {
    package private(set) var capacity: Double
    package private(set) var perSecond: Double
    private var level: Double
    private var asOf: Timestamp

    package init(capacity: Double, level: Double, perSecond: Double, at now: Timestamp) {
        self.capacity = max(capacity, 0)
        self.level = min(level, self.capacity)
        self.perSecond = max(perSecond, 0)
        asOf = now
    }

    package func level(at now: Timestamp) -> Double {
        // A clock that was set back fills nothing.
        min(capacity, level + perSecond * max(0, (now - asOf).inSeconds))
    }

    package mutating func take(_ amount: Double, at now: Timestamp) {
        level = level(at: now) - amount
        asOf = max(now, asOf)
    }

    /// How long until so much is there, zero where it is; nil where it never will be.
    ///
    /// More than the bucket holds is there when it is full.
    package func wait(for amount: Double, at now: Timestamp) -> Duration? {
        let missing = min(amount, capacity) - level(at: now)
        guard missing > 0 else { return .zero }
        guard perSecond > 0 else { return nil }
        // Rounded up, so that it is there when the wait is over; what takes longer than a year never comes.
        let milliseconds = max(0, (missing / perSecond * 1000 - 1e-6).rounded(.up))
        return milliseconds < 366 * 86_400_000 ? .milliseconds(Int64(milliseconds)) : nil
    }
}

extension Duration {
    /// Seconds with their fraction.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
