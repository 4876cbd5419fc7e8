import Files
package import Identity
package import JSON
package import Runs
package import SQLite
package import Timekeeping

/// The journal on one SQLite file: the embedded default, for one machine.
package final class SQLiteJournal: Sendable {
    let database: Database
    package let path: String
    let bell: EventBell

    /// Opens the file, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - durability: whether a write survives a loss of power; `normal` is for measurements.
    ///   - poll: how long to wait between looks for the writes of other processes.
    package init(
        path: String, durability: Database.Durability = .full,
        poll: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .milliseconds(50)) }
    ) async throws {
        let database = try Database(.file(path), options: Database.Options(durability: durability))
        self.database = database
        self.path = path
        bell = EventBell(poll: poll) { try await database.changeCounter() }
        try await database.migrate(Schema.migrations)
    }

    package func close() async { await database.close() }

    /// How many readers wait for events now; for metrics.
    package var waitingReaders: Int { bell.waiting }
}

extension SQLiteJournal: RunStore {
    @discardableResult
    package func record(_ changes: [JournalChange], for run: RunID, at time: Timestamp) async throws -> Int64? {
        FaultPoint.pass("journal.record.before")
        let position = try await database.write { connection in
            try JournalWriter(connection: connection, run: run, time: time).apply(changes)
        }
        FaultPoint.pass("journal.record.after")
        if position != nil { bell.ring(for: run) }
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

    package func superseded(of run: RunID) async throws -> [JSONValue] {
        try await all("SELECT data FROM superseded WHERE run = ? ORDER BY position", [.text(run.string)])
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

    func all<Value: Decodable & Sendable>(_ sql: String, _ bindings: [SQLiteValue]) async throws -> [Value] {
        try await database.read { try $0.query(sql, values: bindings).map { try Self.decode($0) } }
    }

    func first<Value: Decodable & Sendable>(_ sql: String, _ bindings: [SQLiteValue]) async throws -> Value? {
        try await database.read { try $0.query(sql, values: bindings).first.map { try Self.decode($0) } }
    }

    /// The patterns of ids that begin or end with what was typed, or nil where that can be no part of an id.
    static func pattern(for typed: String) -> (start: String, end: String)? {
        let allowed = typed.allSatisfy { $0.isHexDigit || $0 == "-" }
        guard allowed, typed.count >= 4 else { return nil }
        return ("\(typed.lowercased())%", "%\(typed.lowercased())")
    }
}
