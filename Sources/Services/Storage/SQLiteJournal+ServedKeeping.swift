import Money
import SQLite
package import ServedCalls
import Timekeeping

/// What becomes of served calls in time: alerts of their budgets, and sums in place of what is old.
extension SQLiteJournal {
    package func budgetAlerts(since: String?) async throws -> [BudgetAlert] {
        let begin = since.flatMap { Timestamp(iso8601: "\($0)T00:00:00Z") }?.milliseconds ?? 0
        return try await database.read { connection in
            try connection.query(
                """
                SELECT scope, name, ceiling, percent, spent, at, (
                    SELECT virtual_keys.name FROM virtual_keys WHERE scope LIKE 'virtual_key%'
                        AND id = substr(budget_alerts.name, 1, instr(budget_alerts.name || '/', '/') - 1)
                ) AS key
                FROM budget_alerts WHERE at >= ? ORDER BY at, scope, name, percent
                """, begin
            ).compactMap { row in
                guard let account = try SliceBooks.account(row) else { return nil }
                return BudgetAlert(
                    account: account, percent: try row["percent"], spent: USD(micros: try row["spent"]),
                    limit: USD(micros: try row["ceiling"]), at: Timestamp(milliseconds: try row["at"]),
                    key: try row["key"])
            }
        }
    }

    package func rollUp(before day: String, most: Int) async throws -> Int {
        // Most looks find nothing, and so do not write.
        let isThereAny = try await database.read { connection in
            try connection.one("SELECT 1 FROM served_calls WHERE day < ? LIMIT 1", day) != nil
        }
        guard isThereAny else { return 0 }
        return try await database.write { connection in
            try connection.execute(
                """
                INSERT INTO served_days (
                    day, virtual_key, user_name, project, kind, model, calls, unanswered, cached, unpriced, amount,
                    input, output, cache_read, cache_write, reasoning, cache_write_hour, batched, batch_amount
                )
                SELECT day, virtual_key, user_name, project, kind, model, count(*),
                    sum(status >= 400 OR status < 200), sum(cache IN ('exact', 'semantic')), sum(amount IS NULL),
                    coalesce(sum(amount), 0), sum(input), sum(output), sum(cache_read), sum(cache_write),
                    sum(reasoning), sum(cache_write_hour), sum(is_batch),
                    coalesce(sum(CASE WHEN is_batch THEN amount END), 0)
                FROM served_calls WHERE position IN (\(Self.oldest)) GROUP BY 1, 2, 3, 4, 5, 6
                ON CONFLICT DO UPDATE SET
                    calls = calls + excluded.calls, unanswered = unanswered + excluded.unanswered,
                    cached = cached + excluded.cached, unpriced = unpriced + excluded.unpriced,
                    amount = amount + excluded.amount, input = input + excluded.input,
                    output = output + excluded.output, cache_read = cache_read + excluded.cache_read,
                    cache_write = cache_write + excluded.cache_write, reasoning = reasoning + excluded.reasoning,
                    cache_write_hour = cache_write_hour + excluded.cache_write_hour,
                    batched = batched + excluded.batched, batch_amount = batch_amount + excluded.batch_amount
                """, day, most)
            let gone = try connection.query(
                "DELETE FROM served_calls WHERE position IN (\(Self.oldest)) RETURNING 1", day, most)
            return gone.count
        }
    }

    private static let oldest = "SELECT position FROM served_calls WHERE day < ?1 ORDER BY day, position LIMIT ?2"
}
