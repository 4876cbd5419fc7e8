import Conversation
import Identity
import JSON
import Runs
import Storage
import Testing
import Timekeeping

/// What a rewound run leaves behind is kept apart, and its places are free again (E5).
@Suite("A journal of a rewound run")
struct SupersedingTests {
    @Test("keeps the records of a session apart, and takes a new session of the same step")
    func session() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let session = fixture.session(of: run, step: .plan)
            let reply = ModelReply(id: "m", model: "b", content: [.text("a")], stopReason: .endOfTurn, usage: .zero)
            let turn = Turn(
                id: fixture.ids.next(), session: session.id, number: 1, reply: reply, finishedAt: fixture.time)
            let action = Action(
                id: fixture.ids.next(), session: session.id, turn: 1, index: 0, tool: "finish", callID: "c",
                intent: .none)
            let input = SessionInput(session: session.id, afterTurn: 0, text: "Go.")
            let gate = fixture.gate(of: run)
            try await fixture.record(
                [.run(run), .session(session), .input(input), .turn(turn), .action(action), .gate(gate)], for: run)

            let again = fixture.session(of: run, step: .plan)
            try await fixture.record(
                [.supersede(.session(session.id)), .supersede(.gate(gate.id)), .session(again)], for: run)
            let journal = fixture.journal
            let now = try await journal.session(of: run.id, step: .plan)
            let sessions = try await journal.sessions(of: run.id)
            let turns = try await journal.turns(of: session.id)
            let gates = try await journal.gates(of: run.id, openOnly: false)
            #expect(now == again && sessions == [again])
            #expect(turns.isEmpty && gates.isEmpty)
            let kept = try await journal.superseded(of: run.id)
            let expected = [
                try JSONCoding.encode(action), try JSONCoding.encode(turn), try JSONCoding.encode(input),
                try JSONCoding.encode(session), try JSONCoding.encode(gate),
            ]
            #expect(kept == expected)
        }
    }

    @Test("appends past events with the time they had")
    func pastEvents() async throws {
        try await JournalFixture.with { fixture in
            let run = fixture.run()
            let before = fixture.time - .seconds(3600)
            try await fixture.record(
                [.run(run), .pastEvent(.stepStarted(step: .plan), at: before), .event(.stepStarted(step: .tasks))],
                for: run)
            let events = try await fixture.journal.events(of: run.id, after: 0, limit: 9)
            #expect(events.map(\.at) == [before, fixture.time])
            #expect(events.map(\.number) == [1, 2])
        }
    }
}
