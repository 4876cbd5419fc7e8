import Batches
import Testing
import Timekeeping

/// The hour that is meant for calls that may wait (G10).
@Suite struct DailyHoursTests {
    @Test(arguments: [
        // In the middle, before, behind, at the end, over midnight.
        ("02:00", 120, 360, "2026-11-21T02:00"), ("00:30", 120, 360, "2026-11-21T02:00"),
        ("06:00", 120, 360, "2026-11-22T02:00"), ("05:59", 120, 360, "2026-11-21T05:59"),
        ("23:30", 1_380, 60, "2026-11-21T23:30"), ("00:59", 1_380, 60, "2026-11-21T00:59"),
        ("01:00", 1_380, 60, "2026-11-21T23:00"),
    ])
    func `They begin at their next time`(now: String, from: Int, to: Int, expected: String) throws {
        let time = try #require(Timestamp(iso8601: "2026-11-21T\(now):00Z"))
        #expect(DailyHours(from: from, to: to).next(at: time) == Timestamp(iso8601: "\(expected):00Z"))
    }
}
