import Conversation
import Files
import Identity
import Money
import Runs
import Storage
import Testing

/// Events as they are delivered: numbered, in order, without loss, to many readers at once (E10).
@Suite("Events")
struct EventSubscriptionTests {
    private static func step(_ number: Int) -> JournalChange {
        .event(.stepStarted(step: StepKey(rawValue: "step-\(number)")))
    }

    /// The first so many events of a subscription.
    private static func take(_ count: Int, of subscription: EventSubscription) async throws -> [EventRecord] {
        var records: [EventRecord] = []
        for try await record in subscription {
            records.append(record)
            if records.count == count { break }
        }
        return records
    }

    @Test("are numbered 1, 2, 3 … in their run, and by one growing position over all runs")
    func numbers() async throws {
        try await JournalFixture.with { fixture in
            let runs = [fixture.run(), fixture.run()]
            for run in runs { try await fixture.record([.run(run)], for: run) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<60 {
                    let run = runs[number % 2]
                    group.addTask { try await fixture.record([Self.step(number), Self.step(number)], for: run) }
                }
                try await group.waitForAll()
            }
            for run in runs {
                let numbers = try await fixture.journal.events(of: run.id, after: 0, limit: 100).map(\.number)
                #expect(numbers == Array(1...60))
            }
            let positions = try await fixture.journal.events(of: nil, after: 0, limit: 200).map(\.position)
            #expect(positions == positions.sorted() && Set(positions).count == 120)
        }
    }

    @Test("that were refused leave no gap in the numbers")
    func noGaps() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            try await fixture.record([.run(run), Self.step(1)], for: run)
            let orphan = SessionInput(session: fixture.ids.next(), afterTurn: 0, text: "no such session")
            await #expect(throws: (any Error).self) {
                try await fixture.record([Self.step(2), .input(orphan)], for: run)
            }
            try await fixture.record([Self.step(3)], for: run)
            let numbers = try await fixture.journal.events(of: run.id, after: 0, limit: 10).map(\.number)
            #expect(numbers == [1, 2])
        }
    }

    @Test("are found by their number")
    func byNumber() async throws {
        try await JournalFixture.with { fixture in
            let (run, other) = (fixture.run(), fixture.run())
            try await fixture.record([.run(run), Self.step(1)], for: run)
            try await fixture.record([.run(other), Self.step(1), Self.step(2)], for: other)
            try await fixture.record([Self.step(2), Self.step(3)], for: run)
            let all = try await fixture.journal.events(of: run.id, after: 0, limit: 10)
            for number in [0, 1, 2, 3, 9] as [Int64] {
                let position = try await fixture.journal.position(ofEvent: number, in: run.id)
                let expected = all.last { $0.number <= number }?.position ?? 0
                #expect(position == expected)
            }
            let last = try await fixture.journal.lastPosition(of: nil)
            #expect(last == all.last?.position)
        }
    }

    @Test(
        "reach many readers from any position, over two processes, in order and without loss", arguments: [1, 7, 256])
    func manyReaders(page: Int) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let path = (folder / "journal.db").string
            let here = try await SQLiteJournal(path: path)
            let there = try await SQLiteJournal(path: path)
            let fixture = JournalFixture(journal: here)
            let run = fixture.run()
            let other = fixture.run()
            for each in [run, other] { try await fixture.record([.run(each), Self.step(0)], for: each) }
            let count = 100
            let start = try await here.lastPosition(of: nil)
            let seen = try await withThrowingTaskGroup(of: [EventRecord].self) { group in
                for reader in 0..<12 {
                    let journal = reader % 2 == 0 ? here : there
                    let subscription = journal.subscribe(
                        to: reader % 3 == 0 ? nil : run.id, after: start, page: page)
                    let expected = reader % 3 == 0 ? 2 * count : count
                    group.addTask { try await Self.take(expected, of: subscription) }
                }
                // One that subscribes and never reads holds up nobody.
                _ = here.subscribe(to: run.id, page: page).makeAsyncIterator()
                for number in 0..<count {
                    try await here.record([Self.step(number)], for: run.id, at: fixture.time)
                    try await there.record([Self.step(number)], for: other.id, at: fixture.time)
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let all = try await here.events(of: nil, after: start, limit: .max)
            let own = all.filter { $0.run == run.id }
            #expect(all.count == 2 * count && own.count == count)
            #expect(seen.count == 12)
            #expect(seen.allSatisfy { $0 == all || $0 == own })
            await here.close()
            await there.close()
        }
    }

    @Test("that tell of turns and actions are left out of a run's milestones, and no others")
    func milestones() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let session: SessionID = fixture.ids.next()
            let refusal = BudgetRefusal(
                account: .run(run.id), spent: .zero, reserved: .zero, needed: .zero, limit: .zero)
            let details: [RunEvent] = [
                .turnStarted(session: session, turn: 1, reserved: .zero),
                .turnFinished(session: session, turn: 1, usage: .zero, cost: .zero, text: "", calls: []),
                .turnFailed(session: session, turn: 1, code: .timeout, message: "", retryInMilliseconds: nil),
                .turnInterrupted(session: session, turn: 1, counted: .zero),
                .actionStarted(session: session, turn: 1, tool: "", summary: ""),
                .actionFinished(session: session, turn: 1, tool: "", outcome: .ok, summary: ""),
                .contextCompacted(
                    session: session, turn: 1, summarizedThrough: 0, shortenedThrough: 0, before: 0, after: 0),
                .snapshotTaken(reference: "", tree: ""),
                .modelDowngraded(session: session, turn: 1, from: "a/b", to: "a/c", because: refusal),
                .modelFellBack(session: session, turn: 1, from: "a/b", to: "a/c", because: "it is gone"),
                .modelEscalated(session: session, step: .plan, from: "a/b", to: "a/c", because: "x"),
                .modelLowered(session: session, step: .plan, from: "a/b", to: "a/c", because: "x"),
                .promptCacheCold(session: session, turn: 4, share: 12),
                .turnCached(session: session, turn: 4, answer: CachedAnswer(manner: .exact, saved: .zero)),
                .callWaits(session: session, turn: 5, model: "a/b"),
                .priorityIgnored(session: session, turn: 5, model: "a/b"),
            ]
            let others: [RunEvent] = [
                .stepStarted(step: .plan), .cancelRequested(by: "me"), .budgetRaised(to: .zero),
                .budgetAllowed(account: .run(run.id), limit: .zero, by: "me"),
                .runEnded(status: .done, summary: "turn"),
            ]
            #expect(details.filter { $0.isMilestone } == [] && details.count == RunEvent.detailNames.count)
            #expect(others.filter { $0.isMilestone } == others)
            let all = zip(details, others + others).flatMap { [$0, $1] }
            try await fixture.record([.run(run)] + all.map { .event($0) }, for: run)
            let recorded = try await fixture.journal.events(of: run.id, after: 0, limit: .max)
            let found = try await fixture.journal.milestones(of: run.id, after: 0)
            #expect(found == recorded.filter { $0.event.isMilestone })
            let later = try await fixture.journal.milestones(of: run.id, after: found[2].position)
            #expect(later == Array(found.dropFirst(3)))
        }
    }

    @Test("are read again from the store by a reader that was slow, while writers go on")
    func slowReader() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            try await fixture.record([.run(run), Self.step(0)], for: run)
            var iterator = fixture.journal.subscribe(to: run.id, page: 4).makeAsyncIterator()
            let first = try await iterator.next()
            // All of these are durable although the reader has taken one event only.
            for number in 1...50 { try await fixture.record([Self.step(number)], for: run) }
            var numbers = [first?.number]
            for _ in 1...50 { numbers.append(try await iterator.next()?.number) }
            #expect(numbers == (1...51).map { Int64($0) })
        }
    }

    @Test("end with a cancellation for those who wait, and nobody is left behind")
    func cancelling() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            try await fixture.record([.run(run), Self.step(0)], for: run)
            let last = try await fixture.journal.lastPosition(of: run.id)
            let waiting = (0..<50).map { _ in
                Task { try await Self.take(1, of: fixture.journal.subscribe(to: run.id, after: last)) }
            }
            for task in waiting.prefix(40) { task.cancel() }
            for task in waiting.prefix(40) {
                await #expect(throws: CancellationError.self) { try await task.value }
            }
            try await fixture.record([Self.step(1)], for: run)
            for task in waiting.dropFirst(40) {
                let numbers = try await task.value.map(\.number)
                #expect(numbers == [2])
            }
        }
    }
}
