import Files
import Identity
import JSON
import Runs
import Storage
import Testing
import Timekeeping

/// Gates that expire and are reminded of: each once, whoever looks (E4).
@Suite("Time at a gate")
struct GateTimeTests {
    private func expiring(_ fixture: JournalFixture, _ run: Run, default value: String? = "approve") -> Gate {
        var gate = fixture.gate(of: run)
        gate.expiresAt = fixture.time + .seconds(60)
        gate.remindEveryMilliseconds = 10_000
        gate.defaultAnswer = value.map { .string($0) }
        return gate
    }

    private func count(_ fixture: JournalFixture, _ run: Run, _ fits: (RunEvent) -> Bool) async throws -> Int {
        try await fixture.journal.events(of: run.id, after: 0, limit: .max).count { fits($0.event) }
    }

    @Test("lets a gate expire exactly once, whoever comes at the same moment through two connections")
    func once() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let gate = expiring(fixture, run)
            try await fixture.record([.run(run), .gate(gate)], for: run)
            let path = try #require(fixture.journal as? SQLiteJournal).path
            let other = try await SQLiteJournal(path: path)
            let late = fixture.time + .seconds(61)
            let done = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<40 {
                    let journal: any Journal = number.isMultiple(of: 2) ? fixture.journal : other
                    group.addTask {
                        try await journal.change(gate.id, at: late) { $0.expiry(in: $1, at: late) } != nil
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            await other.close()
            #expect(done == 1)
            let expired = try await count(fixture, run) { if case .gateExpired = $0 { true } else { false } }
            let answered = try await count(fixture, run) { if case .gateAnswered = $0 { true } else { false } }
            #expect(expired == 1 && answered == 1)
            let stored = try await fixture.journal.gate(gate.id)?.answer
            #expect(
                stored
                    == GateAnswer(value: "approve", answeredBy: "default", channel: "expiry", answeredAt: late))
            let status = try await fixture.journal.run(run.id)?.status
            #expect(status == .running)
        }
    }

    @Test("takes no answer when the time has run out, and writes nothing")
    func lateAnswer() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let gate = expiring(fixture, run, default: nil)
            try await fixture.record([.run(run), .gate(gate)], for: run)
            var answer = fixture.answer("approve")
            answer.answeredAt = fixture.time + .seconds(60)
            let outcome = try await fixture.journal.answer(gate.id, with: answer, [])
            #expect(outcome == .overdue(gate))
            let stored = try await fixture.journal.gate(gate.id)
            #expect(stored == gate)
            answer.answeredAt = fixture.time + .seconds(59)
            let early = try await fixture.journal.answer(gate.id, with: answer, [])
            var answered = gate
            answered.answer = answer
            #expect(early == .accepted(answered))
        }
    }

    @Test("leaves a run that goes on beside an open gate as it is when it reminds")
    func reminding() async throws {
        try await JournalFixture.with { fixture in
            var run = fixture.run()
            let gate = expiring(fixture, run)
            try await fixture.record([.run(run), .gate(gate)], for: run)
            run.status = .running
            try await fixture.record([.run(run)], for: run)
            let time = fixture.time + .seconds(11)
            let first = try await fixture.journal.change(gate.id, at: time) { $0.reminder(in: $1, at: time) }
            let second = try await fixture.journal.change(gate.id, at: time) { $0.reminder(in: $1, at: time) }
            #expect(first?.remindersGiven == 1)
            #expect(second == nil)
            let status = try await fixture.journal.run(run.id)?.status
            #expect(status == .running)
        }
    }

    @Test("answers no gate of a run that has ended")
    func ended() async throws {
        try await JournalFixture.with { fixture in
            var run = fixture.run()
            let gate = expiring(fixture, run)
            try await fixture.record([.run(run), .gate(gate)], for: run)
            run.status = .cancelled
            try await fixture.record([.run(run)], for: run)
            let outcome = try await fixture.journal.answer(gate.id, with: fixture.answer("approve"), [])
            #expect(outcome == .runEnded(gate))
        }
    }
}
