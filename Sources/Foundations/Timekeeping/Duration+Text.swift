extension Duration {
    /// Whole milliseconds, cut towards zero and kept inside the range of `Int64`.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return whole.addingSaturated(attoseconds / 1_000_000_000_000_000)
    }

    /// The duration for a reader, in at most two units: `0 ms`, `350 ms`, `1.2 s`, `3 min 4 s`, `2 h 5 min`, `3 d 4 h`.
    ///
    /// What is smaller than the last unit shown is cut off, so that no text is ahead of the time.
    package var brief: String {
        let milliseconds = milliseconds
        guard milliseconds >= 0 else { return "-" + Duration.milliseconds(-max(milliseconds, -.max)).brief }
        let seconds = milliseconds / 1000
        return switch milliseconds {
        case ..<1000: "\(milliseconds) ms"
        case ..<60_000: Self.joined(seconds, tenths: milliseconds / 100 % 10)
        case ..<3_600_000: Self.joined(seconds / 60, "min", seconds % 60, "s")
        case ..<86_400_000: Self.joined(seconds / 3600, "h", seconds / 60 % 60, "min")
        default: Self.joined(seconds / 86_400, "d", seconds / 3600 % 24, "h")
        }
    }

    private static func joined(_ seconds: Int64, tenths: Int64) -> String {
        tenths == 0 || seconds >= 10 ? "\(seconds) s" : "\(seconds).\(tenths) s"
    }

    private static func joined(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }
}
