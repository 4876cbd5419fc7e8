import Timekeeping

/// Counts good and bad outcomes of the last while, in ten slices of time; pure.
struct OutcomeWindow: Sendable, Hashable {
    private struct Slice: Sendable, Hashable {
        var number: Int64
        var good = 0
        var bad = 0
    }

    private static let count = 10
    private let sliceMilliseconds: Int64
    private var slices: [Slice] = []

    init(_ length: Duration) {
        sliceMilliseconds = max(1, length.milliseconds / Int64(Self.count))
    }

    mutating func add(isGood: Bool, at now: Timestamp) {
        let number = now.milliseconds / sliceMilliseconds
        // A clock that was set back adds to the newest slice rather than going back in time.
        if slices.last.map({ $0.number < number }) ?? true { slices.append(Slice(number: number)) }
        if slices.count > Self.count { slices.removeFirst() }
        if isGood { slices[slices.count - 1].good += 1 } else { slices[slices.count - 1].bad += 1 }
    }

    func counts(at now: Timestamp) -> (good: Int, bad: Int) {
        let oldest = now.milliseconds / sliceMilliseconds - Int64(Self.count) + 1
        return slices.reduce(into: (0, 0)) { sum, slice in
            guard slice.number >= oldest else { return }
            sum.0 += slice.good
            sum.1 += slice.bad
        }
    }

    mutating func clear() { slices.removeAll() }
}
