import Conversation
import Identity
package import Money
package import Runs
import SQLite

/// The ledger added up.
extension SQLiteJournal {
    package func costs(by grouping: CostGrouping, _ filter: CostFilter) async throws -> [CostLine] {
        let (name, order) =
            switch grouping {
            case .day: ("day", "name")
            case .model: ("model", "cost DESC, name")
            case .project: ("project", "cost DESC, name")
            case .task: ("step", "cost DESC, run, name")
            case .agent: ("agent", "cost DESC, name")
            }
        let (condition, values) = Self.condition(of: filter)
        let tokens = ["input", "output", "cacheRead", "cacheWrite", "reasoning"].map {
            "sum(json_extract(data, '$.usage.\($0)')) AS \($0)"
        }
        let sql = """
            SELECT \(name) AS name, run, count(*) AS calls, sum(amount) AS cost, \(tokens.joined(separator: ", ")),
                sum(json_extract(data, '$.outcome') <> 'answered') AS unanswered,
                sum(coalesce(json_extract(data, '$.isUnpriced'), 0)) AS unpriced
            FROM charges WHERE \(condition) GROUP BY name\(grouping == .task ? ", run" : "") ORDER BY \(order)
            """
        return try await database.read { connection in
            try connection.query(sql, values: values).map { row in
                CostLine(
                    name: try row["name"], run: grouping == .task ? RunID(try row["run"]) : nil,
                    calls: try row["calls"], unanswered: try row["unanswered"],
                    usage: Usage(
                        input: try row["input"], output: try row["output"], cacheRead: try row["cacheRead"],
                        cacheWrite: try row["cacheWrite"], reasoning: try row["reasoning"]),
                    cost: USD(micros: try row["cost"]), unpriced: try row["unpriced"])
            }
        }
    }

    package func taskCosts(in project: String, limit: Int) async throws -> [USD] {
        try await amounts(
            """
            SELECT sum(amount) AS cost FROM charges JOIN runs ON runs.id = charges.run
            WHERE charges.project = ? AND step LIKE 'task/%' AND runs.status = 'done'
            GROUP BY run, step ORDER BY max(at) DESC LIMIT ?
            """, project, limit)
    }

    package func runCosts(in project: String, limit: Int) async throws -> [USD] {
        try await amounts(
            """
            SELECT sum(amount) AS cost FROM charges JOIN runs ON runs.id = charges.run
            WHERE charges.project = ? AND runs.status = 'done' GROUP BY run ORDER BY max(at) DESC LIMIT ?
            """, project, limit)
    }

    package func accounts(of scope: BudgetScope) async throws -> [BudgetAccount] {
        try await database.read { connection in
            try connection.query("SELECT name FROM spending WHERE scope = ? ORDER BY name", scope.rawValue)
                .map { BudgetAccount(scope, try $0["name"]) }
        }
    }

    private func amounts(_ sql: String, _ project: String, _ limit: Int) async throws -> [USD] {
        try await database.read { connection in
            try connection.query(sql, project, limit).map { USD(micros: try $0["cost"]) }
        }
    }

    private static func condition(of filter: CostFilter) -> (sql: String, values: [SQLiteValue]) {
        var parts = ["1"]
        var values: [SQLiteValue] = []
        for (part, value) in [
            ("run = ?", filter.run?.string), ("project = ?", filter.project), ("day >= ?", filter.since),
        ] {
            guard let value else { continue }
            parts.append(part)
            values.append(.text(value))
        }
        return (parts.joined(separator: " AND "), values)
    }
}
