import Synchronization

/// How often observed values fell into each of some ranges, with their count and sum.
package final class Histogram: Sendable {
    /// What a histogram has seen so far.
    package struct Reading: Sendable, Hashable {
        /// For each bound, then for everything above: how many values fell in there and not below.
        package var counts: [UInt64]
        package var sum: Double

        package init(counts: [UInt64], sum: Double) {
            self.counts = counts
            self.sum = sum
        }

        package var count: UInt64 { counts.reduce(0, +) }
    }

    /// The upper ends of the ranges, each belonging to its range, ascending; above the last there is one more.
    package let bounds: [Double]
    private let reading: Mutex<Reading>

    package init(bounds: [Double]) {
        self.bounds = bounds
        reading = Mutex(Reading(counts: Array(repeating: 0, count: bounds.count + 1), sum: 0))
    }

    /// Counts a value; one that is no number is left out.
    package func observe(_ value: Double) {
        guard !value.isNaN else { return }
        var place = 0
        while place < bounds.count, value > bounds[place] { place += 1 }
        reading.withLock { reading in
            reading.counts[place] += 1
            reading.sum += value
        }
    }

    package var value: Reading { reading.withLock { $0 } }

    /// Bounds in seconds for what takes from a tenth of a millisecond to ten minutes.
    package static let seconds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
        300, 600,
    ]
}
