package import Timekeeping

/// How much came within the last minute, counted in seconds; pure.
///
/// What is counted stays for sixty full seconds after the one it came in: no minute, wherever it begins, has more in it
/// than a limit held against ``total``.
package struct SlidingMinute: Sendable, Hashable {
    private static let slots = 61

    private var counts = [Int](repeating: 0, count: slots)
    /// The second of the newest slot.
    private var second: Int64 = 0
    package private(set) var total = 0

    package init() {}

    /// Forgets what is older than the minute before a time; a clock that was set back changes nothing.
    package mutating func advance(to time: Timestamp) {
        let now = Self.second(of: time)
        guard now > second else { return }
        if now - second >= Int64(Self.slots) {
            counts = Array(repeating: 0, count: Self.slots)
            total = 0
        } else {
            for passed in second + 1...now {
                total -= counts[Self.slot(passed)]
                counts[Self.slot(passed)] = 0
            }
        }
        second = now
    }

    /// Counts an amount now, and says in which second, for ``correct(_:in:)``.
    package mutating func add(_ amount: Int) -> Int64 {
        counts[Self.slot(second)] += amount
        total += amount
        return second
    }

    /// Changes what was counted in a second, where it is not forgotten.
    package mutating func correct(_ difference: Int, in counted: Int64) {
        guard counted <= second, second - counted < Int64(Self.slots) else { return }
        let slot = Self.slot(counted)
        let change = max(difference, -counts[slot])
        counts[slot] += change
        total += change
    }

    /// When an amount has room below a limit; nil where it never has.
    package func room(for amount: Int, below limit: Int) -> Timestamp? {
        guard amount <= limit else { return nil }
        var left = total
        var oldest = second - Int64(Self.slots) + 1
        while left + amount > limit, oldest <= second {
            left -= counts[Self.slot(oldest)]
            oldest += 1
        }
        // The last slot taken away is forgotten as its minute ends.
        return Timestamp(milliseconds: (oldest - 1 + Int64(Self.slots)) * 1_000)
    }

    private static func second(of time: Timestamp) -> Int64 {
        max(0, time.milliseconds / 1_000)
    }

    private static func slot(_ second: Int64) -> Int {
        let slot = Int(second % Int64(slots))
        return slot < 0 ? slot + slots : slot
    }
}
