#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A point in time: UTC milliseconds since 1970-01-01, without leap seconds.
///
/// Arithmetic stops at the ends of the range instead of trapping. Text and coding are ISO 8601 in UTC with milliseconds,
/// which reads back as the same value from year 0000 to 9999; `milliseconds` is what to store beyond that.
package struct Timestamp: Sendable, Hashable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static let epoch = Timestamp(milliseconds: 0)

    /// The machine's clock, which may be set back; code under test takes a ``WallClock`` instead.
    package static func now() -> Timestamp {
        var time = timespec()
        // Cannot fail with this clock and a valid pointer.
        _ = clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

extension Timestamp {
    package static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds.addingSaturated(duration.milliseconds))
    }

    package static func - (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds.subtractingSaturated(duration.milliseconds))
    }

    package static func += (time: inout Timestamp, duration: Duration) {
        time = time + duration
    }

    package static func -= (time: inout Timestamp, duration: Duration) {
        time = time - duration
    }

    /// How long `later` is after `earlier`, negative where it is before.
    package static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .milliseconds(later.milliseconds.subtractingSaturated(earlier.milliseconds))
    }
}

extension Timestamp: Comparable {
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

extension Timestamp: CustomStringConvertible {
    /// The same as ``iso8601``.
    package var description: String { iso8601 }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = Timestamp(iso8601: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is no ISO 8601 time such as 2026-11-21T05:31:03.584Z.")
        }
        self = time
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso8601)
    }
}

extension Int64 {
    func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
