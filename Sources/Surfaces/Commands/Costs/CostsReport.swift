import CommandLineKit
import Conversation
import Gateway
import JSON
import Keys
import Money
import ServedCalls
import Terminal
import Timekeeping
import Workbench

/// Carries out `vencejo costs report` and `costs hints`: runs and served calls together.
struct CostsReport: Sendable {
    let context: CommandContext

    func report(by typed: String?, since: String?) async throws {
        let grouping = typed.flatMap(ReportGrouping.init(rawValue:)) ?? .day
        let store = try await context.gateway()
        let lines = try await store.report(by: grouping, since: since)
        let lost = try await store.slicesLost(since: since)
        let alerts = try await store.budgetAlerts(since: since)
        let total = lines.reduce(USD.zero) { $0 + $1.cost }
        context.output.result(
            [
                "by": .string(grouping.rawValue), "total_usd_micros": .integer(total.micros),
                "lost_usd_micros": .integer(lost.micros), "lines": .array(lines.map(Self.json)),
                "alerts": .array(alerts.map(Self.json)),
            ], text: text(of: lines, by: grouping, total: total, lost: lost, alerts))
    }

    func hints(since: String?) async throws {
        let facts = try await context.gateway().savingFacts(since: since)
        let hints = SavingHints(prices: try await prices()).hints(in: facts)
        let nothing = "Nothing was found that could have been saved."
        context.output.result(
            ["hints": .array(hints.map(Self.json))],
            text: hints.isEmpty ? nothing : hints.map { "- \($0.text.sanitized)." }.joined(separator: "\n"))
    }

    // MARK: - Prices

    private func prices() async throws -> PriceList {
        // Outside a repository the user's own settings are what counts.
        let project = try await Repository.root(around: context.directory)
        let catalogue: ModelCatalogue
        var models: [String] = []
        do {
            let setup = try await context.models(try context.settings(project))
            catalogue = setup.catalogue
            models = setup.models.map(\.description)
        } catch {
            try Task.checkCancellation()
            context.output.notice("Only list prices are used, and no cheaper model is looked for: \(error)")
            catalogue = try ModelCatalogue()
        }
        return PriceList(
            models: models,
            cost: { model, usage in ModelName(model).flatMap { catalogue.card(of: $0) }?.prices.cost(of: usage) },
            batchCost: { model, usage in
                ModelName(model).flatMap { catalogue.card(of: $0) }?.prices.inBatch?.cost(of: usage)
            })
    }

    // MARK: - Text

    /// The last alerts are told; all of them are in the JSON.
    private static let mostAlerts = 10

    private func text(
        of lines: [ReportLine], by grouping: ReportGrouping, total: USD, lost: USD, _ alerts: [BudgetAlert]
    ) -> String {
        let unpriced = lines.reduce(0) { $0 + $1.unpriced }
        var notes: [String] = []
        let batched = lines.reduce(0) { $0 + $1.batched }
        if batched > 0 {
            let cost = lines.reduce(USD.zero) { $0 + $1.batchCost }
            notes.append("\(batched) of the calls went in batches, for \(CostsText.rounded(cost)).")
        }
        let hour = lines.reduce(0) { $0 + $1.usage.cacheWriteHour }
        if hour > 0 {
            notes.append("\(EventText.tokens(hour)) tokens were written to prompt caches for an hour, at that price.")
        }
        if unpriced > 0 { notes.append("\(unpriced) calls went to models without known prices and are in no sum.") }
        if lost > .zero {
            notes.append("\(CostsText.rounded(lost)) more counts as spent: servers died with it in their hands.")
        }
        notes += alerts.suffix(Self.mostAlerts).map { alert in
            "\(alert.at.iso8601.prefix(16).replacing("T", with: " ")): \("\(alert)".sanitized)."
        }
        guard !lines.isEmpty else { return (["Nothing was spent."] + notes).joined(separator: "\n") }
        var table = TextTable(columns: [
            .init(grouping.rawValue.uppercased(), isFlexible: true), .init("SERVED", alignment: .right),
            .init("IN RUNS", alignment: .right), .init("FROM CACHE", alignment: .right),
            .init("IN", alignment: .right), .init("CACHED", alignment: .right), .init("OUT", alignment: .right),
            .init("COST", alignment: .right),
        ])
        for line in lines {
            let unknown = grouping == .key ? "(runs)" : "(not known)"
            table.add(row: [
                line.name.isEmpty ? unknown : line.name.sanitized, "\(line.served)", "\(line.ofRuns)",
                "\(line.fromCache)", EventText.tokens(line.usage.totalInput), "\(line.usage.cachedPercent)%",
                EventText.tokens(line.usage.output), CostsText.rounded(line.cost),
            ])
        }
        let calls = lines.reduce(0) { $0 + $1.served + $1.ofRuns }
        let unanswered = lines.reduce(0) { $0 + $1.unanswered }
        let cut = unanswered == 0 ? "" : ", \(unanswered) of them without an answer"
        return
            (table.lines(width: context.output.width, style: context.output.style) + [
                "", "Total \(CostsText.rounded(total)) for \(calls) calls\(cut).",
            ] + notes).joined(separator: "\n")
    }

    private static func json(_ line: ReportLine) -> JSONValue {
        [
            "name": .string(line.name), "served_calls": .integer(Int64(line.served)),
            "run_calls": .integer(Int64(line.ofRuns)), "unanswered": .integer(Int64(line.unanswered)),
            "from_cache": .integer(Int64(line.fromCache)), "unpriced": .integer(Int64(line.unpriced)),
            "batch_calls": .integer(Int64(line.batched)), "batch_usd_micros": .integer(line.batchCost.micros),
            "cache_write_1h_tokens": .integer(Int64(line.usage.cacheWriteHour)),
            "input_tokens": .integer(Int64(line.usage.totalInput)),
            "cached_input_tokens": .integer(Int64(line.usage.cacheRead)),
            "output_tokens": .integer(Int64(line.usage.output)), "cost_usd_micros": .integer(line.cost.micros),
        ]
    }

    private static func json(_ alert: BudgetAlert) -> JSONValue {
        [
            "at": .string(alert.at.iso8601), "scope": .string(alert.account.scope.rawValue),
            "name": .string(alert.account.name), "key": alert.key.map { .string($0) } ?? .null,
            "percent": .integer(Int64(alert.percent)), "spent_usd_micros": .integer(alert.spent.micros),
            "limit_usd_micros": .integer(alert.limit.micros),
        ]
    }

    private static func json(_ hint: SavingHint) -> JSONValue {
        [
            "reason": .string(hint.reason.rawValue), "kind": .string(hint.kind), "model": .string(hint.model),
            "instead": hint.instead.map { .string($0) } ?? .null, "calls": .integer(Int64(hint.calls)),
            "cost_usd_micros": .integer(hint.cost.micros),
            "saves_usd_micros": hint.saves.map { .integer($0.micros) } ?? .null, "text": .string(hint.text),
        ]
    }
}
