import Conversation
package import Money
import SQLite
package import ServedCalls
import Timekeeping

/// The ledgers of runs and of served calls, read as one.
extension SQLiteJournal: SpendingReportStore {
    package func report(by grouping: ReportGrouping, since: String?) async throws -> [ReportLine] {
        let (served, run) =
            switch grouping {
            case .day: ("day", "day")
            case .model: ("model", "model")
            case .project: ("project", "project")
            case .user: ("user_name", "user_name")
            case .kind: ("kind", "agent")
            case .key:
                ("coalesce((SELECT name FROM virtual_keys WHERE id = virtual_key), virtual_key)", "''")
            }
        let order = grouping == .day ? "name" : "cost DESC, name"
        return try await database.read { connection in
            try connection.query(
                """
                SELECT name, sum(served) AS served, sum(of_runs) AS of_runs, sum(unanswered) AS unanswered,
                    sum(cached) AS from_cache, sum(batched) AS batched, sum(batch_cost) AS batch_cost,
                    sum(unpriced) AS unpriced, sum(cost) AS cost, \(Self.sums)
                FROM (
                    SELECT name, is_served AS served, is_served = 0 AS of_runs, is_unanswered AS unanswered,
                        is_cached AS cached, is_batch AS batched,
                        coalesce(CASE WHEN is_batch THEN cost END, 0) AS batch_cost, cost IS NULL AS unpriced,
                        coalesce(cost, 0) AS cost, \(Self.columns)
                    FROM (\(Self.calls(servedName: served, runName: run)))
                    UNION ALL
                    SELECT \(served), calls, 0, unanswered, cached, batched, batch_amount, unpriced, amount,
                        \(Self.columns)
                    FROM served_days WHERE day >= ?1
                ) GROUP BY name ORDER BY \(order)
                """, since ?? ""
            ).map { row in
                ReportLine(
                    name: try row["name"], served: try row["served"], ofRuns: try row["of_runs"],
                    unanswered: try row["unanswered"], fromCache: try row["from_cache"],
                    unpriced: try row["unpriced"], batched: try row["batched"],
                    batchCost: USD(micros: try row["batch_cost"]), usage: try Self.usage(row),
                    cost: USD(micros: try row["cost"]))
            }
        }
    }

    package func savingFacts(since: String?) async throws -> SavingFacts {
        try await database.read { connection in
            SavingFacts(
                uses: try Self.uses(connection, since, where: "can_wait = 0 AND is_batch = 0"),
                verdicts: try Self.verdicts(connection, since), repeats: try Self.repeats(connection, since),
                patient: try Self.uses(connection, since, where: "can_wait = 1"))
        }
    }

    package func slicesLost(since: String?) async throws -> USD {
        let begin = since.flatMap { Timestamp(iso8601: "\($0)T00:00:00Z") }?.milliseconds ?? 0
        return try await database.read { connection in
            // A key's own account has every slice of its calls once.
            let row = try connection.one(
                "SELECT coalesce(sum(amount), 0) FROM slice_losses WHERE scope = ? AND at >= ?",
                SpendingAccount.Scope.virtualKey.rawValue, begin)
            return USD(micros: try row?[0] ?? 0)
        }
    }

    // MARK: - SQL

    private static let tokens = ["input", "output", "cache_read", "cache_write", "reasoning", "cache_write_hour"]
    private static let columns = tokens.joined(separator: ", ")
    private static let sums = tokens.map { "sum(\($0)) AS \($0)" }.joined(separator: ", ")

    /// Every call since a day, of both ledgers.
    private static func calls(servedName: String, runName: String) -> String {
        """
        SELECT \(servedName) AS name, kind, model, 1 AS is_served, status >= 400 OR status < 200 AS is_unanswered,
            cache IN ('exact', 'semantic') AS is_cached, amount AS cost, input, output, cache_read, cache_write,
            reasoning, cache_write_hour, can_wait AND NOT is_batch AS can_wait, is_batch
        FROM served_calls WHERE day >= ?1
        UNION ALL
        SELECT \(runName), agent, model, 0, json_extract(data, '$.outcome') <> 'answered',
            json_extract(data, '$.cached') IS NOT NULL, amount,
            json_extract(data, '$.usage.input'), json_extract(data, '$.usage.output'),
            json_extract(data, '$.usage.cacheRead'), json_extract(data, '$.usage.cacheWrite'),
            json_extract(data, '$.usage.reasoning'), coalesce(json_extract(data, '$.usage.cacheWriteHour'), 0),
            coalesce(json_extract(data, '$.canWait'), 0) AND NOT coalesce(json_extract(data, '$.isBatch'), 0),
            coalesce(json_extract(data, '$.isBatch'), 0)
        FROM charges WHERE day >= ?1
        """
    }

    private static func usage(_ row: Row) throws -> Usage {
        Usage(
            input: try row["input"], output: try row["output"], cacheRead: try row["cache_read"],
            cacheWrite: try row["cache_write"], reasoning: try row["reasoning"],
            cacheWriteHour: try row["cache_write_hour"])
    }

    private static func uses(
        _ connection: Connection, _ since: String?, where condition: String
    ) throws -> [SavingFacts.Use] {
        try connection.query(
            """
            SELECT kind, model, CASE
                    WHEN input + cache_read + cache_write + output < 2000 THEN 'small'
                    WHEN input + cache_read + cache_write + output < 20000 THEN 'medium' ELSE 'large' END AS size,
                count(*) AS calls, sum(cost) AS cost, \(sums)
            FROM (\(calls(servedName: "''", runName: "''")))
            WHERE NOT is_unanswered AND NOT is_cached AND cost IS NOT NULL AND \(condition)
            GROUP BY kind, model, size ORDER BY kind, model, size
            """, since ?? ""
        ).map { row in
            SavingFacts.Use(
                kind: try row["kind"], model: try row["model"],
                size: SavingFacts.Size(rawValue: try row["size"]) ?? .large, calls: try row["calls"],
                usage: try usage(row), cost: USD(micros: try row["cost"]))
        }
    }

    /// Steps that one agent worked on with one model, by whether all checks of the first attempt passed.
    private static func verdicts(_ connection: Connection, _ since: String?) throws -> [SavingFacts.Verdict] {
        try connection.query(
            """
            WITH worked AS (
                SELECT run, step, max(agent) AS kind, max(model) AS model FROM charges WHERE day >= ?1
                GROUP BY run, step HAVING count(DISTINCT model) = 1 AND count(DISTINCT agent) = 1
            ), checked AS (
                SELECT run, json_extract(data, '$.step') AS step, json_extract(data, '$.attempt') AS attempt,
                    min(json_extract(data, '$.outcome') = 'passed') AS is_passed
                FROM receipts WHERE json_extract(data, '$.outcome') <> 'notRun' GROUP BY run, step, attempt
            ), first AS (
                SELECT run, step, is_passed, min(attempt) FROM checked GROUP BY run, step
            )
            SELECT kind, model, sum(is_passed) AS passed, sum(NOT is_passed) AS failed
            FROM worked JOIN first USING (run, step) GROUP BY kind, model ORDER BY kind, model
            """, since ?? ""
        ).map { row in
            SavingFacts.Verdict(
                kind: try row["kind"], model: try row["model"], passed: try row["passed"], failed: try row["failed"])
        }
    }

    private static func repeats(_ connection: Connection, _ since: String?) throws -> [SavingFacts.Repeat] {
        try connection.query(
            """
            SELECT kind, model, sum(calls - 1) AS calls, sum(cost - dearest) AS cost FROM (
                SELECT kind, model, count(*) AS calls, sum(amount) AS cost, max(amount) AS dearest FROM served_calls
                WHERE day >= ?1 AND fingerprint IS NOT NULL AND cache IN ('miss', 'bypass') AND amount IS NOT NULL
                    AND status BETWEEN 200 AND 299
                GROUP BY virtual_key, fingerprint, kind, model HAVING count(*) > 1
            ) GROUP BY kind, model ORDER BY kind, model
            """, since ?? ""
        ).map { row in
            SavingFacts.Repeat(
                kind: try row["kind"], model: try row["model"], calls: try row["calls"],
                cost: USD(micros: try row["cost"]))
        }
    }
}
