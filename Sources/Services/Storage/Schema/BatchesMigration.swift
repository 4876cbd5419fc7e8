/// Calls that wait for a batch, and the batches they went into.
///
/// Requests stand in a column of their own, so that the outcome of a call is read without them.
enum BatchesMigration {
    static let sql = [
        """
        CREATE TABLE batches (
            id TEXT PRIMARY KEY, provider TEXT NOT NULL, due INTEGER, revision INTEGER NOT NULL, data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX due_batches ON batches (due, id) WHERE due IS NOT NULL",
        """
        CREATE TABLE batch_calls (
            id TEXT PRIMARY KEY, provider TEXT NOT NULL, model TEXT NOT NULL, owner TEXT NOT NULL,
            queued_at INTEGER NOT NULL, batch TEXT REFERENCES batches (id), outcome TEXT,
            settled INTEGER NOT NULL DEFAULT 0, request TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE INDEX queued_batch_calls ON batch_calls (provider, model, id, queued_at)
        WHERE batch IS NULL AND outcome IS NULL
        """,
        "CREATE INDEX batch_calls_by_batch ON batch_calls (batch, id) WHERE batch IS NOT NULL",
        "CREATE INDEX unsettled_batch_calls ON batch_calls (id) WHERE outcome IS NOT NULL AND settled = 0",
    ]
}
