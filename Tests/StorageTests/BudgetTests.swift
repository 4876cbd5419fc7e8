import Files
import Identity
import Money
import Runs
import SQLite
import Storage
import Testing
import Timekeeping

/// Money over all scopes, on a file that several processes may use at once (G8).
@Suite("The ledger")
struct BudgetTests {
    private static func refused(_ outcome: ReservationOutcome) -> BudgetRefusal? {
        if case .refused(let refusal) = outcome { refusal } else { nil }
    }

    @Test("holds a call to every scope, and says which one refused", arguments: BudgetScope.allCases)
    func scopes(scope: BudgetScope) async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run(budget: scope == .run ? 100 : 1_000_000)
            let session = fixture.session(of: run)
            try await fixture.record([.run(run), .session(session)], for: run)
            let limits = BudgetLimits([scope: USD(micros: 100)])
            let first = try await fixture.journal.reserve(
                fixture.reservation(of: run, session, micros: 60), within: limits, with: [])
            let second = try await fixture.journal.reserve(
                fixture.reservation(of: run, session, micros: scope == .call ? 101 : 41), within: limits, with: [])
            #expect(first == .reserved)
            let refusal = try #require(Self.refused(second))
            #expect(refusal.account.scope == scope)
            #expect(refusal.reserved == USD(micros: scope == .call ? 0 : 60))
            #expect(refusal.limit == USD(micros: 100))
        }
    }

    @Test("counts runs of one day together, and begins the next day at zero")
    func days() async throws {
        try await JournalFixture.with { fixture in
            let limits = BudgetLimits([.day: USD(micros: 100)])
            let (one, other) = (fixture.run(), fixture.run())
            let (first, second) = (fixture.session(of: one), fixture.session(of: other))
            try await fixture.record([.run(one), .session(first)], for: one)
            try await fixture.record([.run(other), .session(second)], for: other)
            _ = try await fixture.journal.reserve(
                fixture.reservation(of: one, first, micros: 80), within: limits, with: [])
            var late = fixture.reservation(of: other, second, micros: 80)
            let today = try await fixture.journal.reserve(late, within: limits, with: [])
            late.reservedAt += .seconds(86_400)
            let tomorrow = try await fixture.journal.reserve(late, within: limits, with: [])
            #expect(Self.refused(today)?.account == .day(fixture.time))
            #expect(tomorrow == .reserved)
        }
    }

    @Test("counts a call for the day on which it began")
    func overMidnight() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let session = fixture.session(of: run)
            try await fixture.record([.run(run), .session(session)], for: run)
            let reservation = fixture.reservation(of: run, session, micros: 80)
            _ = try await fixture.journal.reserve(reservation, with: [])
            var charge = fixture.charge(for: reservation, micros: 30)
            charge.at += .seconds(86_400)
            try await fixture.record([.settle(charge)], for: run)
            let days = try await fixture.journal.standings(
                of: [.day(fixture.time), .day(charge.at)], within: .none)
            #expect(days.map(\.spent) == [USD(micros: 30), .zero])
            #expect(days.map(\.reserved) == [.zero, .zero])
        }
    }

    @Test("lets an account spend more when a gate allowed it, in that period only")
    func allowance() async throws {
        try await JournalFixture.with { fixture in
            let limits = BudgetLimits([.day: USD(micros: 100)])
            let run = fixture.run()
            let session = fixture.session(of: run)
            try await fixture.record([.run(run), .session(session)], for: run)
            let reservation = fixture.reservation(of: run, session, micros: 150)
            let before = try await fixture.journal.reserve(reservation, within: limits, with: [])
            try await fixture.record([.allowance(.day(fixture.time), USD(micros: 200))], for: run)
            // A lower amount does not take back what was allowed.
            try await fixture.record([.allowance(.day(fixture.time), USD(micros: 120))], for: run)
            let after = try await fixture.journal.reserve(reservation, within: limits, with: [])
            #expect(Self.refused(before) != nil)
            #expect(after == .reserved)
            let next = try await fixture.journal.standings(
                of: [.day(fixture.time + .seconds(86_400))], within: limits)
            #expect(next.map(\.limit) == [USD(micros: 100)])
        }
    }

    @Test("warns once of each account that comes to four fifths of its limit, and again when that was raised")
    func warnings() async throws {
        try await JournalFixture.with { fixture in
            var run = fixture.run(budget: 100)
            let session = fixture.session(of: run)
            try await fixture.record([.run(run), .session(session)], for: run)
            let limits = BudgetLimits([.user: USD(micros: 50)])
            func spend(_ micros: Int64) async throws {
                let reservation = fixture.reservation(of: run, session, micros: micros)
                let outcome = try await fixture.journal.reserve(reservation, within: limits, with: [])
                #expect(outcome == .reserved)
                try await fixture.record([.settle(fixture.charge(for: reservation, micros: micros))], for: run)
            }
            try await spend(39)
            try await spend(1)
            try await spend(5)
            let user = RunEvent.budgetWarning(
                spent: USD(micros: 40), budget: USD(micros: 50), of: BudgetAccount(.user, "ana"))
            var told = try await fixture.journal.events(of: run.id, after: 0, limit: 10).map(\.event)
            #expect(told == [user])

            try await fixture.record([.allowance(BudgetAccount(.user, "ana"), USD(micros: 1000))], for: run)
            try await spend(40)
            run.budget = USD(micros: 200)
            try await fixture.record([.budget(run.budget)], for: run)
            try await spend(80)
            told = try await fixture.journal.events(of: run.id, after: 0, limit: 10).map(\.event)
            #expect(
                told == [
                    user,
                    .budgetWarning(spent: USD(micros: 85), budget: USD(micros: 100), of: .run(run.id)),
                    .budgetWarning(spent: USD(micros: 165), budget: USD(micros: 200), of: .run(run.id)),
                ])
        }
    }

    @Test("lets exactly as many of 200 concurrent calls through as pay, from two processes, released ones making room")
    func concurrent() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let path = (folder / "journal.db").string
            let first = try await SQLiteJournal(path: path)
            let second = try await SQLiteJournal(path: path)
            let fixture = JournalFixture(journal: first)
            let runs = [fixture.run(budget: 1_000_000), fixture.run(budget: 1_000_000)]
            let sessions = runs.map { fixture.session(of: $0) }
            for (run, session) in zip(runs, sessions) {
                try await fixture.record([.run(run), .session(session)], for: run)
            }
            let limits = BudgetLimits([.month: USD(micros: 3_700)])
            func race() async throws -> [Reservation] {
                try await withThrowingTaskGroup(of: Reservation?.self) { group in
                    for number in 0..<200 {
                        let reservation = fixture.reservation(of: runs[number % 2], sessions[number % 2], micros: 100)
                        let journal = number % 4 < 2 ? first : second
                        group.addTask {
                            let outcome = try await journal.reserve(reservation, within: limits, with: [])
                            return outcome == .reserved ? reservation : nil
                        }
                    }
                    return try await group.reduce(into: []) { if let passed = $1 { $0.append(passed) } }
                }
            }
            let passed = try await race()
            #expect(passed.count == 37)
            for reservation in passed.prefix(5) {
                try await second.record([.release(reservation.id)], for: reservation.run, at: fixture.time)
            }
            // Spending less than was set aside makes room as well: five times 40 give two more calls.
            for reservation in passed.dropFirst(5).prefix(5) {
                let charge = fixture.charge(for: reservation, micros: 60)
                try await second.record([.settle(charge)], for: reservation.run, at: fixture.time)
            }
            let again = try await race()
            #expect(again.count == 7)
            await first.close()
            await second.close()
        }
    }

    @Test("keeps totals that are the sums of its lines, whatever happened", arguments: 0..<8)
    func totals(seed: UInt64) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let path = (folder / "journal.db").string
            let journal = try await SQLiteJournal(path: path)
            let fixture = JournalFixture(journal: journal)
            var random = Dice(state: seed)
            let runs = (0..<3).map { fixture.run(budget: 4_000, project: "/p\($0 % 2)") }
            let sessions = runs.map { fixture.session(of: $0) }
            for (run, session) in zip(runs, sessions) {
                try await fixture.record([.run(run), .session(session)], for: run)
            }
            let limits = BudgetLimits([.day: USD(micros: 3_000), .user: USD(micros: 5_000), .task: USD(micros: 2_000)])
            var open: [Reservation] = []
            for _ in 0..<200 {
                switch random.roll(3) {
                case 0:
                    let place = random.roll(3)
                    var reservation = fixture.reservation(
                        of: runs[place], sessions[place], micros: Int64(random.roll(400)))
                    reservation.step = StepKey(
                        rawValue: ["plan", "task/T001", "task/T001/help", "task/T002"][random.roll(4)])
                    reservation.user = [nil, "ana", "bob"][random.roll(3)]
                    reservation.key = [nil, "work"][random.roll(2)]
                    reservation.reservedAt += .seconds(86_400 * random.roll(40))
                    if try await journal.reserve(reservation, within: limits, with: []) == .reserved {
                        open.append(reservation)
                    }
                case 1 where !open.isEmpty:
                    let reservation = open.remove(at: random.roll(open.count))
                    var charge = fixture.charge(for: reservation, micros: Int64(random.roll(500)))
                    charge.at += .seconds(3_600 * random.roll(1_000))
                    try await journal.record([.settle(charge)], for: reservation.run, at: fixture.time)
                case 2 where !open.isEmpty:
                    let reservation = open.remove(at: random.roll(open.count))
                    try await journal.record([.release(reservation.id)], for: reservation.run, at: fixture.time)
                default:
                    continue
                }
            }
            try await Self.expectSums(in: path)
            await journal.close()
        }
    }

    /// Adds the ledger's lines up again, and compares.
    static func expectSums(in path: String) async throws {
        let database = try Database(.file(path))
        let task = "run || '/' || CASE WHEN step LIKE 'task/%/%' THEN substr(step, 1, 9) ELSE step END"
        let names = [
            "run": "run", "task": task, "day": "day", "month": "substr(day, 1, 7)", "project": "project",
            "user": "user_name", "key": "key_name",
        ]
        for (scope, name) in names {
            let (kept, summed) = try await database.read { connection in
                let kept = try connection.query(
                    """
                    SELECT name, spent, reserved FROM spending
                    WHERE scope = ? AND (spent <> 0 OR reserved <> 0) ORDER BY name
                    """, scope)
                let summed = try connection.query(
                    """
                    SELECT account AS name, sum(spent) AS spent, sum(reserved) AS reserved FROM (
                        SELECT \(name) AS account, amount AS spent, 0 AS reserved FROM charges
                        UNION ALL SELECT \(name), 0, amount FROM reservations
                    ) WHERE account <> '' GROUP BY account HAVING sum(spent) <> 0 OR sum(reserved) <> 0 ORDER BY account
                    """)
                return (kept, summed)
            }
            #expect(kept == summed, "the totals of \(scope)")
            #expect(scope == "user" || !kept.isEmpty)
        }
        await database.close()
    }

    @Test("counts what was written before budgets had scopes, and numbers its events")
    func upgrade() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let path = (folder / "journal.db").string
            let old = try await OldJournal(at: path)
            let journal = try await SQLiteJournal(path: path)
            try await Self.expectSums(in: path)
            let standings = try await journal.standings(
                of: [
                    .run(old.run.id), .task(.plan, of: old.run.id), .day(old.time), .month(old.time),
                    BudgetAccount(.project, "/p"), BudgetAccount(.key, "a"),
                ], within: .none)
            #expect(standings.allSatisfy { $0.spent == USD(micros: 25) && $0.reserved == USD(micros: 60) })
            #expect(standings.first?.limit == USD(micros: 1_000_000))
            let numbers = try await journal.events(of: old.run.id, after: 0, limit: 10).map(\.number)
            #expect(numbers == [1, 2, 3])
            let open = try await journal.openReservations(of: old.run.id)
            #expect(open.map(\.amount) == [USD(micros: 60)])
            for reservation in open {
                let charge = old.charge(for: reservation, micros: 60)
                try await journal.record(
                    [.settle(charge), .event(.stepStarted(step: .tasks))], for: old.run.id, at: old.time)
            }
            try await Self.expectSums(in: path)
            let last = try await journal.events(of: old.run.id, after: 0, limit: 10).last?.number
            #expect(last == 4)
            await journal.close()
        }
    }
}

/// A small generator whose rolls are the same for the same seed.
struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(sides))
    }
}
