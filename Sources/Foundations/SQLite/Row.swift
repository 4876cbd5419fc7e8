/// One row of a result, as values of its own.
///
/// ```swift
/// let row = try connection.one("SELECT id, title FROM tasks WHERE id = ?", 7)
/// let title: String? = try row?["title"]
/// ```
package struct Row: Sendable, Hashable {
    package let values: [SQLiteValue]
    /// The names of the columns, shared by the rows of a result.
    package let columns: [String]

    package init(columns: [String], values: [SQLiteValue]) {
        self.columns = columns
        self.values = values
    }

    /// The value of the first column of that name, as the type that is asked for.
    package subscript<Value: SQLiteConvertible>(column: String) -> Value {
        get throws(SQLiteError) {
            guard let index = columns.firstIndex(of: column) else {
                throw SQLiteError(
                    .unexpectedValue,
                    "The result has no column \"\(column)\", only \(columns.joined(separator: ", ")).")
            }
            return try self[index]
        }
    }

    /// The value of a column counted from 0, as the type that is asked for.
    package subscript<Value: SQLiteConvertible>(index: Int) -> Value {
        get throws(SQLiteError) {
            guard values.indices.contains(index) else {
                throw SQLiteError(
                    .unexpectedValue, "The result has no column \(index): there are \(values.count), counted from 0.")
            }
            guard let value = Value(sqliteValue: values[index]) else {
                throw SQLiteError(
                    .unexpectedValue,
                    "Column \"\(columns[index])\" holds \(values[index]) where \(Value.self) was expected.")
            }
            return value
        }
    }
}
