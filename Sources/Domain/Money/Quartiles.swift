/// The middle of some amounts, and how far their middle half reaches.
package struct Quartiles: Sendable, Hashable {
    package var low: USD
    package var median: USD
    package var high: USD

    /// Nil without any amount.
    ///
    /// Each is one of the amounts; of an even number the smaller one in the middle.
    package init?(of amounts: [USD]) {
        let sorted = amounts.sorted()
        guard !sorted.isEmpty else { return nil }
        let last = sorted.count - 1
        low = sorted[last / 4]
        median = sorted[last / 2]
        high = sorted[(last * 3 + 3) / 4]
    }
}
