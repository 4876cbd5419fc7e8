import Testing
import Timekeeping

struct WallClockTests {
    @Test func `a manual clock moves only when told`() {
        let time = ManualClock()
        let clock = time.wall
        #expect(clock.now().iso8601 == "2026-01-01T00:00:00.000Z")
        time.advance(by: .seconds(5))
        #expect(clock.now().iso8601 == "2026-01-01T00:00:05.000Z")
        time.set(to: .epoch)
        #expect(clock.now() == .epoch)
        #expect(time.now == .epoch)
    }
}
