import SQLite

/// The schema's numbered, forward-only changes.
///
/// A change that has been released is never edited: the next one mends it.
enum Schema {
    static let migrations = [
        Migration(number: 1, name: "the journal of runs", sql: journal),
        Migration(number: 2, name: "budgets with scopes, numbered events", sql: BudgetsMigration.sql),
        Migration(number: 3, name: "what rewound runs left behind", sql: superseded),
        Migration(number: 4, name: "batches of model calls", sql: BatchesMigration.sql),
        Migration(number: 5, name: "virtual keys and served calls", sql: ServedCallsMigration.sql),
        Migration(number: 6, name: "batches of clients", sql: ServedBatchesMigration.sql),
        Migration(number: 7, name: "alerts and old served calls", sql: ServedKeepingMigration.sql),
    ]

    /// Records that a rewind took out of the other tables, whole, with the kind that says which table they are from.
    private static let superseded = [
        """
        CREATE TABLE superseded (
            position INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id), at INTEGER NOT NULL,
            kind TEXT NOT NULL, data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX superseded_by_run ON superseded (run, position)",
    ]

    /// Records are kept whole as JSON in `data`; what is searched by has a column of its own beside it.
    private static let journal = [
        """
        CREATE TABLE runs (
            id TEXT PRIMARY KEY, project TEXT NOT NULL, status TEXT NOT NULL, budget INTEGER NOT NULL,
            created_at INTEGER NOT NULL, data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX runs_by_time ON runs (created_at DESC, id DESC)",
        "CREATE INDEX runs_by_project ON runs (project, created_at DESC)",
        """
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id), step TEXT NOT NULL, data TEXT NOT NULL,
            UNIQUE (run, step)
        ) STRICT
        """,
        """
        CREATE TABLE inputs (
            position INTEGER PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions (id), data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX inputs_by_session ON inputs (session, position)",
        """
        CREATE TABLE turns (
            session TEXT NOT NULL REFERENCES sessions (id), number INTEGER NOT NULL, data TEXT NOT NULL,
            PRIMARY KEY (session, number)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE actions (
            session TEXT NOT NULL REFERENCES sessions (id), turn INTEGER NOT NULL, place INTEGER NOT NULL,
            data TEXT NOT NULL,
            PRIMARY KEY (session, turn, place)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE gates (
            id TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id), is_open INTEGER NOT NULL, data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX gates_by_run ON gates (run, id)",
        "CREATE INDEX open_gates ON gates (id) WHERE is_open = 1",
        """
        CREATE TABLE receipts (
            id TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id), data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX receipts_by_run ON receipts (run, id)",
        """
        CREATE TABLE reservations (
            id TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id), amount INTEGER NOT NULL, data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX reservations_by_run ON reservations (run)",
        """
        CREATE TABLE charges (
            id TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id), amount INTEGER NOT NULL,
            at INTEGER NOT NULL, model TEXT NOT NULL, data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX charges_by_run ON charges (run, id)",
        """
        CREATE TABLE events (
            position INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL REFERENCES runs (id), at INTEGER NOT NULL,
            data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX events_by_run ON events (run, position)",
    ]
}
