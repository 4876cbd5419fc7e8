import Conversation
import Identity
import Keys
import Money
import Runs
import ServedCalls
import Storage
import Testing
import Timekeeping

/// Runs' charges and served calls added up together (G8).
@Suite("The report of spending")
struct SpendingReportTests {
    private static func with(_ body: (KeysFixture) async throws -> Void) async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key()
            let ledger = fixture.ledger()
            let run = LedgerHistoryTests.run(fixture)
            let session = LedgerHistoryTests.session(fixture, of: run)
            try await fixture.journal.record([.run(run), .session(session)], for: run.id, at: fixture.clock.now)
            let reservation = LedgerHistoryTests.reservation(fixture, of: run, session, micros: 500)
            _ = try await fixture.journal.reserve(reservation, with: [])
            let charge = LedgerHistoryTests.charge(fixture, for: reservation, micros: 400)
            try await fixture.journal.record([.settle(charge)], for: run.id, at: fixture.clock.now)
            fixture.clock.advance(by: .seconds(86_400))
            for (status, cache, cost) in [
                (200, .miss, 1_000), (200, .exact, 0), (502, .miss, 10), (200, .bypass, nil), (200, .miss, 1_200),
            ] as [(Int, ServedCall.CacheOutcome, Int64?)] {
                let ticket = try #require(try await ledger.admit(key, KeysFixture.estimate(2_000)).ticket)
                var call = KeysFixture.call(cost)
                call.status = status
                call.cache = cache
                call.canWait = cache == .exact
                ledger.settle(ticket, call)
            }
            try await ledger.drain()
            try await body(fixture)
        }
    }

    private static let runs = ReportLine(
        name: "", ofRuns: 1, usage: Usage(input: 100, output: 20, cacheRead: 30), cost: USD(micros: 400))
    private static let served = ReportLine(
        name: "", served: 5, unanswered: 1, fromCache: 1, unpriced: 1, usage: Usage(input: 40, output: 10),
        cost: USD(micros: 2_210))

    private static func named(_ name: String, _ line: ReportLine) -> ReportLine {
        var line = line
        line.name = name
        return line
    }

    @Test(
        "adds up by what is asked",
        arguments: [
            (.day, [named("2026-01-01", runs), named("2026-01-02", served)]),
            (.key, [named("ci", served), named("", runs)]),
            (.kind, [named("code", served), named("developer", runs)]),
            (
                .model,
                [
                    ReportLine(
                        name: "fake/large", served: 5, ofRuns: 1, unanswered: 1, fromCache: 1, unpriced: 1,
                        usage: Usage(input: 140, output: 30, cacheRead: 30), cost: USD(micros: 2_610))
                ]
            ),
        ] as [(ReportGrouping, [ReportLine])])
    func groupings(grouping: ReportGrouping, expected: [ReportLine]) async throws {
        try await Self.with { fixture in
            let lines = try await fixture.journal.report(by: grouping, since: nil)
            #expect(lines == expected)
        }
    }

    @Test("begins with a day, and has every grouping")
    func since() async throws {
        try await Self.with { fixture in
            let late = try await fixture.journal.report(by: .project, since: "2026-01-02")
            #expect(late == [Self.named("/p", Self.served)])
            for grouping in ReportGrouping.allCases {
                let lines = try await fixture.journal.report(by: grouping, since: nil)
                #expect(lines.reduce(USD.zero) { $0 + $1.cost } == USD(micros: 2_610))
            }
        }
    }

    @Test("has the facts that hints are made of")
    func facts() async throws {
        try await Self.with { fixture in
            let run = try #require(try await fixture.journal.runs(project: nil, limit: 1).first)
            // The step's checks failed once and passed then: the first attempt counts.
            for (attempt, outcome) in [(1, .passed), (1, .failed), (2, .passed)] as [(Int, Receipt.Outcome)] {
                let receipt = Receipt(
                    id: fixture.ids.next(), run: run.id, step: .plan, attempt: attempt, check: "test", command: "t",
                    exitCode: 0, outcome: outcome, tree: "t", logHash: "h", logBytes: 0, log: "l", excerpt: "",
                    startedAt: fixture.clock.now, seconds: 1, ranBy: "test")
                try await fixture.journal.record([.receipt(receipt)], for: run.id, at: fixture.clock.now)
            }
            let facts = try await fixture.journal.savingFacts(since: nil)
            #expect(
                facts
                    == SavingFacts(
                        uses: [
                            .init(
                                kind: "code", model: "fake/large", size: .small, calls: 2,
                                usage: Usage(input: 16, output: 4), cost: USD(micros: 2_200)),
                            .init(
                                kind: "developer", model: "fake/large", size: .small, calls: 1,
                                usage: Usage(input: 100, output: 20, cacheRead: 30), cost: USD(micros: 400)),
                        ], verdicts: [.init(kind: "developer", model: "fake/large", passed: 0, failed: 1)],
                        repeats: [.init(kind: "code", model: "fake/large", calls: 1, cost: USD(micros: 1_000))],
                        patient: []))
        }
    }

    @Test("gives the same sums once old calls are added up, whatever is asked")
    func addedUp() async throws {
        try await Self.with { fixture in
            let store = fixture.journal
            func reports() async throws -> [[ReportLine]] {
                var reports: [[ReportLine]] = []
                for grouping in ReportGrouping.allCases {
                    for day in [nil, "2026-01-02", "2026-01-03"] {
                        reports.append(try await store.report(by: grouping, since: day))
                    }
                }
                return reports
            }
            let before = try await reports()
            // The day itself is kept, then it goes a few calls at a time.
            #expect(try await store.rollUp(before: "2026-01-02", most: 100) == 0)
            #expect(try await store.rollUp(before: "2026-01-03", most: 2) == 2)
            #expect(try await reports() == before)
            fixture.clock.advance(by: .seconds(86_400 * 11))
            let keeping = LedgerKeeping(store: store, days: 10, clock: fixture.clock.wall) { _ in }
            #expect(try await keeping.rollUp() == 3)
            #expect(try await keeping.rollUp() == 0)
            #expect(try await reports() == before)
            #expect(try await store.savingFacts(since: nil).uses.allSatisfy { $0.kind == "developer" })
        }
    }
}
