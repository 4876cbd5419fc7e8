import Identity
import Keys
import Money
import Runs
import Secrets
import ServedCalls
import Storage
import Synchronization
import Testing
import Timekeeping

/// What becomes of money and records when servers die, sleep, or cannot write (G8).
@Suite("The ledger in trouble")
struct LedgerFailureTests {
    /// Fails writes while it is told to.
    private final class Unreliable: ServedBookStore {
        let store: any ServedBookStore
        let isFailing = Mutex(false)

        init(_ store: any ServedBookStore) { self.store = store }
        func rollUp(before day: String, most: Int) async throws -> Int {
            try await store.rollUp(before: day, most: most)
        }

        func keep(_ entry: BookEntry) async throws -> [AccountReply] {
            if isFailing.withLock({ $0 }) { throw StorageError("the disk is full") }
            return try await store.keep(entry)
        }
        func accountsWanted(from server: GatewayServerID) async throws -> [SpendingAccount] {
            try await store.accountsWanted(from: server)
        }
        func reclaim(at now: Timestamp) async throws -> [SliceLoss] { try await store.reclaim(at: now) }
        func leave(_ server: GatewayServerID) async throws { try await store.leave(server) }
        func standings(of accounts: [SpendingAccount]) async throws -> [AccountReply] {
            try await store.standings(of: accounts)
        }
    }

    @Test("the slices of a dead server count as spent when its lease has ended, and not before")
    func dead() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(budgets: .init(total: USD(micros: 80_000)))
            let dead = fixture.ledger()
            _ = try #require(try await dead.admit(key, KeysFixture.estimate(1_000)).ticket)
            let before = try await fixture.standing(.virtualKey, key.key.id.string)
            // An eighth of what is left at the most, so that other servers find something as well.
            #expect(before?.reserved == USD(micros: 9_000))
            let heir = fixture.ledger()
            fixture.clock.advance(by: .seconds(14))
            try await heir.look()
            #expect(try await fixture.standing(.virtualKey, key.key.id.string)?.reserved == USD(micros: 9_000))
            fixture.clock.advance(by: .seconds(2))
            try await heir.look()
            let after = try await fixture.standing(.virtualKey, key.key.id.string)
            #expect(after?.spent == USD(micros: 9_000))
            #expect(after?.reserved == .zero)
            #expect(try await fixture.journal.slicesLost(since: nil) == USD(micros: 9_000))
            #expect(try await fixture.journal.slicesLost(since: "2026-01-02") == .zero)
        }
    }

    @Test("a server that was only asleep takes back what had been counted as lost")
    func asleep() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(budgets: .init(total: USD(micros: 80_000)))
            let sleeper = fixture.ledger()
            let ticket = try #require(try await sleeper.admit(key, KeysFixture.estimate(1_000)).ticket)
            fixture.clock.advance(by: .seconds(60))
            try await fixture.ledger().look()
            #expect(try await fixture.journal.slicesLost(since: nil) == USD(micros: 9_000))
            sleeper.settle(ticket, KeysFixture.call(400))
            try await sleeper.drain()
            let after = try await fixture.standing(.virtualKey, key.key.id.string)
            #expect(after?.spent == USD(micros: 400))
            #expect(after?.reserved == .zero)
            #expect(try await fixture.journal.slicesLost(since: nil) == .zero)
        }
    }

    @Test("an unused slice is given back after a while")
    func idle() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(budgets: .init(total: USD(micros: 80_000)))
            let ledger = fixture.ledger()
            let ticket = try #require(try await ledger.admit(key, KeysFixture.estimate(1_000)).ticket)
            ledger.settle(ticket, KeysFixture.call(1_000))
            try await ledger.flush()
            fixture.clock.advance(by: .seconds(6))
            try await ledger.look()
            let after = try await fixture.standing(.virtualKey, key.key.id.string)
            #expect(after?.spent == USD(micros: 1_000))
            #expect(after?.reserved == .zero)
        }
    }

    @Test("while nothing can be written calls are refused, and what waits is written afterwards, once")
    func unwritable() async throws {
        try await KeysFixture.with { fixture in
            let free = try await fixture.key("free")
            let bound = try await fixture.key("bound", budgets: .init(total: USD(micros: 80_000)))
            let store = Unreliable(fixture.journal)
            let ledger = ServedLedger(
                store: store, server: fixture.ids.next(), limits: .none, clock: fixture.clock.wall)
            let ticket = try #require(try await ledger.admit(bound, KeysFixture.estimate(1_000)).ticket)
            store.isFailing.withLock { $0 = true }
            ledger.settle(ticket, KeysFixture.call(700))
            await #expect(throws: StorageError("the disk is full")) { try await ledger.flush() }
            #expect(!ledger.isWritable)
            await #expect(
                throws: KeysError(.unavailable, "the call's money cannot be set aside: the disk is full")
            ) { try await ledger.admit(bound, KeysFixture.estimate(70_000)) }
            // A key without a budget is served on for a while.
            let other = try #require(try await ledger.admit(free, KeysFixture.estimate(50)).ticket)
            ledger.settle(other, KeysFixture.call(50))
            fixture.clock.advance(by: .seconds(6))
            await #expect(throws: KeysError.self) { try await ledger.admit(free, KeysFixture.estimate(1)) }
            store.isFailing.withLock { $0 = false }
            try await ledger.flush()
            #expect(ledger.isWritable)
            try await ledger.drain()
            let lines = try await fixture.journal.report(by: .key, since: nil)
            #expect(lines.map(\.name) == ["bound", "free"])
            #expect(lines.map(\.served) == [1, 1])
            #expect(lines.map(\.cost) == [USD(micros: 700), USD(micros: 50)])
            let after = try await fixture.standing(.virtualKey, bound.key.id.string)
            #expect(after?.spent == USD(micros: 700))
            #expect(after?.reserved == .zero)
        }
    }

    @Test("runs and served calls hold each other to the limits that they share")
    func shared() async throws {
        try await KeysFixture.with { fixture in
            let limits = BudgetLimits([.user: USD(micros: 10_000)])
            let key = try await fixture.key()
            let ledger = fixture.ledger(limits)
            let run = LedgerHistoryTests.run(fixture)
            let session = LedgerHistoryTests.session(fixture, of: run)
            try await fixture.journal.record([.run(run), .session(session)], for: run.id, at: fixture.clock.now)
            let reserve = { (micros: Int64) in
                let reservation = LedgerHistoryTests.reservation(fixture, of: run, session, micros: micros)
                return try await fixture.journal.reserve(reservation, within: limits, with: [])
            }
            let ticket = try #require(try await ledger.admit(key, KeysFixture.estimate(6_000)).ticket)
            #expect(try await reserve(4_001) != .reserved)
            ledger.settle(ticket, KeysFixture.call(2_000))
            try await ledger.drain()
            #expect(try await reserve(8_001) != .reserved)
            #expect(try await reserve(7_000) == .reserved)
            let next = fixture.ledger(limits)
            #expect(try await next.admit(key, KeysFixture.estimate(1_001)).refusal?.left == 1_000)
            #expect(try await next.admit(key, KeysFixture.estimate(1_000)).ticket != nil)
            // A limit that a gate has raised holds for served calls, too.
            try await fixture.journal.record(
                [.allowance(BudgetAccount(.user, "ana"), USD(micros: 12_000))], for: run.id, at: fixture.clock.now)
            #expect(try await next.admit(key, KeysFixture.estimate(2_000)).ticket != nil)
            #expect(try await next.admit(key, KeysFixture.estimate(1)).ticket == nil)
        }
    }

    @Test("two servers that ask each other find a way, and none waits for ever")
    func contention() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(budgets: .init(total: USD(micros: 1_000)))
            let ledgers = [fixture.ledger(), fixture.ledger()]
            let greedy = try #require(try await ledgers[0].admit(key, KeysFixture.estimate(100)).ticket)
            ledgers[0].release(greedy)
            // The first holds money that it does not use and looks now and then at who wants it.
            let looking = Task { try await ledgers[0].run() }
            let all = try await ledgers[1].admit(key, KeysFixture.estimate(1_000))
            looking.cancel()
            #expect(all.ticket != nil)
        }
    }

    @Test("no error, refusal or description has a key's text in it")
    func texts() async throws {
        try await KeysFixture.with { fixture in
            let made = try await fixture.ring.create(
                KeyOrder(
                    name: "ci", models: ["a/*"], budgets: .init(total: .zero), rates: .init(requestsPerMinute: 1)))
            let text = made.text.withValue { $0 }
            let known = KnownKey(made.key)
            var words = ["\(made)", "\(known.key)", String(reflecting: made)]
            let ledger = fixture.ledger()
            for model in ["a/x", "b/x"] {
                words.append("\(try await ledger.admit(known, KeysFixture.estimate(5, model: model)))")
                words.append("\(try await ledger.admit(known, KeysFixture.estimate(nil, model: model)))")
            }
            for typed in [text, text + "x", String(text.dropLast())] {
                do {
                    _ = try await fixture.ring.find(typed)
                    Issue.record("a key was found by its text")
                } catch { words.append("\(error)") }
                do { _ = try await fixture.ring.create(KeyOrder(name: typed)) } catch { words.append("\(error)") }
            }
            for word in words { #expect(!word.contains(text.dropFirst(7).prefix(20))) }
        }
    }
}
