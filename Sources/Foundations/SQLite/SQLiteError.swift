import CSQLite

/// What went wrong in a database.
package struct SQLiteError: Error, Hashable, CustomStringConvertible {
    /// The kinds of failure a caller may want to tell apart.
    package enum Code: Hashable, Sendable {
        /// Another process holds the database, longer than the busy timeout.
        case busy
        /// Another statement of the same connection is in the way.
        case locked
        case full
        case corrupt
        case notADatabase
        /// The database carries the application id of another program.
        case foreignDatabase
        /// A constraint refused a value: its kind and what SQLite names, as `tasks.id` or the name of a check.
        case constraint(Constraint, name: String)
        case readOnly
        case cantOpen
        /// The schema is of a version that this program does not know yet.
        case newerVersion
        /// The SQL or its use is wrong: a mistake in the program.
        case misuse
        /// A column does not exist or does not hold the type that was asked for.
        case unexpectedValue
        /// The database was closed before.
        case closed
        case interrupted
        /// Any other result code of SQLite.
        case other(Int32)
    }

    /// The kinds of constraint.
    package enum Constraint: Hashable, Sendable {
        case unique
        case primaryKey
        case foreignKey
        case notNull
        case check
        case other
    }

    package let code: Code
    /// One sentence: what failed, why, and where it helps what to do.
    package let message: String

    package var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension SQLiteError {
    /// The error of a result code; `action` completes "Cannot …", `place` says which database.
    init(result: Int32, reason: String, action: String, place: String) {
        switch result & 0xFF {
        case SQLITE_BUSY:
            self.init(.busy, "Cannot \(action): \(place) is in use by another process; try again when it is done.")
        case SQLITE_LOCKED:
            self.init(.locked, "Cannot \(action): a table of \(place) is in use by the same connection.")
        case SQLITE_FULL:
            self.init(.full, "Cannot \(action): the disk is full; free some space for \(place).")
        case SQLITE_CORRUPT:
            self.init(.corrupt, "Cannot \(action): \(place) is damaged (\(reason)); restore it from a backup.")
        case SQLITE_NOTADB:
            self.init(.notADatabase, "Cannot \(action): \(place) is not a SQLite database.")
        case SQLITE_READONLY:
            self.init(.readOnly, "Cannot \(action): \(place) is read-only here (\(reason)).")
        case SQLITE_CANTOPEN:
            self.init(
                .cantOpen, "Cannot \(action): \(place) cannot be opened; its directory must exist and be writable.")
        case SQLITE_CONSTRAINT:
            let constraint = Constraint(result: result)
            let name = reason.split(separator: "failed: ", maxSplits: 1).dropFirst().first ?? ""
            self.init(.constraint(constraint, name: String(name)), "Cannot \(action): \(reason).")
        case SQLITE_INTERRUPT:
            self.init(.interrupted, "Cannot \(action): it was interrupted.")
        case SQLITE_MISUSE, SQLITE_ERROR, SQLITE_RANGE:
            self.init(.misuse, "Cannot \(action): \(reason).")
        default:
            self.init(.other(result), "Cannot \(action): \(reason) (SQLite result \(result), \(place)).")
        }
    }
}

extension SQLiteError.Constraint {
    fileprivate init(result: Int32) {
        // The extended codes are macros with shifts, which Swift does not import.
        switch result >> 8 {
        case 1: self = .check
        case 3: self = .foreignKey
        case 5: self = .notNull
        case 6: self = .primaryKey
        case 8: self = .unique
        default: self = .other
        }
    }
}
