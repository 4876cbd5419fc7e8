import Conversation
import Identity
import JSON
import Money
import Runs
import Storage
import Testing

/// What every journal has to keep to, whatever it is built on (E3, E4, E10, G8).
@Suite("A journal")
struct JournalConformanceTests {
    @Test("gives back whole what was recorded")
    func roundTrip() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let session = fixture.session(of: run)
            let input = SessionInput(session: session.id, afterTurn: 0, text: "Go.")
            let reply = ModelReply(
                id: "m", model: "b", content: [.text("Yes."), .thinking(Thinking(text: "hm", signature: "s"))],
                stopReason: .other("odd"), usage: Usage(input: 1, output: 2, cacheRead: 3, cacheWrite: 4))
            let turn = Turn(
                id: fixture.ids.next(), session: session.id, number: 1, reply: reply, finishedAt: fixture.time)
            try await fixture.record([.run(run), .session(session), .input(input), .turn(turn)], for: run)

            let journal = fixture.journal
            let storedRun = try await journal.run(run.id)
            let storedSession = try await journal.session(of: run.id, step: .plan)
            let inputs = try await journal.inputs(of: session.id)
            let turns = try await journal.turns(of: session.id)
            #expect(storedRun == run)
            #expect(storedSession == session)
            #expect(inputs == [input])
            #expect(turns == [turn])
        }
    }

    @Test("writes all changes of a call or none")
    func atomic() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            try await fixture.record([.run(run)], for: run)
            let orphan = SessionInput(session: fixture.ids.next(), afterTurn: 0, text: "no such session")
            await #expect(throws: (any Error).self) {
                try await fixture.record([.event(.stepStarted(step: .plan, attempt: 1)), .input(orphan)], for: run)
            }
            let events = try await fixture.journal.events(of: run.id, after: 0, limit: 10)
            #expect(events.isEmpty)
        }
    }

    @Test("refuses a second answer for the same turn, so nothing is recorded twice")
    func turnOnce() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let session = fixture.session(of: run)
            let reply = ModelReply(id: "m", model: "b", content: [.text("a")], stopReason: .endOfTurn, usage: .zero)
            let turn = Turn(
                id: fixture.ids.next(), session: session.id, number: 1, reply: reply, finishedAt: fixture.time)
            try await fixture.record([.run(run), .session(session), .turn(turn)], for: run)
            await #expect(throws: (any Error).self) { try await fixture.record([.turn(turn)], for: run) }
        }
    }

    @Test("replaces an action by the same action with its result")
    func actions() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let session = fixture.session(of: run)
            var action = Action(
                id: fixture.ids.next(), session: session.id, turn: 1, index: 0, tool: "write_file", callID: "c",
                intent: .change(path: "a", before: nil, after: "h", report: "done"))
            try await fixture.record([.run(run), .session(session), .action(action)], for: run)
            action.result = ToolResult(callID: "c", text: "done", outcome: .ok)
            try await fixture.record([.action(action)], for: run)
            let actions = try await fixture.journal.actions(of: session.id)
            #expect(actions == [action])
        }
    }

    @Test("appends events in order, and gives those after a position")
    func events() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let other = fixture.run()
            try await fixture.record([.run(run), .event(.stepStarted(step: .specify, attempt: 1))], for: run)
            try await fixture.record([.run(other), .event(.stepStarted(step: .plan, attempt: 1))], for: other)
            let last = try await fixture.record(
                [.event(.stepStarted(step: .plan, attempt: 1)), .event(.stepStarted(step: .tasks, attempt: 1))],
                for: run)

            let all = try await fixture.journal.events(of: run.id, after: 0, limit: 10)
            #expect(
                all.map(\.event) == [
                    .stepStarted(step: .specify, attempt: 1), .stepStarted(step: .plan, attempt: 1),
                    .stepStarted(step: .tasks, attempt: 1),
                ])
            #expect(all.map(\.position) == all.map(\.position).sorted())
            #expect(all.last?.position == last)
            let later = try await fixture.journal.events(of: run.id, after: all[0].position, limit: 1)
            #expect(later.map(\.event) == [.stepStarted(step: .plan, attempt: 1)])
            let everybody = try await fixture.journal.events(of: nil, after: 0, limit: 10)
            #expect(everybody.count == 4)
        }
    }

    @Test("wakes who waits for events, and only for those of the run")
    func waiting() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let position =
                try await fixture.record([.run(run), .event(.stepStarted(step: .plan, attempt: 1))], for: run) ?? 0
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await fixture.journal.waitForEvents(of: run.id, after: position) }
                group.addTask { try await fixture.record([.event(.stepStarted(step: .tasks, attempt: 1))], for: run) }
                try await group.waitForAll()
            }
            let events = try await fixture.journal.events(of: run.id, after: position, limit: 10)
            #expect(events.map(\.event) == [.stepStarted(step: .tasks, attempt: 1)])
        }
    }

    // MARK: - Gates

    @Test("opens a gate with its run waiting, and takes the first answer only")
    func gates() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let gate = fixture.gate(of: run)
            try await fixture.record([.run(run), .gate(gate)], for: run)
            let waiting = try await fixture.journal.run(run.id)?.status
            #expect(waiting == .waiting)

            var answered = gate
            answered.answer = fixture.answer("approve", by: "first")
            let first = try await fixture.journal.answer(gate.id, with: fixture.answer("approve", by: "first"), [])
            let second = try await fixture.journal.answer(gate.id, with: fixture.answer("reject", by: "second"), [])
            #expect(first == .accepted(answered))
            #expect(second == .alreadyAnswered(answered))
            let open = try await fixture.journal.gates(of: nil, openOnly: true)
            #expect(open.isEmpty)
            let status = try await fixture.journal.run(run.id)?.status
            #expect(status == .running)
            let told = try await fixture.journal.events(of: run.id, after: 0, limit: 10).map(\.event)
            #expect(
                told == [.gateAnswered(gate: gate.id, kind: .plan, step: nil, value: "approve", by: "first")])
        }
    }

    @Test("lets exactly one of many answers through")
    func racingAnswers() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let gate = fixture.gate(of: run)
            try await fixture.record([.run(run), .gate(gate)], for: run)
            let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let outcome = try await fixture.journal.answer(
                            gate.id, with: fixture.answer("approve", by: "caller \(number)"), [])
                        if case .accepted = outcome { return true }
                        return false
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(accepted == 1)
        }
    }

    @Test("says so where there is no such gate")
    func noGate() async throws {
        try await JournalFixture.with { fixture in
            let outcome = try await fixture.journal.answer(fixture.ids.next(), with: fixture.answer("approve"), [])
            #expect(outcome == .noSuchGate)
        }
    }

    // MARK: - Money

    @Test("reserves within the budget, and refuses what would exceed it without writing anything")
    func reserving() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run(budget: 100)
            let session = fixture.session(of: run)
            try await fixture.record([.run(run), .session(session)], for: run)
            let first = fixture.reservation(of: run, session, micros: 60)
            let outcome = try await fixture.journal.reserve(first, with: [])
            #expect(outcome == .reserved)
            let refused = try await fixture.journal.reserve(
                fixture.reservation(of: run, session, micros: 41), with: [.event(.stepStarted(step: .plan, attempt: 1))]
            )
            #expect(
                refused
                    == .refused(
                        BudgetRefusal(
                            account: .run(run.id), spent: .zero, reserved: USD(micros: 60), needed: USD(micros: 41),
                            limit: USD(micros: 100))))
            let events = try await fixture.journal.events(of: run.id, after: 0, limit: 10)
            #expect(events.isEmpty)

            let charge = fixture.charge(for: first, micros: 25)
            try await fixture.record([.settle(charge)], for: run)
            let spent = try await fixture.journal.spent(by: run.id)
            let open = try await fixture.journal.openReservations(of: run.id)
            let charges = try await fixture.journal.charges(of: run.id)
            #expect(spent == USD(micros: 25))
            #expect(open.isEmpty)
            #expect(charges == [charge])
        }
    }

    @Test("lets exactly as many concurrent calls through as the budget pays for")
    func concurrentReserving() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run(budget: 1_000)
            let session = fixture.session(of: run)
            try await fixture.record([.run(run), .session(session)], for: run)
            let passed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        let reservation = fixture.reservation(of: run, session, micros: 100)
                        return try await fixture.journal.reserve(reservation, with: []) == .reserved
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(passed == 10)
        }
    }

    @Test("gives released money back")
    func releasing() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run(budget: 100)
            let session = fixture.session(of: run)
            try await fixture.record([.run(run), .session(session)], for: run)
            let reservation = fixture.reservation(of: run, session, micros: 100)
            _ = try await fixture.journal.reserve(reservation, with: [])
            try await fixture.record([.release(reservation.id)], for: run)
            let again = try await fixture.journal.reserve(fixture.reservation(of: run, session, micros: 100), with: [])
            #expect(again == .reserved)
        }
    }

    // MARK: - Finding

    @Test("finds runs by the beginning and the end of an id, the newest first in lists")
    func finding() async throws {
        try await JournalFixture.with { fixture in
            let first = fixture.run(project: "/a")
            let second = fixture.run(project: "/b")
            try await fixture.record([.run(first)], for: first)
            try await fixture.record([.run(second)], for: second)
            let byEnd = try await fixture.journal.runs(matching: first.id.short)
            let byWhole = try await fixture.journal.runs(matching: second.id.string)
            let byNothing = try await fixture.journal.runs(matching: "%")
            let list = try await fixture.journal.runs(project: nil, limit: 10)
            let ofProject = try await fixture.journal.runs(project: "/a", limit: 10)
            #expect(byEnd == [first])
            #expect(byWhole == [second])
            #expect(byNothing.isEmpty)
            #expect(list == [second, first])
            #expect(ofProject == [first])
        }
    }

    @Test("stays the same when it is closed and opened again")
    func reopening() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            try await fixture.record([.run(run), .event(.stepStarted(step: .plan, attempt: 1))], for: run)
            guard let journal = fixture.journal as? SQLiteJournal else { return }
            await journal.close()
            let again = try await SQLiteJournal(path: journal.path)
            let stored = try await again.run(run.id)
            #expect(stored == run)
            await again.close()
        }
    }
}
