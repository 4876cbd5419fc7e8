import CSQLite

/// One connection to a database, lent to the body of a write or a read and used nowhere else.
///
/// It is not `Sendable`: it stays on the thread that runs the body. Statements are prepared once and kept. SQL is text
/// of the program; whatever comes from outside goes through `?` parameters.
package final class Connection {
    let handle: OpaquePointer
    /// Which database it is, for messages.
    let place: String
    private var kept: [String: Kept] = [:]
    /// Whether every statement that writes is refused.
    var isQueryOnly = false
    /// Whether statements are refused once the transaction around them has ended: they would be committed one by one.
    var requiresTransaction = false
    /// What goes on as a whole, named in errors in place of the single statement.
    var activity: String?
    private var savepointDepth = 0

    /// Opens the file, which is created where it is missing.
    init(path: String, place: String) throws(SQLiteError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let result = sqlite3_open_v2(path, &opened, flags, nil)
        guard result == SQLITE_OK, let opened else {
            let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw SQLiteError(result: result, reason: reason, action: "open the database", place: place)
        }
        handle = opened
        self.place = place
    }

    deinit {
        // This variant lets the kept statements be finalized a moment later.
        sqlite3_close_v2(handle)
    }

    /// Runs one statement to its end and says how many rows it inserted, updated or deleted, without those of triggers.
    @discardableResult
    package func execute(_ sql: String, _ bindings: any SQLiteBindable...) throws(SQLiteError) -> Int {
        try execute(sql, values: bindings.map(\.sqliteValue))
    }

    /// The same with parameters in an array.
    @discardableResult
    package func execute(_ sql: String, values: [SQLiteValue]) throws(SQLiteError) -> Int {
        let before = sqlite3_total_changes64(handle)
        let kept = try take(sql, values)
        defer { giveBack(kept) }
        let statement = kept.statement
        while try statement.step() {}
        return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
    }

    /// Runs several statements separated by semicolons, without parameters; stops at the first that fails.
    package func executeScript(_ sql: String) throws(SQLiteError) {
        try checkTransaction(sql)
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw error(result, "execute \(Statement.shown(sql))") }
    }

    /// All rows of a result.
    package func query(_ sql: String, _ bindings: any SQLiteBindable...) throws(SQLiteError) -> [Row] {
        try query(sql, values: bindings.map(\.sqliteValue))
    }

    /// The same with parameters in an array.
    package func query(_ sql: String, values: [SQLiteValue]) throws(SQLiteError) -> [Row] {
        let kept = try take(sql, values)
        defer { giveBack(kept) }
        let statement = kept.statement
        var rows: [Row] = []
        let columns = statement.columns
        while try statement.step() { rows.append(Row(columns: columns, values: statement.values)) }
        return rows
    }

    /// The first row of a result, nil where there is none.
    package func one(_ sql: String, _ bindings: any SQLiteBindable...) throws(SQLiteError) -> Row? {
        try one(sql, values: bindings.map(\.sqliteValue))
    }

    /// The same with parameters in an array.
    package func one(_ sql: String, values: [SQLiteValue]) throws(SQLiteError) -> Row? {
        let kept = try take(sql, values)
        defer { giveBack(kept) }
        let statement = kept.statement
        return try statement.step() ? Row(columns: statement.columns, values: statement.values) : nil
    }

    /// Lends the rows of a result one after another, without keeping them all; ends early when the body throws.
    package func forEach(_ sql: String, values: [SQLiteValue] = [], _ body: (Row) throws -> Void) throws {
        let kept = try take(sql, values)
        defer { giveBack(kept) }
        let statement = kept.statement
        let columns = statement.columns
        while try statement.step() { try body(Row(columns: columns, values: statement.values)) }
    }

    /// The row id of the last insertion on this connection.
    package var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Runs a part whose changes are undone when it throws, while the rest of the transaction stands.
    package func savepoint<Value>(_ body: () throws -> Value) throws -> Value {
        savepointDepth += 1
        defer { savepointDepth -= 1 }
        let name = "part_\(savepointDepth)"
        try execute("SAVEPOINT \(name)")
        do {
            let value = try body()
            try execute("RELEASE \(name)")
            return value
        } catch {
            if !isInAutocommit {
                try execute("ROLLBACK TO \(name)")
                try execute("RELEASE \(name)")
            }
            throw error
        }
    }

    /// Whether no transaction is open; SQLite also ends one by itself after some errors.
    var isInAutocommit: Bool { sqlite3_get_autocommit(handle) != 0 }

    func error(_ result: Int32, _ action: String) -> SQLiteError {
        SQLiteError(result: result, reason: String(cString: sqlite3_errmsg(handle)), action: action, place: place)
    }

    /// How many statements are kept prepared; beyond it all are dropped, which programs with fixed SQL never reach.
    private static let keptStatements = 256

    /// Where the statement of a text waits while nobody uses it.
    private final class Kept {
        var idle: Statement?
    }

    private typealias InUse = (statement: Statement, place: Kept)

    /// A statement with its parameters; one in use is not idle, so a nested use prepares another.
    private func take(_ sql: String, _ values: [SQLiteValue]) throws(SQLiteError) -> InUse {
        try checkTransaction(sql)
        let place: Kept
        if let known = kept[sql] {
            place = known
        } else {
            if kept.count >= Self.keptStatements { kept.removeAll() }
            place = Kept()
            kept[sql] = place
        }
        let statement = if let idle = place.idle.take() { idle } else { try Statement(sql, connection: self) }
        try statement.bind(values)
        return (statement, place)
    }

    private func checkTransaction(_ sql: String) throws(SQLiteError) {
        guard requiresTransaction, isInAutocommit else { return }
        throw SQLiteError(
            .misuse,
            "Cannot execute \(Statement.shown(sql)): an earlier statement or error has ended the transaction.")
    }

    private func giveBack(_ used: InUse) {
        used.statement.reset()
        used.place.idle = used.statement
    }
}
