/// One step of a schema from one version to the next.
package struct Migration: Sendable, Hashable {
    /// The version of the schema after it, counted from 1 without gaps.
    package let number: Int
    /// What it does, for messages.
    package let name: String
    /// Statements, run in order; each may be several separated by semicolons.
    package let sql: [String]

    package init(_ number: Int, _ name: String, _ sql: String...) {
        self.init(number: number, name: name, sql: sql)
    }

    package init(number: Int, name: String, sql: [String]) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}

extension Database {
    /// Brings the schema to the version of the last migration, each step in a transaction of its own.
    ///
    /// Steps that were done before, be it by another process at the same time, are left out. A database of a newer
    /// version than the last migration is refused untouched.
    ///
    /// - Returns: The steps that were done.
    @discardableResult
    package func migrate(_ migrations: [Migration]) async throws -> [Migration] {
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw SQLiteError(
                .misuse, "Migration \"\(migration.name)\" has the number \(migration.number) in place \(index + 1).")
        }
        let place = location.place
        let found = try await read { try $0.schemaVersion() }
        guard found <= migrations.count else {
            throw SQLiteError(
                .newerVersion,
                """
                \(place) was written by a newer version of vencejo (schema \(found), this one knows \
                \(migrations.count)): upgrade, or use another VENCEJO_HOME.
                """)
        }
        var done: [Migration] = []
        for migration in migrations.dropFirst(found) {
            let isNew = try await write { connection in
                guard try connection.schemaVersion() < migration.number else { return false }
                for sql in migration.sql { try connection.executeScript(sql) }
                try connection.execute("PRAGMA user_version = \(migration.number)")
                return true
            }
            if isNew { done.append(migration) }
        }
        return done
    }
}

extension Connection {
    /// The number of the last migration, 0 for a new database.
    package func schemaVersion() throws(SQLiteError) -> Int {
        try one("PRAGMA user_version")?[0] ?? 0
    }
}
