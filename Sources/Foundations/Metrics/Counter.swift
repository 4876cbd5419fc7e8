import Synchronization

/// A number that only rises, such as requests served or dollars spent.
///
/// Adding takes no lock and allocates nothing.
package final class Counter: Sendable {
    private let bits = Atomic<UInt64>(0)

    package init() {}

    /// Adds an amount; one that is negative or no number adds nothing.
    package func add(_ amount: Double = 1) {
        guard amount > 0 else { return }
        bits.add(amount)
    }

    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

/// A number that rises and falls, such as requests under way.
package final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    package init() {}

    package func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    /// Adds an amount, which may be negative.
    package func add(_ amount: Double) { bits.add(amount) }

    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

extension Atomic where Value == UInt64 {
    /// Adds to the Double whose bits these are.
    fileprivate func add(_ amount: Double) {
        var seen = load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: seen) + amount).bitPattern
            let (exchanged, original) = weakCompareExchange(expected: seen, desired: sum, ordering: .relaxed)
            if exchanged { return }
            seen = original
        }
    }
}
