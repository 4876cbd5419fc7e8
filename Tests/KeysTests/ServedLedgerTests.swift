import Identity
import Keys
import Money
import Runs
import SQLite
import ServedCalls
import Storage
import Testing
import Timekeeping

/// Admission and accounting of served calls (G8, G9).
@Suite("The ledger of served calls")
struct ServedLedgerTests {
    @Test("admits exactly as many calls at once as a budget bears")
    func exactlyN() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(budgets: .init(total: USD(micros: 7_300)))
            let ledger = fixture.ledger()
            let admitted = try await Self.admitted(of: 200, at: 100, key, [ledger])
            #expect(admitted == 73)
            let standing = try await fixture.standing(.virtualKey, key.key.id.string)
            #expect(standing?.reserved == USD(micros: 7_300))
        }
    }

    @Test("admits exactly as many over two servers on one file", arguments: [1, 7, 50, 120])
    func exactlyNOverTwo(bears: Int) async throws {
        try await KeysFixture.with { fixture in
            let other = try await SQLiteJournal(path: fixture.path, durability: .normal)
            let key = try await fixture.key(budgets: .init(day: USD(micros: Int64(bears) * 100 + 99)))
            let ledgers = [fixture.ledger(), fixture.ledger(on: other)]
            let looking = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for ledger in ledgers { group.addTask { try await ledger.run() } }
                    try await group.waitForAll()
                }
            }
            let admitted = try await Self.admitted(of: 200, at: 100, key, ledgers)
            looking.cancel()
            #expect(admitted == bears)
            await other.close()
        }
    }

    @Test("tells which limit refuses, how much is left, and when it begins again")
    func refusals() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(budgets: .init(day: USD(micros: 1_000_000)))
            let ledger = fixture.ledger()
            let first = try #require(try await ledger.admit(key, KeysFixture.estimate(700_000)).ticket)
            ledger.settle(first, KeysFixture.call(600_000))
            try await ledger.flush()
            let second = try await ledger.admit(key, KeysFixture.estimate(300_000))
            let third = try await ledger.admit(key, KeysFixture.estimate(200_000))
            #expect(second.ticket != nil)
            let day = SpendingAccount(.virtualKeyDay, "\(key.key.id)/2026-01-01")
            #expect(
                third.refusal
                    == KeyRefusal(
                        .budget,
                        """
                        $0.60 of $1.00 for this key on 2026-01-01 (UTC) is spent and $0.30 is set aside for calls under \
                        way, and this call may need $0.20; it begins again at 2026-01-02T00:00Z
                        """,
                        account: day, left: 100_000, resetsAt: Timestamp(iso8601: "2026-01-02T00:00:00Z")))
            fixture.clock.advance(by: .seconds(86_400))
            #expect(try await ledger.admit(key, KeysFixture.estimate(1_000_000)).ticket != nil)
        }
    }

    @Test(
        "holds calls to every scope that runs are held to",
        arguments: [
            BudgetScope.day, .month, .project, .user, .key, .call,
        ])
    func scopes(scope: BudgetScope) async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key()
            let ledger = fixture.ledger(BudgetLimits([scope: USD(micros: 100)]))
            let first = try await ledger.admit(key, KeysFixture.estimate(60))
            let second = try await ledger.admit(key, KeysFixture.estimate(scope == .call ? 101 : 41))
            #expect(first.ticket != nil)
            let refusal = try #require(second.refusal)
            #expect(refusal.limit == (scope == .call ? .call : .budget))
            #expect(refusal.account?.scope.rawValue == (scope == .call ? nil : scope.rawValue))
            #expect(refusal.left == (scope == .call ? 100 : 40))
        }
    }

    @Test("writes records and money within its time, and gives everything back when it is drained")
    func writing() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(budgets: .init(total: USD(micros: 10_000)))
            let ledger = fixture.ledger(BudgetLimits([.user: USD(micros: 50_000)]))
            for number in 0..<5 {
                let ticket = try #require(try await ledger.admit(key, KeysFixture.estimate(900)).ticket)
                #expect(ledger.settle(ticket, KeysFixture.call(300, request: "r\(number)")))
                #expect(!ledger.settle(ticket, KeysFixture.call(300)))
                #expect(!ledger.release(ticket))
            }
            let unused = try #require(try await ledger.admit(key, KeysFixture.estimate(900)).ticket)
            #expect(ledger.release(unused))
            #expect(ledger.callsUnderWay == 0)
            try await ledger.drain()
            for (scope, name) in [
                (.virtualKey, key.key.id.string), (.user, "ana"), (.day, "2026-01-01"), (.month, "2026-01"),
                (.project, "/p"), (.key, "fake"),
            ] as [(SpendingAccount.Scope, String)] {
                let standing = try await fixture.standing(scope, name)
                #expect(standing?.spent == USD(micros: 1_500), "\(scope)")
                #expect(standing?.reserved == .zero, "\(scope)")
            }
            await #expect(
                throws: KeysError(.closed, "the gateway is shutting down and takes no more calls")
            ) { try await ledger.admit(key, KeysFixture.estimate(1)) }
        }
    }

    @Test("charges in full for calls that were under way when it was drained")
    func interrupted() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key()
            let ledger = fixture.ledger()
            _ = try await ledger.admit(key, KeysFixture.estimate(900))
            try await ledger.drain()
            #expect(try await fixture.standing(.day, "2026-01-01")?.spent == USD(micros: 900))
        }
    }

    @Test("counts what attempts with other models have cost, each for its provider")
    func attempts() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(budgets: .init(total: USD(micros: 1_000)))
            let ledger = fixture.ledger()
            let ticket = try #require(try await ledger.admit(key, KeysFixture.estimate(900)).ticket)
            let dear = try await ledger.advance(
                ticket, spent: USD(micros: 200), to: KeysFixture.estimate(801, model: "other/small"), for: key)
            #expect(dear.refusal?.left == 800)
            let second = try await ledger.advance(
                ticket, spent: .zero, to: KeysFixture.estimate(800, model: "other/small"), for: key)
            #expect(second.ticket == ticket)
            #expect(ledger.settle(ticket, KeysFixture.call(700, model: "other/small")))
            try await ledger.drain()
            #expect(try await fixture.standing(.key, "fake")?.spent == USD(micros: 200))
            #expect(try await fixture.standing(.key, "other")?.spent == USD(micros: 500))
            #expect(try await fixture.standing(.virtualKey, key.key.id.string)?.spent == USD(micros: 700))
            #expect(try await fixture.standing(.virtualKey, key.key.id.string)?.reserved == .zero)
        }
    }

    @Test("refuses a model without known prices where there is a budget, and serves it where there is none")
    func unpriced() async throws {
        try await KeysFixture.with { fixture in
            let free = try await fixture.key("free")
            let bound = try await fixture.key("bound", budgets: .init(month: USD(micros: 5)))
            let ledger = fixture.ledger()
            let ticket = try #require(try await ledger.admit(free, KeysFixture.estimate(nil)).ticket)
            ledger.settle(ticket, KeysFixture.call(nil))
            let refusal = try await ledger.admit(bound, KeysFixture.estimate(nil)).refusal
            #expect(refusal?.limit == .unpriced)
            #expect(
                refusal?.message == """
                    the prices of fake/large are not known, so it cannot be held to the budget for this key in 2026-01 \
                    (UTC): set its prices in the model catalogue
                    """)
            try await ledger.drain()
        }
    }

    @Test("refuses keys that ended, and models a key may not ask")
    func keyStates() async throws {
        try await KeysFixture.with { fixture in
            let ledger = fixture.ledger()
            let narrow = try await fixture.key("narrow", models: ["a/*", "b/c"])
            #expect(
                try await ledger.admit(narrow, KeysFixture.estimate(1)).refusal
                    == KeyRefusal(.model, "the key 'narrow' may not ask fake/large, only a/*, b/c"))
            let gone = KnownKey(try await fixture.ring.revoke("narrow"))
            #expect(
                try await ledger.admit(gone, KeysFixture.estimate(1)).refusal
                    == KeyRefusal(.revoked, "the key 'narrow' was revoked"))
            let order = KeyOrder(name: "brief", expiresAt: fixture.clock.now + .seconds(1))
            let brief = KnownKey(try await fixture.ring.create(order).key)
            fixture.clock.advance(by: .seconds(1))
            #expect(
                try await ledger.admit(brief, KeysFixture.estimate(1)).refusal
                    == KeyRefusal(.expired, "the key 'brief' expired on 2026-01-01"))
        }
    }

    /// How many of so many calls at once are admitted, spread over the ledgers.
    static func admitted(
        of calls: Int, at micros: Int64, _ key: KnownKey, _ ledgers: [ServedLedger]
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<calls {
                group.addTask {
                    try await ledgers[number % ledgers.count].admit(key, KeysFixture.estimate(micros)).ticket != nil
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }
}
