import Identity
import Money
import Runs
import Testing
import Timekeeping

/// What may be spent, and of what a user is warned (G8).
@Suite("A budget")
struct BudgetPolicyTests {
    private static let day = BudgetAccount(.day, "2026-11-21")
    private static let run = BudgetAccount(.run, "r")

    private static func standing(
        _ account: BudgetAccount, spent: Int64 = 0, reserved: Int64 = 0, limit: Int64? = nil, warnedOf: Int64 = 0
    ) -> BudgetStanding {
        BudgetStanding(
            account: account, spent: USD(micros: spent), reserved: USD(micros: reserved),
            limit: limit.map { USD(micros: $0) }, warnedOf: USD(micros: warnedOf))
    }

    @Test(
        "admits what takes an account exactly to its limit, and nothing more",
        arguments: [(40, true), (41, false)] as [(Int64, Bool)])
    func edge(amount: Int64, isAdmitted: Bool) {
        let verdict = BudgetPolicy.judge(
            USD(micros: amount), on: [Self.standing(Self.run, spent: 50, reserved: 10, limit: 100)])
        #expect((verdict == .admitted) == isAdmitted)
    }

    @Test("does not limit what has no limit")
    func unlimited() {
        #expect(BudgetPolicy.judge(.max, on: [Self.standing(Self.run, spent: 1)]) == .admitted)
    }

    @Test("is refused by the first account that cannot bear it, with the amounts")
    func firstRefusal() {
        let verdict = BudgetPolicy.judge(
            USD(micros: 5),
            on: [
                Self.standing(Self.run, spent: 1, limit: 100),
                Self.standing(Self.day, spent: 7, reserved: 2, limit: 10),
                Self.standing(BudgetAccount(.month, "2026-11"), limit: 1),
            ])
        #expect(
            verdict
                == .refused(
                    BudgetRefusal(
                        account: Self.day, spent: USD(micros: 7), reserved: USD(micros: 2), needed: USD(micros: 5),
                        limit: USD(micros: 10))))
    }

    @Test("is raised to twice the limit, or to what the call needs")
    func raised() {
        var refusal = BudgetRefusal(
            account: Self.day, spent: USD(micros: 9), reserved: .zero, needed: USD(micros: 3), limit: USD(micros: 10))
        #expect(refusal.raised == USD(micros: 20))
        refusal.needed = USD(micros: 50)
        #expect(refusal.raised == USD(micros: 59))
    }

    @Test(
        "warns at its share, once for each limit",
        arguments: [
            (79, 100, 0, 80, false), (80, 100, 0, 80, true), (100, 100, 0, 80, true), (90, 100, 100, 80, false),
            (160, 200, 100, 80, true), (80, 100, 0, 0, false), (3, 4, 0, 80, false), (4, 4, 0, 80, true),
            (0, 0, 0, 80, false), (50, 100, 0, 50, true),
        ] as [(Int64, Int64, Int64, Int, Bool)])
    func warning(spent: Int64, limit: Int64, warnedOf: Int64, percent: Int, isDue: Bool) {
        let standing = Self.standing(Self.run, spent: spent, limit: limit, warnedOf: warnedOf)
        #expect(BudgetPolicy.isDue(standing, percent: percent) == isDue)
    }

    @Test("warns of the largest amounts without overflowing")
    func largest() {
        let standing = Self.standing(Self.run, spent: .max, limit: .max)
        #expect(BudgetPolicy.isDue(standing, percent: 80))
    }

    @Test(
        "knows its days and months in UTC, and when they end",
        arguments: [
            (
                "2026-11-21T23:59:59.999Z", "2026-11-21", "2026-11-22T00:00:00.000Z", "2026-11",
                "2026-12-01T00:00:00.000Z"
            ),
            ("2026-12-31T23:59:59Z", "2026-12-31", "2027-01-01T00:00:00.000Z", "2026-12", "2027-01-01T00:00:00.000Z"),
            (
                "2028-02-28T00:30:00+01:00", "2028-02-27", "2028-02-28T00:00:00.000Z", "2028-02",
                "2028-03-01T00:00:00.000Z"
            ),
        ])
    func periods(time: String, day: String, dayEnds: String, month: String, monthEnds: String) throws {
        let time = try #require(Timestamp(iso8601: time))
        #expect(BudgetAccount.day(time) == BudgetAccount(.day, day))
        #expect(BudgetAccount.day(time).resetsAt?.iso8601 == dayEnds)
        #expect(BudgetAccount.month(time) == BudgetAccount(.month, month))
        #expect(BudgetAccount.month(time).resetsAt?.iso8601 == monthEnds)
        #expect(BudgetAccount(.project, "/p").resetsAt == nil)
    }

    @Test(
        "counts a sub-agent for the step that it works for",
        arguments: [
            ("task/T001", "task/T001"), ("task/T001/review", "task/T001"), ("plan", "plan"),
            ("plan/agent/1", "plan"), ("check/eu", "check/eu"), ("check/eu/agent/2/agent/1", "check/eu"),
        ])
    func roots(step: String, root: String) {
        let run: RunID = IdentifierSource.seeded(1).next()
        #expect(BudgetAccount.task(StepKey(rawValue: step), of: run) == BudgetAccount(.task, "\(run)/\(root)"))
    }
}
