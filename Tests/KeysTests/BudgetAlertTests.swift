import Identity
import Keys
import Money
import Runs
import SQLite
import ServedCalls
import Storage
import Synchronization
import Testing
import Timekeeping

/// What is told of budgets that served calls use up (G8, G9).
@Suite("Alerts of served budgets")
struct BudgetAlertTests {
    private final class Told: Sendable {
        private let alerts = Mutex<[BudgetAlert]>([])
        var all: [BudgetAlert] { alerts.withLock { $0 } }
        func add(_ alert: BudgetAlert) { alerts.withLock { $0.append(alert) } }
    }

    private static func ledger(
        _ fixture: KeysFixture, _ told: Told, alert: Int = 80, limits: [BudgetScope: USD] = [:],
        on journal: SQLiteJournal? = nil
    ) -> ServedLedger {
        ServedLedger(
            store: journal ?? fixture.journal, server: fixture.ids.next(),
            limits: BudgetLimits(limits, alertPercent: alert), clock: fixture.clock.wall,
            settings: .init(pausesForOthers: 1), tell: { told.add($0) })
    }

    private static func spend(_ micros: Int64, _ key: KnownKey, _ ledger: ServedLedger) async throws {
        let ticket = try #require(try await ledger.admit(key, KeysFixture.estimate(micros)).ticket)
        ledger.settle(ticket, KeysFixture.call(micros))
        try await ledger.flush()
        try await ledger.flush()
    }

    private static func alert(
        _ fixture: KeysFixture, _ account: SpendingAccount, _ percent: Int, _ spent: Int64, of limit: Int64
    ) -> BudgetAlert {
        BudgetAlert(
            account: account, percent: percent, spent: USD(micros: spent), limit: USD(micros: limit),
            at: fixture.clock.now)
    }

    @Test("come once at the share and once when nothing is left, and again on the next day")
    func shares() async throws {
        try await KeysFixture.with { fixture in
            let told = Told()
            let key = try await fixture.key(budgets: .init(day: USD(micros: 1_000)))
            let ledger = Self.ledger(fixture, told)
            let today = SpendingAccount(.virtualKeyDay, "\(key.key.id)/2026-01-01")
            try await Self.spend(790, key, ledger)
            #expect(told.all == [])
            try await Self.spend(50, key, ledger)
            let first = Self.alert(fixture, today, 80, 840, of: 1_000)
            #expect(told.all == [first])
            try await Self.spend(50, key, ledger)
            #expect(told.all == [first])
            try await Self.spend(110, key, ledger)
            let second = Self.alert(fixture, today, 100, 1_000, of: 1_000)
            #expect(told.all == [first, second])
            var named = [first, second]
            for index in named.indices { named[index].key = "ci" }
            #expect(try await fixture.journal.budgetAlerts(since: nil) == named)
            #expect(try await fixture.journal.budgetAlerts(since: "2026-01-02") == [])

            fixture.clock.advance(by: .seconds(86_400))
            try await Self.spend(900, key, ledger)
            #expect(told.all.dropFirst(2).map(\.percent) == [80])
            try await ledger.drain()
        }
    }

    @Test("come when a call is refused for want of money, also where something is left")
    func refusal() async throws {
        try await KeysFixture.with { fixture in
            let told = Told()
            let key = try await fixture.key()
            let ledger = Self.ledger(fixture, told, limits: [.month: USD(micros: 1_000)])
            try await Self.spend(700, key, ledger)
            for _ in 0..<3 {
                let refusal = try await ledger.admit(key, KeysFixture.estimate(400)).refusal
                #expect(refusal?.limit == .budget)
                try await ledger.flush()
                try await ledger.flush()
            }
            #expect(told.all == [Self.alert(fixture, SpendingAccount(.month, "2026-01"), 100, 700, of: 1_000)])
            #expect(
                told.all.first.map { "\($0)" }
                    == "the budget of $0.001 for the month 2026-01 (UTC) is used up, with $0.0007 spent: calls that may need more are refused"
            )
            try await ledger.drain()
        }
    }

    @Test("come from one of two servers, and from none where they are switched off")
    func servers() async throws {
        try await KeysFixture.with { fixture in
            let (told, other) = (Told(), Told())
            let journal = try await SQLiteJournal(path: fixture.path, durability: .normal)
            let key = try await fixture.key(budgets: .init(total: USD(micros: 10_000)))
            let ledgers = [Self.ledger(fixture, told), Self.ledger(fixture, other, on: journal)]
            for _ in 0..<9 {
                for ledger in ledgers {
                    try await Self.spend(500, key, ledger)
                    // What nobody uses is given back, so that the other finds it.
                    fixture.clock.advance(by: .seconds(6))
                    for ledger in ledgers { try await ledger.look() }
                }
            }
            #expect(told.all.count + other.all.count == 1)
            for ledger in ledgers { try await ledger.drain() }

            // What was spent today counts for the day, whoever limits it.
            fixture.clock.advance(by: .seconds(86_400))
            let none = Told()
            let silent = Self.ledger(fixture, none, alert: 0, limits: [.day: USD(micros: 100)])
            try await Self.spend(100, try await fixture.key("silent"), silent)
            #expect(none.all == [])
            try await silent.drain()
            await journal.close()
        }
    }

    @Test("name the key and what is left in one sentence")
    func sentences() {
        let account = SpendingAccount(.virtualKeyDay, "0190/2026-01-01")
        var alert = BudgetAlert(
            account: account, percent: 80, spent: USD(micros: 810_000), limit: USD(micros: 1_000_000),
            at: Timestamp(milliseconds: 0))
        alert.key = "ci"
        #expect(
            "\(alert)" == "$0.81 of the budget of $1.00 for the key 'ci' on 2026-01-01 (UTC) is spent, 80 % or more")
        #expect(alert.keyID == "0190")
    }
}
