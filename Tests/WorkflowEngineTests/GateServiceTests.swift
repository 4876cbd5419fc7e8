import Files
import Identity
import JSON
import Money
import Runs
import Storage
import Testing
import Timekeeping
import WorkflowEngine

/// The one service that every channel answers through (E4).
@Suite("The service of gates")
struct GateServiceTests {
    private struct Fixture {
        let service: GateService
        let run: Run
        let gate: Gate
    }

    /// Lends a run that waits at one gate, in a journal of its own.
    private func with(
        clock: WallClock = .system, _ change: (inout Gate) -> Void = { _ in }, _ body: (Fixture) async throws -> Void
    ) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let journal = try await SQLiteJournal(path: (folder / "journal.db").string)
            let ids = IdentifierSource.seeded(17)
            let now = clock.now()
            let run = Run(
                id: ids.next(), project: "/p", request: "r", mode: .balanced, budget: USD(micros: 1_000_000),
                status: .running, baseCommit: "c", baseBranch: nil, branch: "b", worktree: "/w", createdAt: now,
                updatedAt: now)
            var gate = Gate(
                id: ids.next(), run: run.id, step: StepKey(rawValue: "ask"), kind: .step, question: "Where?",
                details: "", choices: [.init("eu", "Europe"), .init("us", "America")], openedAt: now)
            change(&gate)
            let opened = RunEvent.gateOpened(gate: gate.id, kind: gate.kind, step: gate.step, question: gate.question)
            _ = try await journal.record([.run(run), .gate(gate), .event(opened)], for: run.id, at: now)
            try await body(Fixture(service: GateService(journal: journal, clock: clock), run: run, gate: gate))
            await journal.close()
        }
    }

    private func given(_ value: String, by name: String = "ana") -> GivenAnswer {
        GivenAnswer(.value(value), comment: "so be it", name: name, channel: "cli")
    }

    @Test("says what became of an answer: invalid, accepted, already answered, unknown")
    func results() async throws {
        let time = ManualClock()
        try await with(clock: time.wall) { fixture in
            let gate = fixture.gate
            let invalid = try await fixture.service.answer(gate.id, given("asia"))
            #expect(
                invalid
                    == .invalid(
                        gate,
                        [
                            AnswerFault(
                                "gate \(gate.id.short) takes one of these answers: eu, us; 'asia' is none of them")
                        ]))
            var answered = gate
            answered.answer = GateAnswer(
                value: "eu", comment: "so be it", answeredBy: "ana", channel: "cli", answeredAt: time.now)
            let accepted = try await fixture.service.answer(gate.id, given("eu"))
            #expect(accepted == .accepted(answered))
            let second = try await fixture.service.answer(gate.id, given("us", by: "ben"))
            #expect(second == .alreadyAnswered(answered))
            #expect(
                throws: EngineError(
                    .state,
                    "gate \(gate.id.short) has been answered already: 'eu' by ana (cli) at \(time.now.iso8601)")
            ) { try second.accepted(at: gate.id) }
            let unknown = try await fixture.service.answer(
                IdentifierSource.seeded(99, clock: time.wall).next(), given("eu"))
            #expect(unknown == .unknown)

            let audit = try await fixture.service.audit(of: fixture.run.id)
            #expect(audit.map(\.what) == [.opened, .answered])
            #expect(audit.last?.who == "ana" && audit.last?.channel == "cli" && audit.last?.comment == "so be it")
        }
    }

    @Test("says of an answer that comes too late what was taken instead")
    func late() async throws {
        let time = ManualClock()
        try await with(
            clock: time.wall,
            {
                $0.expiresAt = time.now + .seconds(60)
                $0.defaultAnswer = "us"
            }
        ) { fixture in
            time.advance(by: .seconds(60))
            let late = try await fixture.service.answer(fixture.gate.id, given("eu"))
            var expired = fixture.gate
            expired.answer = GateAnswer(
                value: "us", answeredBy: "default", channel: "expiry", answeredAt: time.now)
            #expect(late == .expired(expired))
            let audit = try await fixture.service.audit()
            #expect(audit.map(\.what) == [.opened, .expired, .answered])
        }
    }

    @Test("gives each reminder once, to who passes time on")
    func reminders() async throws {
        let time = ManualClock()
        try await with(clock: time.wall, { $0.remindEveryMilliseconds = 60_000 }) { fixture in
            let service = fixture.service
            let early = try await service.passTime()
            time.advance(by: .seconds(61))
            let due = try await service.due(of: fixture.run.id)
            let first = try await service.passTime(of: fixture.run.id)
            let again = try await service.passTime()
            #expect(early == [] && again == [])
            #expect(due == [.reminder(fixture.gate.id, number: 1)] && first == due)
        }
    }

    @Test("takes no default that cannot be followed")
    func defaultThatIsNoRaise() async throws {
        let time = ManualClock()
        try await with(
            clock: time.wall,
            {
                $0.kind = .budget
                $0.expiresAt = time.now
                $0.defaultAnswer = "0.50"
            }
        ) { fixture in
            let gate = try await fixture.service.show(fixture.gate.id)
            #expect(gate?.answer?.isExpired == true)
            let budget = try await fixture.service.journal.run(fixture.run.id)?.budget
            #expect(budget == USD(micros: 1_000_000))
        }
    }

    @Test("wakes who waits for an answer when it comes through another channel")
    func waiting() async throws {
        try await with { fixture in
            let service = fixture.service
            let found = try await withThrowingTaskGroup(of: Gate?.self) { group in
                group.addTask { try await service.waitForAnswer(to: fixture.gate.id) }
                group.addTask {
                    _ = try await service.answer(fixture.gate.id, given("eu"))
                    return nil
                }
                var answered: Gate?
                for try await gate in group { answered = gate ?? answered }
                return answered
            }
            #expect(found?.answer?.value == "eu")
        }
    }

    @Test("lets a gate expire for who waits for its answer")
    func waitingForExpiry() async throws {
        try await with({ $0.expiresAt = Timestamp.now() + .milliseconds(100) }) { fixture in
            let gate = try await fixture.service.waitForAnswer(to: fixture.gate.id)
            #expect(gate.answer?.isExpired == true)
        }
    }

    @Test("raises the limit of the account that a budget gate names, be the answer given or taken by default")
    func accounts() async throws {
        for isDefault in [false, true] {
            let time = ManualClock()
            let account = BudgetAccount(.user, "ana")
            try await with(
                clock: time.wall,
                {
                    $0.kind = .budget
                    $0.choices = [.init("approve", "raise it"), .init("reject", "stop")]
                    $0.refusal = BudgetRefusal(
                        account: account, spent: USD(micros: 90), reserved: .zero, needed: USD(micros: 40),
                        limit: USD(micros: 100))
                    if isDefault { ($0.expiresAt, $0.defaultAnswer) = (time.now + .seconds(60), "approve") }
                }
            ) { fixture in
                let journal = fixture.service.journal
                if isDefault {
                    time.advance(by: .seconds(61))
                    try await fixture.service.passTime(of: fixture.run.id)
                } else {
                    let tooLittle = try await fixture.service.answer(fixture.gate.id, given("0.00005"))
                    #expect(
                        tooLittle
                            == .invalid(
                                fixture.gate,
                                [
                                    AnswerFault(
                                        "the limit of the user ana is \(USD(micros: 100)) now; answer with a larger amount than that"
                                    )
                                ]))
                    _ = try await fixture.service.answer(fixture.gate.id, given("approve", by: "ben"))
                }
                let limits = BudgetLimits([.user: USD(micros: 100)])
                let standing = try await journal.standings(of: [account], within: limits).first
                #expect(standing?.limit == USD(micros: 200))
                let told = try await journal.events(of: fixture.run.id, after: 0, limit: .max).map(\.event)
                #expect(
                    told.contains(
                        .budgetAllowed(
                            account: account, limit: USD(micros: 200), by: isDefault ? "default" : "ben")))
                let budget = try await journal.run(fixture.run.id)?.budget
                #expect(budget == USD(micros: 1_000_000))
            }
        }
    }
}
