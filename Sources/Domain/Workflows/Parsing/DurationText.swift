/// Durations as they are written: `500ms`, `30s`, `10m`, `2h`, `3d`.
package enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    /// A hundred years.
    static let longest: Int64 = 36_525 * 86_400_000

    /// Milliseconds; nil where the text is no duration of at least a millisecond and at most a hundred years.
    package static func milliseconds(_ text: String) -> Int64? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let number = Int64(digits), number > 0,
            let unit = units.first(where: { $0.name == text.dropFirst(digits.count) })
        else { return nil }
        let (product, overflows) = number.multipliedReportingOverflow(by: unit.milliseconds)
        return overflows || product > longest ? nil : product
    }

    /// In the largest unit that divides it.
    package static func text(_ milliseconds: Int64) -> String {
        let unit = units.last { milliseconds % $0.milliseconds == 0 } ?? units[0]
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
