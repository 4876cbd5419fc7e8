import CSQLite

/// A prepared statement of one connection, which outlives it.
final class Statement {
    private let handle: OpaquePointer
    private unowned let connection: Connection
    private let sql: String

    init(_ sql: String, connection: Connection) throws(SQLiteError) {
        self.sql = sql
        self.connection = connection
        var prepared: OpaquePointer?
        var followed: OpaquePointer?
        let result = sql.withCString { start in
            var rest: UnsafePointer<CChar>?
            let result = sqlite3_prepare_v3(
                connection.handle, start, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, &rest)
            // What follows must be blank or a comment, of which SQLite makes no statement.
            if result == SQLITE_OK, let rest, rest.pointee != 0 {
                if sqlite3_prepare_v2(connection.handle, rest, -1, &followed, nil) != SQLITE_OK { return SQLITE_MISUSE }
            }
            return result
        }
        if result != SQLITE_OK && prepared == nil {
            throw connection.error(result, connection.activity ?? "prepare \(Self.shown(sql))")
        }
        guard let prepared, followed == nil, result == SQLITE_OK else {
            sqlite3_finalize(followed)
            sqlite3_finalize(prepared)
            throw SQLiteError(
                .misuse, "Cannot prepare \(Self.shown(sql)): exactly one statement is expected; use executeScript.")
        }
        handle = prepared
    }

    deinit {
        sqlite3_finalize(handle)
    }

    func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
        let expected = Int(sqlite3_bind_parameter_count(handle))
        guard values.count == expected else {
            throw SQLiteError(
                .misuse,
                "Cannot execute \(Self.shown(sql)): it has \(expected) parameters, and \(values.count) were given.")
        }
        for (index, value) in values.enumerated() {
            let result = bind(value, at: Int32(index + 1))
            guard result == SQLITE_OK else { throw failure(result) }
        }
    }

    private func bind(_ value: SQLiteValue, at place: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, place)
        case .integer(let number): return sqlite3_bind_int64(handle, place, number)
        case .real(let number): return sqlite3_bind_double(handle, place, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                // Without an address SQLite would bind null.
                guard let start = bytes.baseAddress else { return vencejo_sqlite3_bind_text(handle, place, "", 0) }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    vencejo_sqlite3_bind_text(handle, place, $0, UInt64(bytes.count))
                }
            }
        case .blob(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, place, 0) }
            return vencejo_sqlite3_bind_blob(handle, place, bytes, UInt64(bytes.count))
        }
    }

    /// Goes on to the next row; false where there is none.
    func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let result: throw failure(result)
        }
    }

    func reset() {
        // Repeats the error of the last step, which has been thrown already.
        _ = sqlite3_reset(handle)
        _ = sqlite3_clear_bindings(handle)
    }

    var columns: [String] {
        (0..<sqlite3_column_count(handle)).map { index in
            sqlite3_column_name(handle, index).map { String(cString: $0) } ?? ""
        }
    }

    var values: [SQLiteValue] {
        (0..<sqlite3_column_count(handle)).map(value(at:))
    }

    private func value(at index: Int32) -> SQLiteValue {
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, index))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(handle, index)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(handle, index)
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))
            return .blob(Array(bytes))
        default: return .null
        }
    }

    private func failure(_ result: Int32) -> SQLiteError {
        connection.error(result, connection.activity ?? "execute \(Self.shown(sql))")
    }

    /// The beginning of the SQL on one line, for messages; it holds no values.
    static func shown(_ sql: String) -> String {
        let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "\"" + (line.count > 100 ? line.prefix(100) + "…" : line) + "\""
    }
}
