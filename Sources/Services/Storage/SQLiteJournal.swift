import Files
package import Identity
import JSON
package import Money
package import Runs
import SQLite
package import Timekeeping

/// The journal on one SQLite file: the embedded default, for one machine.
package final class SQLiteJournal: Sendable {
    let database: Database
    package let path: String
    private let poll: @Sendable () async throws -> Void

    /// Opens the file, and brings its schema up to date.
    ///
    /// - Parameter poll: how long to wait between looks for the writes of other processes.
    package init(
        path: String,
        poll: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .milliseconds(50)) }
    ) async throws {
        database = try Database(.file(path))
        self.path = path
        self.poll = poll
        try await database.migrate(Schema.migrations)
    }

    package func close() async { await database.close() }
}

extension SQLiteJournal: RunStore {
    package func record(_ changes: [JournalChange], for run: RunID, at time: Timestamp) async throws -> Int64? {
        FaultPoint.pass("journal.record.before")
        let position = try await database.write { connection in
            try JournalWriter(connection: connection, run: run, time: time).apply(changes)
        }
        FaultPoint.pass("journal.record.after")
        return position
    }

    package func run(_ id: RunID) async throws -> Run? {
        try await first("SELECT data FROM runs WHERE id = ?", [.text(id.string)])
    }

    package func runs(project: String?, limit: Int) async throws -> [Run] {
        guard let project else {
            return try await all(
                "SELECT data FROM runs ORDER BY created_at DESC, id DESC LIMIT ?", [.integer(Int64(limit))])
        }
        return try await all(
            "SELECT data FROM runs WHERE project = ? ORDER BY created_at DESC, id DESC LIMIT ?",
            [.text(project), .integer(Int64(limit))])
    }

    package func runs(matching typed: String) async throws -> [Run] {
        guard let like = Self.pattern(for: typed) else { return [] }
        return try await all(
            "SELECT data FROM runs WHERE id LIKE ? OR id LIKE ? ORDER BY id LIMIT 20",
            [.text(like.start), .text(like.end)])
    }

    package func session(of run: RunID, step: StepKey) async throws -> Session? {
        try await first(
            "SELECT data FROM sessions WHERE run = ? AND step = ?", [.text(run.string), .text(step.rawValue)])
    }

    package func sessions(of run: RunID) async throws -> [Session] {
        try await all("SELECT data FROM sessions WHERE run = ? ORDER BY id", [.text(run.string)])
    }

    package func inputs(of session: SessionID) async throws -> [SessionInput] {
        try await all("SELECT data FROM inputs WHERE session = ? ORDER BY position", [.text(session.string)])
    }

    package func turns(of session: SessionID) async throws -> [Turn] {
        try await all("SELECT data FROM turns WHERE session = ? ORDER BY number", [.text(session.string)])
    }

    package func actions(of session: SessionID) async throws -> [Action] {
        try await all("SELECT data FROM actions WHERE session = ? ORDER BY turn, place", [.text(session.string)])
    }

    package func receipts(of run: RunID) async throws -> [Receipt] {
        try await all("SELECT data FROM receipts WHERE run = ? ORDER BY id", [.text(run.string)])
    }
}

extension SQLiteJournal: GateStore {
    package func gate(_ id: GateID) async throws -> Gate? {
        try await first("SELECT data FROM gates WHERE id = ?", [.text(id.string)])
    }

    package func gates(matching typed: String) async throws -> [Gate] {
        guard let like = Self.pattern(for: typed) else { return [] }
        return try await all(
            "SELECT data FROM gates WHERE id LIKE ? OR id LIKE ? ORDER BY id LIMIT 20",
            [.text(like.start), .text(like.end)])
    }

    package func gates(of run: RunID?, openOnly: Bool) async throws -> [Gate] {
        let open = openOnly ? "is_open = 1" : "1"
        guard let run else { return try await all("SELECT data FROM gates WHERE \(open) ORDER BY id", []) }
        return try await all("SELECT data FROM gates WHERE run = ? AND \(open) ORDER BY id", [.text(run.string)])
    }

    package func answer(
        _ id: GateID, with answer: GateAnswer, _ changes: [JournalChange]
    ) async throws -> AnswerOutcome {
        try await database.write { connection in
            let found = try connection.query("SELECT data FROM gates WHERE id = ?", values: [.text(id.string)])
            guard let row = found.first else { return .noSuchGate }
            var gate: Gate = try Self.decode(row)
            guard gate.answer == nil else { return .alreadyAnswered(gate) }
            let owner = try connection.one("SELECT data FROM runs WHERE id = ?", values: [.text(gate.run.string)])
            if let owner, try (Self.decode(owner) as Run).status.isEnded { return .runEnded(gate) }
            gate.answer = answer
            let writer = JournalWriter(connection: connection, run: gate.run, time: answer.answeredAt)
            let told = RunEvent.gateAnswered(
                gate: gate.id, kind: gate.kind, step: gate.step, value: answer.value, by: answer.answeredBy)
            _ = try writer.apply([.gate(gate)] + changes + [.event(told)])
            try writer.wakeRun()
            return .accepted(gate)
        }
    }
}

extension SQLiteJournal: LedgerStore {
    package func reserve(_ reservation: Reservation, with changes: [JournalChange]) async throws -> ReservationOutcome {
        try await database.write { connection in
            let run: [SQLiteValue] = [.text(reservation.run.string)]
            let found = try connection.query("SELECT budget FROM runs WHERE id = ?", values: run)
            guard let row = found.first else {
                throw StorageError("there is no run \(reservation.run.short) to reserve money for")
            }
            let budget = USD(micros: try row["budget"])
            let spent = try Self.sum(of: "charges", for: run, in: connection)
            let held = try Self.sum(of: "reservations", for: run, in: connection)
            guard spent + held + reservation.amount <= budget else {
                return .refused(spent: spent, reserved: held, budget: budget)
            }
            try connection.execute(
                "INSERT INTO reservations (id, run, amount, data) VALUES (?, ?, ?, ?)",
                values: [
                    .text(reservation.id.string), .text(reservation.run.string), .integer(reservation.amount.micros),
                    .text(try Self.encode(reservation)),
                ])
            _ = try JournalWriter(connection: connection, run: reservation.run, time: reservation.reservedAt)
                .apply(changes)
            return .reserved
        }
    }

    package func openReservations(of run: RunID) async throws -> [Reservation] {
        try await all("SELECT data FROM reservations WHERE run = ? ORDER BY id", [.text(run.string)])
    }

    package func charges(of run: RunID) async throws -> [Charge] {
        try await all("SELECT data FROM charges WHERE run = ? ORDER BY id", [.text(run.string)])
    }

    package func spent(by run: RunID) async throws -> USD {
        try await database.read { try Self.sum(of: "charges", for: [.text(run.string)], in: $0) }
    }

    private static func sum(of table: String, for run: [SQLiteValue], in connection: Connection) throws -> USD {
        let rows = try connection.query(
            "SELECT coalesce(sum(amount), 0) AS total FROM \(table) WHERE run = ?", values: run)
        return USD(micros: try rows.first?["total"] ?? 0)
    }
}

extension SQLiteJournal: EventStore {
    package func events(of run: RunID?, after position: Int64, limit: Int) async throws -> [EventRecord] {
        let bounds: [SQLiteValue] = [.integer(position), .integer(Int64(clamping: limit))]
        return try await database.read { connection in
            let rows =
                if let run {
                    try connection.query(
                        "SELECT position, run, at, data FROM events WHERE run = ? AND position > ? ORDER BY position LIMIT ?",
                        values: [.text(run.string)] + bounds)
                } else {
                    try connection.query(
                        "SELECT position, run, at, data FROM events WHERE position > ? ORDER BY position LIMIT ?",
                        values: bounds)
                }
            return try rows.map(Self.event)
        }
    }

    package func waitForEvents(of run: RunID, after position: Int64) async throws {
        while true {
            let last = try await database.read { connection in
                try connection.query(
                    "SELECT coalesce(max(position), 0) AS last FROM events WHERE run = ?", values: [.text(run.string)]
                ).first?["last"] ?? 0
            }
            if last > position { return }
            try await poll()
        }
    }

    private static func event(_ row: Row) throws -> EventRecord {
        guard let run = RunID(try row["run"]) else { throw StorageError("an event has a broken run id") }
        return EventRecord(
            position: try row["position"], run: run, at: Timestamp(milliseconds: try row["at"]),
            event: try decode(row))
    }
}

extension SQLiteJournal {
    static func encode(_ value: some Encodable) throws -> String { try JSONCoding.encode(value).text() }

    static func decode<Value: Decodable>(_ row: Row) throws -> Value {
        do {
            return try JSONCoding.decode(Value.self, from: JSONValue(parsing: try row["data"]))
        } catch {
            throw StorageError("a record of the journal cannot be read: \(error)")
        }
    }

    private func all<Value: Decodable & Sendable>(_ sql: String, _ bindings: [SQLiteValue]) async throws -> [Value] {
        try await database.read { try $0.query(sql, values: bindings).map { try Self.decode($0) } }
    }

    private func first<Value: Decodable & Sendable>(_ sql: String, _ bindings: [SQLiteValue]) async throws -> Value? {
        try await database.read { try $0.query(sql, values: bindings).first.map { try Self.decode($0) } }
    }

    /// The patterns of ids that begin or end with what was typed, or nil where that can be no part of an id.
    private static func pattern(for typed: String) -> (start: String, end: String)? {
        let allowed = typed.allSatisfy { $0.isHexDigit || $0 == "-" }
        guard allowed, typed.count >= 4 else { return nil }
        return ("\(typed.lowercased())%", "%\(typed.lowercased())")
    }
}
