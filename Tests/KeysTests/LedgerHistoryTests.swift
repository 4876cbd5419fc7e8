import Conversation
import Identity
import Keys
import Money
import Runs
import SQLite
import ServedCalls
import Storage
import Testing
import Timekeeping

/// Random histories of calls, held against a model that only adds up (G8).
@Suite("Histories of the ledger of served calls")
struct LedgerHistoryTests {
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
    }

    /// One account of the model.
    private struct Box {
        var limit: Int64?
        var spent: Int64 = 0
        var aside: Int64 = 0

        func bears(_ amount: Int64) -> Bool { limit.map { spent + aside + amount <= $0 } ?? true }
    }

    private struct Open {
        var ticket: ServedTicket
        var server: Int
        var amount: Int64
        var boxes: [String]
        var key: Int
    }

    private static func ledger(_ fixture: KeysFixture, _ limits: BudgetLimits) -> ServedLedger {
        ServedLedger(
            store: fixture.journal, server: fixture.ids.next(), limits: limits, clock: fixture.clock.wall,
            settings: .init(pausesForOthers: 1), sleep: { _ in await Task.yield() })
    }

    @Test("one server admits what plain sums admit, and nothing else", arguments: 0..<12)
    func oneServer(seed: UInt64) async throws {
        try await KeysFixture.with { fixture in
            var dice = Dice(state: seed &* 977 &+ 3)
            let limits = BudgetLimits([.day: USD(micros: 6_000), .user: USD(micros: 9_000), .key: USD(micros: 7_000)])
            let keys = [
                try await fixture.key("a", budgets: .init(total: USD(micros: 5_000), day: USD(micros: 2_000))),
                try await fixture.key("b", budgets: .init(month: USD(micros: 4_000)), user: "bo", project: nil),
            ]
            let ledger = Self.ledger(fixture, limits)
            var boxes: [String: Box] = [:]
            var open: [Open] = []
            for _ in 0..<200 {
                switch dice.roll(10) {
                case 0...4:
                    let place = dice.roll(2)
                    let key = keys[place].key
                    let provider = ["p", "q"][dice.roll(2)]
                    let amount = Int64(dice.roll(600))
                    let day = fixture.clock.now.iso8601.prefix(10)
                    let names: [(String, Int64?)] = [
                        ("\(place) total", key.budgets.total?.micros), ("\(place) \(day)", key.budgets.day?.micros),
                        ("\(place) \(day.prefix(7))", key.budgets.month?.micros), ("\(day)", 6_000),
                        (key.user ?? "", 9_000), (provider, 7_000),
                    ]
                    for (name, limit) in names { boxes[name, default: Box()].limit = limit }
                    let fits = names.allSatisfy { boxes[$0.0]?.bears(amount) == true }
                    let admission = try await ledger.admit(
                        keys[place], KeysFixture.estimate(amount, model: "\(provider)/m"))
                    #expect((admission.ticket != nil) == fits, "\(amount) \(boxes)")
                    guard let ticket = admission.ticket else { continue }
                    for (name, _) in names { boxes[name]?.aside += amount }
                    open.append(
                        Open(ticket: ticket, server: 0, amount: amount, boxes: names.map(\.0), key: place))
                case 5...7:
                    guard !open.isEmpty else { continue }
                    let call = open.remove(at: dice.roll(open.count))
                    // Now and then a provider counts more than was estimated.
                    let cost = dice.roll(12) == 0 ? call.amount + 50 : Int64(dice.roll(Int(call.amount) + 1))
                    for name in call.boxes {
                        boxes[name]?.aside -= call.amount
                        boxes[name]?.spent += cost
                    }
                    #expect(ledger.settle(call.ticket, KeysFixture.call(cost)))
                case 8:
                    guard !open.isEmpty else { continue }
                    let call = open.remove(at: dice.roll(open.count))
                    for name in call.boxes { boxes[name]?.aside -= call.amount }
                    #expect(ledger.release(call.ticket))
                default:
                    switch dice.roll(3) {
                    case 0: fixture.clock.advance(by: .seconds(dice.roll(8)))
                    case 1: fixture.clock.advance(by: .seconds(dice.roll(60_000)))
                    default: try await ledger.look()
                    }
                }
            }
            for call in open {
                for name in call.boxes {
                    boxes[name]?.aside -= call.amount
                    boxes[name]?.spent += call.amount
                }
            }
            try await ledger.drain()
            for (scope, name) in [(SpendingAccount.Scope.user, "ana"), (.user, "bo"), (.key, "p"), (.key, "q")] {
                let standing = try await fixture.standing(scope, name)
                #expect(standing?.spent.micros ?? 0 == boxes[name]?.spent ?? 0)
                #expect(standing?.reserved ?? .zero == .zero)
            }
        }
    }

    @Test(
        "several servers and runs together never exceed a limit, whoever dies, and the books add up", arguments: 0..<12)
    func severalServers(seed: UInt64) async throws {
        try await KeysFixture.with { fixture in
            var dice = Dice(state: seed &* 7_919 &+ 11)
            let limits = BudgetLimits([.user: USD(micros: 20_000)])
            let key = try await fixture.key(budgets: .init(total: USD(micros: 15_000)))
            var ledgers = (0..<3).map { _ in Self.ledger(fixture, limits) }
            let run = Self.run(fixture)
            try await fixture.journal.record([.run(run)], for: run.id, at: fixture.clock.now)
            let session = Self.session(fixture, of: run)
            try await fixture.journal.record([.session(session)], for: run.id, at: fixture.clock.now)
            // What really went or may still go, whatever any server knows.
            var served: Int64 = 0
            var byRuns: Int64 = 0
            var open: [Open] = []
            var reserved: [Reservation] = []
            for _ in 0..<200 {
                let server = dice.roll(3)
                switch dice.roll(14) {
                case 0...5:
                    let amount = Int64(1 + dice.roll(400))
                    guard
                        let ticket = try await ledgers[server].admit(key, KeysFixture.estimate(amount)).ticket
                    else { continue }
                    open.append(Open(ticket: ticket, server: server, amount: amount, boxes: [], key: 0))
                case 6...8:
                    guard !open.isEmpty else { continue }
                    let call = open.remove(at: dice.roll(open.count))
                    let cost = Int64(dice.roll(Int(call.amount) + 1))
                    #expect(ledgers[call.server].settle(call.ticket, KeysFixture.call(cost)))
                    served += cost
                case 9: try await ledgers[server].look(reclaims: dice.roll(2) == 0)
                case 10:
                    let reservation = Self.reservation(fixture, of: run, session, micros: Int64(dice.roll(500)))
                    let outcome = try await fixture.journal.reserve(reservation, within: limits, with: [])
                    if outcome == .reserved { reserved.append(reservation) }
                case 11:
                    guard !reserved.isEmpty else { continue }
                    let reservation = reserved.remove(at: dice.roll(reserved.count))
                    let charge = Self.charge(fixture, for: reservation, micros: reservation.amount.micros / 2)
                    byRuns += charge.cost.micros
                    try await fixture.journal.record([.settle(charge)], for: run.id, at: fixture.clock.now)
                case 12: fixture.clock.advance(by: .seconds(dice.roll(10)))
                default:
                    // A server dies: what it had admitted is spent, and it says nothing more.
                    let lost = open.filter { $0.server == server }
                    served += lost.reduce(0) { $0 + $1.amount }
                    open.removeAll { $0.server == server }
                    ledgers[server] = Self.ledger(fixture, limits)
                }
                let underWay = open.reduce(0) { $0 + $1.amount }
                let aside = reserved.reduce(0) { $0 + $1.amount.micros }
                #expect(served + underWay <= 15_000)
                #expect(served + underWay + byRuns + aside <= 20_000)
            }
            for call in open { ledgers[call.server].release(call.ticket) }
            for ledger in ledgers { try await ledger.drain() }
            fixture.clock.advance(by: .seconds(60))
            _ = try await fixture.journal.reclaim(at: fixture.clock.now)
            for reservation in reserved {
                try await fixture.journal.record([.release(reservation.id)], for: run.id, at: fixture.clock.now)
            }
            let lost = try await fixture.journal.slicesLost(since: nil)
            let written =
                try await fixture.journal.report(by: .key, since: nil).first { $0.name == "ci" }?.cost ?? .zero
            let own = try await fixture.standing(.virtualKey, key.key.id.string)
            #expect(own?.spent ?? .zero == written + lost)
            #expect(own?.reserved ?? .zero == .zero)
            #expect(written + lost >= USD(micros: served))
            #expect(try await fixture.standing(.user, "ana")?.reserved ?? .zero == .zero)
        }
    }

    static func run(_ fixture: KeysFixture) -> Run {
        Run(
            id: fixture.ids.next(), project: "/p", request: "Do it", mode: .balanced, budget: USD(micros: 1_000_000),
            status: .running, baseCommit: "c0", baseBranch: "main", branch: "vencejo/x", worktree: "/w",
            createdAt: fixture.clock.now, updatedAt: fixture.clock.now)
    }

    static func session(_ fixture: KeysFixture, of run: Run, agent: String = "developer", step: StepKey = .plan)
        -> Session
    {
        Session(
            id: fixture.ids.next(), run: run.id, step: step, agent: agent, model: "fake/large", system: "s", tools: [],
            openedAt: fixture.clock.now)
    }

    static func reservation(_ fixture: KeysFixture, of run: Run, _ session: Session, micros: Int64) -> Reservation {
        Reservation(
            id: fixture.ids.next(), run: run.id, session: session.id, turn: 1, model: session.model,
            amount: USD(micros: micros), reservedAt: fixture.clock.now, step: session.step, user: "ana", key: "fake")
    }

    static func charge(_ fixture: KeysFixture, for reservation: Reservation, micros: Int64) -> Charge {
        Charge(
            id: fixture.ids.next(), reservation: reservation.id, run: reservation.run, session: reservation.session,
            step: reservation.step ?? .plan, agent: "developer", turn: 1, model: reservation.model,
            usage: .init(input: 100, output: 20, cacheRead: 30), cost: USD(micros: micros), outcome: .answered,
            milliseconds: 12, firstEventMilliseconds: 3, at: fixture.clock.now, user: "ana")
    }
}
