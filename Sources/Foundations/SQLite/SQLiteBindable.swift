/// What can be passed for a parameter of a statement.
package protocol SQLiteBindable: Sendable {
    var sqliteValue: SQLiteValue { get }
}

/// What can also be read from a column.
///
/// ```swift
/// extension RunID: SQLiteConvertible {
///     var sqliteValue: SQLiteValue { .text(string) }
///     init?(sqliteValue: SQLiteValue) {
///         guard case .text(let text) = sqliteValue else { return nil }
///         self.init(text)
///     }
/// }
/// ```
package protocol SQLiteConvertible: SQLiteBindable {
    /// Nil where the value is not one of this type: that is reported as an error with the column's name.
    init?(sqliteValue: SQLiteValue)
}

extension SQLiteValue: SQLiteConvertible {
    package var sqliteValue: SQLiteValue { self }
    package init?(sqliteValue: SQLiteValue) { self = sqliteValue }
}

extension String: SQLiteConvertible {
    package var sqliteValue: SQLiteValue { .text(self) }
    package init?(sqliteValue: SQLiteValue) {
        guard case .text(let text) = sqliteValue else { return nil }
        self = text
    }
}

extension Int64: SQLiteConvertible {
    package var sqliteValue: SQLiteValue { .integer(self) }
    package init?(sqliteValue: SQLiteValue) {
        guard case .integer(let number) = sqliteValue else { return nil }
        self = number
    }
}

extension Int: SQLiteConvertible {
    package var sqliteValue: SQLiteValue { .integer(Int64(self)) }
    package init?(sqliteValue: SQLiteValue) {
        guard case .integer(let number) = sqliteValue, let exact = Int(exactly: number) else { return nil }
        self = exact
    }
}

extension Bool: SQLiteConvertible {
    package var sqliteValue: SQLiteValue { .integer(self ? 1 : 0) }
    package init?(sqliteValue: SQLiteValue) {
        switch sqliteValue {
        case .integer(0): self = false
        case .integer(1): self = true
        default: return nil
        }
    }
}

extension Double: SQLiteConvertible {
    package var sqliteValue: SQLiteValue { .real(self) }
    package init?(sqliteValue: SQLiteValue) {
        switch sqliteValue {
        case .real(let number): self = number
        case .integer(let number):
            guard let exact = Double(exactly: number) else { return nil }
            self = exact
        default: return nil
        }
    }
}

extension [UInt8]: SQLiteBindable, SQLiteConvertible {
    package var sqliteValue: SQLiteValue { .blob(self) }
    package init?(sqliteValue: SQLiteValue) {
        guard case .blob(let bytes) = sqliteValue else { return nil }
        self = bytes
    }
}

extension Optional: SQLiteBindable where Wrapped: SQLiteBindable {
    package var sqliteValue: SQLiteValue { self?.sqliteValue ?? .null }
}

extension Optional: SQLiteConvertible where Wrapped: SQLiteConvertible {
    package init?(sqliteValue: SQLiteValue) {
        if case .null = sqliteValue {
            self = .none
        } else if let wrapped = Wrapped(sqliteValue: sqliteValue) {
            self = .some(wrapped)
        } else {
            return nil
        }
    }
}
