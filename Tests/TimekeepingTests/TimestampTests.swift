import Testing
import Timekeeping

struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_795_239_063_584, "2026-11-21T05:31:03.584Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func `a time prints as ISO 8601 and reads back`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).iso8601 == text)
        #expect(Timestamp(iso8601: text) == Timestamp(milliseconds: milliseconds))
    }

    @Test func `every day of four centuries reads back and follows the one before`() {
        var time = Timestamp(iso8601: "1899-12-31T12:00:00Z") ?? .epoch
        var previous = time.iso8601
        for _ in 0..<146_100 {
            time += .seconds(86_400)
            let text = time.iso8601
            guard Timestamp(iso8601: text) == time, text > previous else {
                Issue.record("\(previous) is followed by \(text)")
                return
            }
            previous = text
        }
        #expect(previous == "2300-01-03T12:00:00.000Z")
    }

    @Test(arguments: [
        ("2026-11-21T05:31:03Z", "2026-11-21T05:31:03.000Z"),
        ("2026-11-21T05:31:03.5Z", "2026-11-21T05:31:03.500Z"),
        ("2026-11-21T05:31:03.123456789Z", "2026-11-21T05:31:03.123Z"),
        ("2026-11-21T05:31:03+01:30", "2026-11-21T04:01:03.000Z"),
        ("2026-12-31T23:30:00.250-01:00", "2027-01-01T00:30:00.250Z"),
    ])
    func `fractions and offsets are understood`(text: String, canonical: String) {
        #expect(Timestamp(iso8601: text)?.iso8601 == canonical)
    }

    @Test(arguments: [
        "", "2026", "2026-11-21", "2026-11-21T05:31:03", "2026-11-21 05:31:03Z", "2026-11-21t05:31:03z",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z", "٢٠٢٦-01-01T00:00:00Z",
    ])
    func `what is no time is refused`(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test func `arithmetic is in milliseconds and stops at the ends`() {
        let time = Timestamp(milliseconds: 1000)
        #expect(time + .milliseconds(5) == Timestamp(milliseconds: 1005))
        #expect(time - .seconds(2) == Timestamp(milliseconds: -1000))
        #expect(Timestamp(milliseconds: 1005) - time == .milliseconds(5))
        #expect(Timestamp(milliseconds: .max) + .seconds(1) == Timestamp(milliseconds: .max))
        #expect(Timestamp(milliseconds: .min) - .seconds(1) == Timestamp(milliseconds: .min))
        #expect(time < time + .milliseconds(1))
    }

    @Test func `the machine's time is after this was written`() {
        #expect(Timestamp.now().iso8601 > "2026-01-01T00:00:00.000Z")
        #expect(WallClock.system.now() > .epoch)
    }
}
