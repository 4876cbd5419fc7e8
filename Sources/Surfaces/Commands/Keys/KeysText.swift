import Identity
import JSON
import Money
import ServedCalls
import Terminal
import Timekeeping

/// Tables of keys for a reader; pure.
struct KeysText: Sendable {
    let output: Output

    func table(of keys: [VirtualKey], now: Timestamp) -> String {
        guard !keys.isEmpty else { return "No keys: make one with vencejo keys create NAME." }
        var table = TextTable(columns: [
            .init("NAME", isFlexible: true), .init("ID"), .init("BEGINS"), .init("STATE"), .init("USER"),
            .init("BUDGET", isFlexible: true), .init("EXPIRES (UTC)"),
        ])
        for key in keys {
            table.add(row: [
                key.name.sanitized, key.id.short, key.prefix.sanitized + "…", key.state(at: now).rawValue,
                key.user?.sanitized ?? "", Self.budgets(key.budgets), key.expiresAt.map(Self.minute) ?? "never",
            ])
        }
        return table.lines(width: output.width, style: output.style).joined(separator: "\n")
    }

    func card(of key: VirtualKey, _ standings: [KeyStanding], now: Timestamp) -> String {
        let limit = { (number: Int?, unit: String) in number.map { "\($0)\(unit)" } ?? "no limit" }
        var lines = [
            "\(output.style.bold(key.name.sanitized))  \(key.state(at: now).rawValue)",
            "id         \(key.id)", "begins     \(key.prefix.sanitized)…",
            "user       \(key.user?.sanitized ?? "none")", "project    \(key.project?.sanitized ?? "none")",
            "models     \(key.models.isEmpty ? "all" : key.models.joined(separator: ", ").sanitized)",
            "sees       \(key.isOperator == true ? "what all keys do" : "its own answers")",
            "requests   \(limit(key.rates.requestsPerMinute, " a minute"))",
            "tokens     \(limit(key.rates.tokensPerMinute, " a minute"))",
            "at once    \(limit(key.rates.concurrent, ""))",
            "made       \(Self.minute(key.createdAt))",
            "expires    \(key.expiresAt.map(Self.minute) ?? "never")",
        ]
        if let revoked = key.revokedAt { lines.append("revoked    \(Self.minute(revoked))") }
        var table = TextTable(columns: [
            .init("BUDGET", isFlexible: true), .init("LIMIT", alignment: .right), .init("SPENT", alignment: .right),
            .init("SET ASIDE", alignment: .right), .init("LEFT", alignment: .right),
        ])
        for standing in standings {
            table.add(row: [
                standing.name, standing.limit.map(CostsText.rounded) ?? "none", CostsText.rounded(standing.spent),
                CostsText.rounded(standing.reserved), standing.left.map(CostsText.rounded) ?? "",
            ])
        }
        return (lines + [""] + table.lines(width: output.width, style: output.style)).joined(separator: "\n")
    }

    private static func budgets(_ budgets: VirtualKey.Budgets) -> String {
        let parts = [(budgets.total, "in all"), (budgets.day, "a day"), (budgets.month, "a month")]
            .compactMap { amount, what in amount.map { "\(CostsText.rounded($0)) \(what)" } }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }

    private static func minute(_ time: Timestamp) -> String {
        let text = time.iso8601
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }
}

/// The objects that `--json` prints of keys: all amounts in millionths of a dollar, and never a digest.
enum KeysJSON {
    static func key(_ key: VirtualKey, now: Timestamp) -> JSONValue {
        let amount = { (amount: USD?) -> JSONValue in amount.map { .integer($0.micros) } ?? .null }
        let number = { (number: Int?) -> JSONValue in number.map { .integer(Int64($0)) } ?? .null }
        let time = { (time: Timestamp?) -> JSONValue in time.map { .string($0.iso8601) } ?? .null }
        return [
            "id": .string(key.id.string), "name": .string(key.name), "prefix": .string(key.prefix),
            "state": .string(key.state(at: now).rawValue), "user": key.user.map { .string($0) } ?? .null,
            "project": key.project.map { .string($0) } ?? .null,
            "models": .array(key.models.map { .string($0) }), "operator": .bool(key.isOperator == true),
            "budgets": [
                "total_usd_micros": amount(key.budgets.total), "day_usd_micros": amount(key.budgets.day),
                "month_usd_micros": amount(key.budgets.month),
            ],
            "rates": [
                "requests_per_minute": number(key.rates.requestsPerMinute),
                "tokens_per_minute": number(key.rates.tokensPerMinute), "concurrent": number(key.rates.concurrent),
            ],
            "created_at": time(key.createdAt), "expires_at": time(key.expiresAt), "revoked_at": time(key.revokedAt),
        ]
    }

    static func standing(_ standing: KeyStanding) -> JSONValue {
        let amount = { (amount: USD?) -> JSONValue in amount.map { .integer($0.micros) } ?? .null }
        return [
            "scope": .string(standing.account.scope.rawValue), "limit_usd_micros": amount(standing.limit),
            "spent_usd_micros": .integer(standing.spent.micros),
            "reserved_usd_micros": .integer(standing.reserved.micros), "left_usd_micros": amount(standing.left),
            "resets_at": standing.account.resetsAt.map { .string($0.iso8601) } ?? .null,
        ]
    }
}
