import Identity
import Testing
import Timekeeping

struct IdentifierSourceTests {
    @Test func `ids of one millisecond rise, beyond the room of the counter too`() {
        let time = ManualClock()
        let ids = IdentifierSource.seeded(7, clock: time.wall)
        let made: [StepID] = (0..<10_000).map { _ in ids.next() }
        #expect(zip(made, made.dropFirst()).allSatisfy { $0 < $1 })
        #expect(made[0].time == time.now)
        #expect(made[9999].time - time.now <= .milliseconds(5))
    }

    @Test func `ids rise when the clock is set back`() {
        let time = ManualClock()
        let ids = IdentifierSource.seeded(7, clock: time.wall)
        let before: StepID = ids.next()
        time.advance(by: .seconds(-60))
        let after: StepID = ids.next()
        #expect(before < after)
        #expect(after.time == before.time)
        time.advance(by: .seconds(61))
        #expect(ids.next(StepKind.self).time - before.time == .seconds(1))
    }

    @Test func `a seed gives the same ids again, another seed others`() {
        func make(_ seed: UInt64) -> [RunID] {
            let ids = IdentifierSource.seeded(seed)
            return (0..<3).map { _ in ids.next() }
        }
        #expect(make(1) == make(1))
        #expect(Set(make(1)).isDisjoint(with: make(2)))
        #expect(make(1).map(\.string) == make(1).map(\.string).sorted())
        #expect(RunID(make(1)[0].string) == make(1)[0])
    }

    @Test func `ids made by many tasks at once are all different`() async {
        let ids = IdentifierSource.system()
        let made = await withTaskGroup(of: [ActionID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<500).map { _ in ids.next() } } }
            return await group.reduce(into: Set<ActionID>()) { $0.formUnion($1) }
        }
        #expect(made.count == 4000)
        #expect(made.allSatisfy { ActionID($0.string) == $0 })
    }
}
