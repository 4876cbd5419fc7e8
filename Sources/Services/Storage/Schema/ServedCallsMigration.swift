/// Virtual keys, the ledger of served calls, and the slices of budgets that servers hold.
///
/// The totals stay in `spending`, beside those of runs: a slice is reserved there, a served call spent there.
enum ServedCallsMigration {
    static let sql = [
        """
        CREATE TABLE virtual_keys (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, is_revoked INTEGER NOT NULL,
            data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX virtual_keys_by_name ON virtual_keys (name) WHERE is_revoked = 0",
        "CREATE TABLE virtual_keys_version (version INTEGER NOT NULL) STRICT",
        "INSERT INTO virtual_keys_version (version) VALUES (0)",
        """
        CREATE TABLE served_calls (
            position INTEGER PRIMARY KEY, at INTEGER NOT NULL, day TEXT NOT NULL, virtual_key TEXT NOT NULL,
            user_name TEXT NOT NULL, project TEXT NOT NULL, kind TEXT NOT NULL, asked TEXT NOT NULL, model TEXT NOT NULL,
            fallbacks TEXT NOT NULL, retries INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
            cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL, reasoning INTEGER NOT NULL, amount INTEGER,
            latency_us INTEGER NOT NULL, first_byte_us INTEGER, cache TEXT NOT NULL, status INTEGER NOT NULL,
            is_streamed INTEGER NOT NULL, can_wait INTEGER NOT NULL, is_batch INTEGER NOT NULL, fingerprint INTEGER,
            request TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX served_calls_by_day ON served_calls (day)",
        """
        CREATE TABLE gateway_servers (
            id TEXT PRIMARY KEY, lease_until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE slices (
            scope TEXT NOT NULL, name TEXT NOT NULL, server TEXT NOT NULL REFERENCES gateway_servers (id),
            held INTEGER NOT NULL, is_wanted INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (scope, name, server)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX slices_by_server ON slices (server, is_wanted)",
        """
        CREATE TABLE slice_losses (
            server TEXT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, amount INTEGER NOT NULL,
            PRIMARY KEY (server, scope, name)
        ) STRICT, WITHOUT ROWID
        """,
    ]
}
