import Conversation
import Identity
import JSON
import Money
import Runs
import Terminal
import Timekeeping

/// Tables of money for a reader; pure.
struct CostsText: Sendable {
    let output: Output

    func table(of lines: [CostLine], by grouping: CostGrouping, total: USD) -> String {
        guard !lines.isEmpty else { return "Nothing was spent." }
        var table = TextTable(columns: [
            .init(grouping.rawValue.uppercased(), isFlexible: true), .init("CALLS", alignment: .right),
            .init("IN", alignment: .right), .init("CACHED", alignment: .right), .init("OUT", alignment: .right),
            .init("COST", alignment: .right),
        ])
        for line in lines {
            table.add(row: [
                name(of: line, by: grouping), "\(line.calls)", EventText.tokens(line.usage.totalInput),
                "\(line.usage.cachedPercent)%", EventText.tokens(line.usage.output),
                line.unpriced == 0
                    ? Self.rounded(line.cost) : line.cost == .zero ? "unknown" : "\(Self.rounded(line.cost))+?",
            ])
        }
        let calls = lines.reduce(0) { $0 + $1.calls }
        let unanswered = lines.reduce(0) { $0 + $1.unanswered }
        let cut = unanswered == 0 ? "" : ", \(unanswered) of them without an answer"
        let unpriced = lines.reduce(0) { $0 + $1.unpriced }
        return
            (table.lines(width: output.width, style: output.style) + [
                "", "Total \(Self.spent(total, unpriced: unpriced)) for \(calls) calls\(cut).",
            ]).joined(separator: "\n")
    }

    /// An amount with what nobody knows: `$1.20`, `unknown`, `$1.20 and 3 calls of unknown price`.
    static func spent(_ amount: USD, unpriced: Int, as text: String? = nil) -> String {
        let text = text ?? rounded(amount)
        guard unpriced > 0 else { return text }
        return amount == .zero
            ? "unknown" : "\(text) and \(unpriced) call\(unpriced == 1 ? "" : "s") of unknown price"
    }

    func table(of standings: [BudgetStanding], each: [(name: String, limit: USD?)], alertPercent: Int) -> String {
        var table = TextTable(columns: [
            .init("BUDGET", isFlexible: true), .init("LIMIT", alignment: .right), .init("SPENT", alignment: .right),
            .init("SET ASIDE", alignment: .right), .init("LEFT", alignment: .right), .init("RESETS (UTC)"),
        ])
        for (name, limit) in each { table.add(row: [name, limit.map(Self.rounded) ?? "none", "", "", "", ""]) }
        for standing in standings {
            table.add(row: [
                name(of: standing.account), standing.limit.map(Self.rounded) ?? "none", Self.rounded(standing.spent),
                Self.rounded(standing.reserved), standing.left.map(Self.rounded) ?? "",
                standing.account.resetsAt.map { String($0.iso8601.prefix(10)) } ?? "never",
            ])
        }
        let alert = alertPercent == 0 ? "Nobody is warned." : "You are warned at \(alertPercent) % of a limit."
        return (table.lines(width: output.width, style: output.style) + ["", alert]).joined(separator: "\n")
    }

    private func name(of line: CostLine, by grouping: CostGrouping) -> String {
        let name = line.name.isEmpty ? "(not known)" : line.name.sanitized
        guard grouping == .task, let run = line.run else { return name }
        return "\(run.short) \(name.hasPrefix("task/") ? String(name.dropFirst(5)) : name)"
    }

    private func name(of account: BudgetAccount) -> String {
        switch account.scope {
        case .run: "run \(account.name.suffix(8))"
        case .call, .task, .day, .month, .project, .user, .key: "\(account.scope.rawValue) \(account.name.sanitized)"
        }
    }

    /// To a hundredth of a cent, rounded up: `$1.2346`; whole cents without more: `$1.20`.
    static func rounded(_ amount: USD) -> String {
        let rest = amount.micros % 100
        return "\(rest > 0 && amount.micros <= .max - 100 ? USD(micros: amount.micros - rest + 100) : amount)"
    }
}

/// The objects that `--json` prints of money: all amounts in millionths of a dollar.
enum CostsJSON {
    static func line(_ line: CostLine) -> JSONValue {
        var object: JSONObject = [
            "name": .string(line.name), "calls": .integer(Int64(line.calls)),
            "unanswered": .integer(Int64(line.unanswered)), "unpriced": .integer(Int64(line.unpriced)),
            "cost_usd_micros": .integer(line.cost.micros),
            "input_tokens": .integer(Int64(line.usage.totalInput)),
            "cached_input_tokens": .integer(Int64(line.usage.cacheRead)),
            "output_tokens": .integer(Int64(line.usage.output)),
        ]
        if let run = line.run { object.set(.string(run.string), for: "run") }
        return .object(object)
    }

    static func standing(_ standing: BudgetStanding) -> JSONValue {
        let amount = { (amount: USD?) -> JSONValue in amount.map { .integer($0.micros) } ?? .null }
        return [
            "scope": .string(standing.account.scope.rawValue), "name": .string(standing.account.name),
            "limit_usd_micros": amount(standing.limit), "spent_usd_micros": amount(standing.spent),
            "reserved_usd_micros": amount(standing.reserved), "left_usd_micros": amount(standing.left),
            "resets_at": standing.account.resetsAt.map { .string($0.iso8601) } ?? .null,
        ]
    }
}
