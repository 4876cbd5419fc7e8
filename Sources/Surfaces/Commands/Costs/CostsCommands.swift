import CommandLineKit
import Conversation
import Files
import Identity
import JSON
import Money
import Runs
import Settings
import Terminal
import Timekeeping
import Workbench
import WorkflowEngine

/// Carries out `vencejo costs …`: what was spent, what may be, and what to expect.
struct CostsCommands: Sendable {
    let context: CommandContext

    func run(_ verb: String, _ arguments: ParsedArguments) async throws -> ExitStatus {
        switch verb {
        case "budgets": try await budgets()
        case "estimate": try await estimate(arguments)
        case "report":
            try await CostsReport(context: context)
                .report(by: arguments.value("--by"), since: try day(arguments.value("--since")))
        case "hints": try await CostsReport(context: context).hints(since: try day(arguments.value("--since")))
        default: try await show(arguments)
        }
        return .done
    }

    /// The repository around the folder, nil outside of any.
    private func project() async throws -> FilePath? {
        // Outside a repository there is no project to narrow anything to.
        try await Repository.root(around: context.directory)
    }

    // MARK: - Show

    private func show(_ arguments: ParsedArguments) async throws {
        let since = try day(arguments.value("--since"))
        let typed = arguments.value("--by").flatMap(CostGrouping.init(rawValue:))
        let service = try await context.service()
        var filter = CostFilter(since: since)
        if let run = arguments.value("--run") { filter.run = try await service.find(run).id }
        let grouping = typed ?? (filter.run == nil ? .day : .task)
        let lines = try await service.journal.costs(by: grouping, filter)
        let total = lines.reduce(USD.zero) { $0 + $1.cost }
        context.output.result(
            [
                "by": .string(grouping.rawValue), "total_usd_micros": .integer(total.micros),
                "lines": .array(lines.map(CostsJSON.line)),
            ], text: CostsText(output: context.output).table(of: lines, by: grouping, total: total))
    }

    private func day(_ typed: String?) throws -> String? {
        guard let typed else { return nil }
        guard typed.count == 10, Timestamp(iso8601: "\(typed)T00:00:00Z") != nil else {
            throw Failure(.usage, "--since takes a day such as 2026-11-21, not '\(typed)'")
        }
        return typed
    }

    // MARK: - Budgets

    private func budgets() async throws {
        let project = try await project()
        let settings = try context.settings(project)
        let service = try await context.service()
        let standings = try await service.standings(
            in: project, user: context.user, keys: settings.models.providers.keys.sorted(), within: settings.budgets)
        let single: [(BudgetScope, String, USD?)] = [
            (.call, "each call", settings.budgets[.call]), (.task, "each task", settings.budgets[.task]),
            (.run, "each new run", settings.limits.budget),
        ]
        context.output.result(
            [
                "alert_percent": .integer(Int64(settings.budgets.alertPercent)),
                "each": .object(
                    JSONObject(single.map { ($0.rawValue, $2.map { .integer($0.micros) } ?? .null) })),
                "accounts": .array(standings.map(CostsJSON.standing)),
            ],
            text: CostsText(output: context.output).table(
                of: standings, each: single.map { ($1, $2) }, alertPercent: settings.budgets.alertPercent))
    }

    // MARK: - Estimate

    private func estimate(_ arguments: ParsedArguments) async throws {
        let service = try await context.service()
        let forecast: CostForecast
        switch (arguments.value("--run"), arguments.positional("REQUEST")) {
        case (let run?, nil):
            forecast = try await service.forecast(of: try await service.find(run))
        case (nil, let request?):
            guard request.contains(where: { !$0.isWhitespace }) else {
                throw Failure(.usage, "the request is empty: say what is to be done, or name a run with --run")
            }
            forecast = try await service.forecast(
                in: try await Repository.open(at: context.directory).root,
                mode: arguments.value("--mode").flatMap(Mode.init(rawValue:)))
        case (nil, nil):
            throw Failure(.usage, "there is nothing to estimate: give a request in quotes, or a run with --run")
        case (_?, _?):
            throw Failure(.usage, "give a request or a run, not both")
        }
        let median = forecast.median.map { ", most likely \(CostsText.rounded($0))" } ?? ""
        context.output.result(
            [
                "low_usd_micros": .integer(forecast.low.micros), "high_usd_micros": .integer(forecast.high.micros),
                "median_usd_micros": forecast.median.map { .integer($0.micros) } ?? .null,
                "seen": .integer(Int64(forecast.seen)), "basis": .string(forecast.basis),
            ],
            text: """
                \(CostsText.rounded(forecast.low)) to \(CostsText.rounded(forecast.high))\(median)
                From \(forecast.basis).
                """)
    }
}
