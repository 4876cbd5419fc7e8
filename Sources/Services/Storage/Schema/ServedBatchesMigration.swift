/// Batches that clients of the gateway hand over, their files, and what the ledger has to know of the prices they go at.
///
/// What an entry asked and what came of it stand in columns of their own, so that batches are counted without them.
enum ServedBatchesMigration {
    static let sql = [
        "ALTER TABLE served_calls ADD COLUMN cache_write_hour INTEGER NOT NULL DEFAULT 0",
        """
        CREATE TABLE served_batches (
            id TEXT PRIMARY KEY, virtual_key TEXT NOT NULL, api TEXT NOT NULL, created_at INTEGER NOT NULL,
            ended_at INTEGER, data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX served_batches_by_key ON served_batches (virtual_key, api, id)",
        "CREATE INDEX open_served_batches ON served_batches (id) WHERE ended_at IS NULL",
        """
        CREATE TABLE served_batch_entries (
            batch TEXT NOT NULL REFERENCES served_batches (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            custom_id TEXT NOT NULL, state TEXT NOT NULL, not_before INTEGER NOT NULL DEFAULT 0, call TEXT,
            request TEXT NOT NULL, result TEXT,
            PRIMARY KEY (batch, number)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE INDEX waiting_served_entries ON served_batch_entries (not_before, number, batch)
        WHERE state = 'waiting'
        """,
        "CREATE INDEX served_entries_under_way ON served_batch_entries (state, call) WHERE state IN ('asked', 'batched')",
        """
        CREATE TABLE served_files (
            id TEXT PRIMARY KEY, virtual_key TEXT NOT NULL, created_at INTEGER NOT NULL, name TEXT NOT NULL,
            size INTEGER NOT NULL, content BLOB NOT NULL
        ) STRICT
        """,
        "CREATE INDEX served_files_by_key ON served_files (virtual_key, id)",
    ]
}
