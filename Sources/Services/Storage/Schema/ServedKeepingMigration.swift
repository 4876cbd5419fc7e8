/// Alerts of budgets that served calls have used, and old served calls added up by day.
enum ServedKeepingMigration {
    static let sql = [
        """
        CREATE TABLE budget_alerts (
            scope TEXT NOT NULL, name TEXT NOT NULL, ceiling INTEGER NOT NULL, percent INTEGER NOT NULL,
            spent INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (scope, name, ceiling, percent)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX budget_alerts_by_time ON budget_alerts (at)",
        """
        CREATE TABLE served_days (
            day TEXT NOT NULL, virtual_key TEXT NOT NULL, user_name TEXT NOT NULL, project TEXT NOT NULL,
            kind TEXT NOT NULL, model TEXT NOT NULL, calls INTEGER NOT NULL, unanswered INTEGER NOT NULL,
            cached INTEGER NOT NULL, unpriced INTEGER NOT NULL, amount INTEGER NOT NULL, input INTEGER NOT NULL,
            output INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL,
            reasoning INTEGER NOT NULL, cache_write_hour INTEGER NOT NULL, batched INTEGER NOT NULL,
            batch_amount INTEGER NOT NULL,
            PRIMARY KEY (day, virtual_key, user_name, project, kind, model)
        ) STRICT, WITHOUT ROWID
        """,
    ]
}
