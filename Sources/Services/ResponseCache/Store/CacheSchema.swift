import SQLite

/// The tables of the cache's own file.
///
/// It may be thrown away at any time, so it stands apart from the journal, which it never keeps waiting.
enum CacheSchema {
    /// "vncc", so that no other database is taken for a cache.
    static let applicationID: Int32 = 0x766E_6363

    static let migrations = [
        Migration(
            number: 1, name: "answers, their vectors and what is counted",
            sql: [
                // `row` rises, so that a process sees what others have added; bodies stand apart, as they are read alone.
                """
                CREATE TABLE entries (
                    row INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, kind TEXT NOT NULL,
                    stored_at INTEGER NOT NULL, used_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
                    size INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX entries_by_expiry ON entries (expires_at)",
                """
                CREATE TABLE bodies (
                    row INTEGER PRIMARY KEY REFERENCES entries (row) ON DELETE CASCADE,
                    digest BLOB NOT NULL, body BLOB NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE vectors (
                    row INTEGER PRIMARY KEY REFERENCES entries (row) ON DELETE CASCADE,
                    context BLOB NOT NULL, codes BLOB NOT NULL, scale REAL NOT NULL, rest REAL NOT NULL,
                    error REAL NOT NULL
                ) STRICT
                """,
                "CREATE INDEX vectors_by_context ON vectors (context, row)",
                """
                CREATE TABLE coordinates (
                    row INTEGER PRIMARY KEY REFERENCES entries (row) ON DELETE CASCADE, floats BLOB NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE counters (
                    kind TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (kind, name)
                ) STRICT, WITHOUT ROWID
                """,
                "CREATE TABLE purges (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL) STRICT",
                "INSERT INTO purges VALUES (1, 0)",
            ])
    ]
}
