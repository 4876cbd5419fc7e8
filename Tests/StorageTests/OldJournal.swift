import Identity
import JSON
import Money
import Runs
import SQLite
import Timekeeping

@testable import Storage

/// A journal as the first version left it: a run with a reservation of 60, a charge of 25 and three events.
struct OldJournal: Sendable {
    let run: Run
    let time: Timestamp
    let fixture: JournalFixture

    init(at path: String) async throws {
        // Only its records are used; it is written to by hand.
        fixture = JournalFixture(journal: try await SQLiteJournal(path: path + ".unused"))
        time = fixture.time
        run = fixture.run()
        let other = fixture.run(project: "/other")
        let session = fixture.session(of: run)
        var reservation = fixture.reservation(of: run, session, micros: 60)
        (reservation.step, reservation.user, reservation.key) = (nil, nil, nil)
        let charge = fixture.charge(for: fixture.reservation(of: run, session, micros: 30), micros: 25)

        let database = try Database(.file(path))
        try await database.migrate(Array(Schema.migrations.prefix(1)))
        let (time, run) = (time, run)
        try await database.write { [reservation] connection in
            for each in [run, other] {
                try connection.execute(
                    "INSERT INTO runs (id, project, status, budget, created_at, data) VALUES (?, ?, 'running', ?, ?, ?)",
                    each.id.string, each.project, each.budget.micros, time.milliseconds, try Self.text(each))
            }
            try connection.execute(
                "INSERT INTO sessions (id, run, step, data) VALUES (?, ?, 'plan', ?)", session.id.string,
                run.id.string, try Self.text(session))
            try connection.execute(
                "INSERT INTO reservations (id, run, amount, data) VALUES (?, ?, 60, ?)", reservation.id.string,
                run.id.string, try Self.text(reservation))
            try connection.execute(
                "INSERT INTO charges (id, run, amount, at, model, data) VALUES (?, ?, 25, ?, 'a/b', ?)",
                charge.id.string, run.id.string, time.milliseconds, try Self.text(charge))
            for owner in [run, other, run, other, run] {
                try connection.execute(
                    "INSERT INTO events (run, at, data) VALUES (?, ?, ?)", owner.id.string, time.milliseconds,
                    try Self.text(RunEvent.stepStarted(step: .plan)))
            }
        }
        await database.close()
    }

    func charge(for reservation: Reservation, micros: Int64) -> Charge {
        fixture.charge(for: reservation, micros: micros)
    }

    private static func text(_ value: some Encodable) throws -> String { try JSONCoding.encode(value).text() }
}
