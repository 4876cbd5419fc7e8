/// Budgets with scopes, and events with a number in their run.
///
/// The totals of `spending` are kept in the same transaction as the reservations and charges they sum up, so that a limit
/// is looked up and not added up. What was written before counts for its run, step, project, key, day and month; whose it
/// was is not known.
enum BudgetsMigration {
    static let sql =
        columns + [
            """
            UPDATE reservations SET
                step = coalesce((SELECT step FROM sessions WHERE id = json_extract(reservations.data, '$.session')), ''),
                project = coalesce((SELECT project FROM runs WHERE id = reservations.run), ''),
                key_name = \(key("json_extract(data, '$.model')")),
                day = substr(json_extract(data, '$.reservedAt'), 1, 10)
            """,
            """
            UPDATE charges SET
                step = coalesce(json_extract(data, '$.step'), ''),
                project = coalesce((SELECT project FROM runs WHERE id = charges.run), ''),
                key_name = \(key("model")),
                day = strftime('%Y-%m-%d', at / 1000, 'unixepoch'),
                agent = coalesce(json_extract(data, '$.agent'), '')
            """,
            "CREATE INDEX charges_by_day ON charges (day)",
            "CREATE INDEX charges_by_project ON charges (project, day)",
            """
            CREATE TABLE spending (
                scope TEXT NOT NULL, name TEXT NOT NULL, spent INTEGER NOT NULL DEFAULT 0,
                reserved INTEGER NOT NULL DEFAULT 0, raised_to INTEGER NOT NULL DEFAULT 0,
                ceiling INTEGER, alert INTEGER NOT NULL DEFAULT 0, warned_of INTEGER NOT NULL DEFAULT 0,
                PRIMARY KEY (scope, name)
            ) STRICT, WITHOUT ROWID
            """,
        ] + totals + [
            "ALTER TABLE events ADD COLUMN number INTEGER NOT NULL DEFAULT 0",
            """
            UPDATE events SET number = numbered.number FROM (
                SELECT position, row_number() OVER (PARTITION BY run ORDER BY position) AS number FROM events
            ) AS numbered WHERE numbered.position = events.position
            """,
        ]

    private static let columns =
        ["reservations", "charges"].flatMap { table in
            ["step", "project", "user_name", "key_name", "day"].map {
                "ALTER TABLE \(table) ADD COLUMN \($0) TEXT NOT NULL DEFAULT ''"
            }
        } + ["ALTER TABLE charges ADD COLUMN agent TEXT NOT NULL DEFAULT ''"]

    /// The name of the provider in front of a model, whose key it was.
    private static func key(_ model: String) -> String { "substr(\(model), 1, instr(\(model), '/') - 1)" }

    private static let totals = [
        ("run", "run"), ("task", "run || '/' || step"), ("day", "day"), ("month", "substr(day, 1, 7)"),
        ("project", "project"), ("key", "key_name"),
    ].map { scope, name in
        """
        INSERT INTO spending (scope, name, spent, reserved)
        SELECT '\(scope)', \(name) AS account, sum(spent), sum(reserved) FROM (
            SELECT run, step, project, key_name, day, amount AS spent, 0 AS reserved FROM charges
            UNION ALL
            SELECT run, step, project, key_name, day, 0, amount FROM reservations
        ) GROUP BY account HAVING account <> ''
        """
    }
}
