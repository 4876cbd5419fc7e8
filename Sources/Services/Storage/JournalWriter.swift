import Identity
import Money
import Runs
import SQLite
import Timekeeping

/// Writes journal changes inside a transaction that somebody else owns.
struct JournalWriter {
    let connection: Connection
    let run: RunID
    let time: Timestamp

    /// Applies the changes in order, and appends the warnings that follow from them; returns the position of the last event.
    func apply(_ changes: [JournalChange]) throws -> Int64? {
        var position: Int64?
        var warnings: [BudgetStanding] = []
        for change in changes {
            switch change {
            case .run(let run): try write(run)
            case .session(let session): try write(session)
            case .input(let input): try write(input)
            case .turn(let turn): try write(turn)
            case .action(let action): try write(action)
            case .gate(let gate): try write(gate)
            case .receipt(let receipt): try write(receipt)
            case .budget(let amount): try setBudget(amount)
            case .allowance(let account, let limit): try books.allow(limit, on: account)
            case .settle(let charge): warnings += try books.settle(charge)
            case .release(let reservation): try books.release(reservation)
            case .event(let event): position = try append(event, at: time)
            case .pastEvent(let event, let time): position = try append(event, at: time)
            case .supersede(let record): try supersede(record)
            }
        }
        for standing in warnings {
            // A warning is due only where there is a limit.
            guard let limit = standing.limit else { continue }
            position = try append(
                .budgetWarning(spent: standing.spent, budget: limit, of: standing.account), at: time)
        }
        return position
    }

    private var books: LedgerBooks { LedgerBooks(connection: connection) }

    /// A run that waited at a gate is free to go on.
    func wakeRun() throws {
        let rows = try connection.query("SELECT data FROM runs WHERE id = ?", values: [.text(run.string)])
        guard let row = rows.first else { return }
        var run: Run = try SQLiteJournal.decode(row)
        guard run.status == .waiting else { return }
        run.status = .running
        run.updatedAt = time
        try write(run)
    }

    private func setBudget(_ amount: USD) throws {
        guard let row = try connection.one("SELECT data FROM runs WHERE id = ?", values: [.text(run.string)]) else {
            throw StorageError("there is no run \(run.short) whose budget could be set")
        }
        var run: Run = try SQLiteJournal.decode(row)
        run.budget = amount
        run.updatedAt = time
        try write(run)
    }

    /// The gates of a run that ends are closed with it.
    private func write(_ run: Run) throws {
        if run.status.isEnded {
            try connection.execute("UPDATE gates SET is_open = 0 WHERE run = ?", values: [.text(run.id.string)])
        }
        try connection.execute(
            """
            INSERT INTO runs (id, project, status, budget, created_at, data) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET status = excluded.status, budget = excluded.budget, data = excluded.data
            """,
            values: [
                .text(run.id.string), .text(run.project), .text(run.status.rawValue), .integer(run.budget.micros),
                .integer(run.createdAt.milliseconds), .text(try SQLiteJournal.encode(run)),
            ])
    }

    private func write(_ session: Session) throws {
        try connection.execute(
            "INSERT INTO sessions (id, run, step, data) VALUES (?, ?, ?, ?)",
            values: [
                .text(session.id.string), .text(session.run.string), .text(session.step.rawValue),
                .text(try SQLiteJournal.encode(session)),
            ])
    }

    private func write(_ input: SessionInput) throws {
        try connection.execute(
            "INSERT INTO inputs (session, data) VALUES (?, ?)",
            values: [.text(input.session.string), .text(try SQLiteJournal.encode(input))])
    }

    /// A turn is written once: a second answer for the same place is a fault of the engine, and refused by the key.
    private func write(_ turn: Turn) throws {
        try connection.execute(
            "INSERT INTO turns (session, number, data) VALUES (?, ?, ?)",
            values: [.text(turn.session.string), .integer(Int64(turn.number)), .text(try SQLiteJournal.encode(turn))])
    }

    private func write(_ action: Action) throws {
        try connection.execute(
            """
            INSERT INTO actions (session, turn, place, data) VALUES (?, ?, ?, ?)
            ON CONFLICT (session, turn, place) DO UPDATE SET data = excluded.data
            """,
            values: [
                .text(action.session.string), .integer(Int64(action.turn)), .integer(Int64(action.index)),
                .text(try SQLiteJournal.encode(action)),
            ])
    }

    /// A gate that opens leaves its run waiting; one that is open and is reminded of changes nothing.
    private func write(_ gate: Gate) throws {
        let known = try connection.one("SELECT is_open FROM gates WHERE id = ?", values: [.text(gate.id.string)])
        let wasOpen: Int64 = try known?["is_open"] ?? 0
        try connection.execute(
            """
            INSERT INTO gates (id, run, is_open, data) VALUES (?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET is_open = excluded.is_open, data = excluded.data
            """,
            values: [
                .text(gate.id.string), .text(gate.run.string), .integer(gate.answer == nil ? 1 : 0),
                .text(try SQLiteJournal.encode(gate)),
            ])
        guard gate.answer == nil, wasOpen == 0 else { return }
        let rows = try connection.query("SELECT data FROM runs WHERE id = ?", values: [.text(gate.run.string)])
        guard let row = rows.first else { throw StorageError("the gate \(gate.id.short) belongs to no run") }
        var run: Run = try SQLiteJournal.decode(row)
        guard !run.status.isEnded else { throw StorageError("run \(run.id.short) has ended, so no gate can be opened") }
        run.status = .waiting
        run.updatedAt = time
        try write(run)
    }

    private func write(_ receipt: Receipt) throws {
        try connection.execute(
            "INSERT INTO receipts (id, run, data) VALUES (?, ?, ?)",
            values: [.text(receipt.id.string), .text(receipt.run.string), .text(try SQLiteJournal.encode(receipt))])
    }

    private func append(_ event: RunEvent, at time: Timestamp) throws -> Int64 {
        try connection.execute(
            """
            INSERT INTO events (run, at, data, number) VALUES (
                ?1, ?2, ?3,
                coalesce((SELECT number FROM events WHERE run = ?1 ORDER BY position DESC LIMIT 1), 0) + 1)
            """,
            values: [.text(run.string), .integer(time.milliseconds), .text(try SQLiteJournal.encode(event))])
        return connection.lastInsertedRowID
    }
}
