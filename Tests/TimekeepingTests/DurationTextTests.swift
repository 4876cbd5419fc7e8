import Testing
import Timekeeping

struct DurationTextTests {
    @Test(
        arguments: [
            (.zero, "0 ms"), (.microseconds(900), "0 ms"), (.milliseconds(999), "999 ms"), (.milliseconds(1000), "1 s"),
            (.milliseconds(1299), "1.2 s"), (.milliseconds(59_999), "59 s"), (.seconds(60), "1 min"),
            (.seconds(184), "3 min 4 s"), (.seconds(7500), "2 h 5 min"), (.seconds(7200), "2 h"),
            (.seconds(86_400 * 3 + 4 * 3600 + 59), "3 d 4 h"), (.seconds(-184), "-3 min 4 s"),
        ] as [(Duration, String)])
    func `a duration is told in at most two units`(duration: Duration, text: String) {
        #expect(duration.brief == text)
    }

    @Test(
        arguments: [
            (.microseconds(1999), 1), (.microseconds(-1999), -1), (.seconds(2), 2000), (.seconds(Int64.max), .max),
            (.seconds(Int64.min), .min),
        ] as [(Duration, Int64)])
    func `milliseconds are cut towards zero and stay in range`(duration: Duration, milliseconds: Int64) {
        #expect(duration.milliseconds == milliseconds)
    }

    @Test func `the ends of the range have a text`() {
        #expect(Duration.seconds(Int64.min).brief == "-106751991167 d 7 h")
    }
}
