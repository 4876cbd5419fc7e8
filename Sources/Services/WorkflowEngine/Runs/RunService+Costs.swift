import AgentRuntime
package import Files
import Gateway
import Identity
package import Money
package import Runs
import Timekeeping

/// What something is expected to cost, and on what that rests.
package struct CostForecast: Sendable, Hashable, Codable {
    package var low: USD
    package var high: USD
    /// The middle of what was seen, nil where nothing was.
    package var median: USD?
    /// How many tasks or runs were seen; 0 where the figures are a rule of thumb.
    package var seen: Int
    package var basis: String
}

/// Money: what was spent, what may be, and what is to be expected.
extension RunService {
    /// What carrying out a new request may cost: as much as the middle half of this project's finished runs, or where there
    /// are none a rule of thumb.
    package func forecast(in project: FilePath, mode: Mode?) async throws -> CostForecast {
        let seen = try await journal.runCosts(in: project.string, limit: 200)
        if let quartiles = Quartiles(of: seen) {
            return CostForecast(
                low: quartiles.low, high: quartiles.high, median: quartiles.median, seen: seen.count,
                basis: "the middle half of \(Self.counted(seen.count, "finished run")) of this project")
        }
        let thumb = try await thumb(in: project, mode: mode)
        return CostForecast(
            low: thumb.low * Self.usualTasks.lowerBound, high: thumb.high * Self.usualTasks.upperBound, median: nil,
            seen: 0,
            basis: """
                a rule of thumb, as no run of this project has finished yet: \(Self.usualTasks.lowerBound) to \
                \(Self.usualTasks.upperBound) tasks \(thumb.basis)
                """)
    }

    /// What is left to pay of a run whose tasks are planned; of one without a plan, what a new request may cost.
    package func forecast(of run: Run) async throws -> CostForecast {
        let project = FilePath(run.project)
        // Which tasks there are, and which of them are done, a rewind may have changed.
        var tasks: [PlannedTask] = []
        var done: Set<String> = []
        for record in RunHistory.effective(try await journal.milestones(of: run.id, after: 0)) {
            switch record.event {
            case .tasksPlanned(let planned, _): tasks = planned
            case .taskCommitted(let task, _, _): done.insert(task)
            default: break
            }
        }
        guard !tasks.isEmpty else { return try await forecast(in: project, mode: run.mode) }
        let left = tasks.count { !done.contains($0.id) }
        let what = "\(Self.counted(left, "task")) of \(tasks.count) left"
        let seen = try await journal.taskCosts(in: run.project, limit: 200)
        if let quartiles = Quartiles(of: seen) {
            return CostForecast(
                low: quartiles.low * left, high: quartiles.high * left, median: quartiles.median * left,
                seen: seen.count,
                basis:
                    "\(what), each as the middle half of \(Self.counted(seen.count, "task")) of this project's finished runs"
            )
        }
        let thumb = try await thumb(in: project, mode: run.mode)
        return CostForecast(
            low: thumb.low * left, high: thumb.high * left, median: nil, seen: 0,
            basis: "a rule of thumb, as no run of this project has finished yet: \(what) \(thumb.basis)")
    }

    private static let usualTasks = 2...8

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// What one task is taken to cost where nothing was seen.
    private func thumb(in project: FilePath, mode: Mode?) async throws -> (low: USD, high: USD, basis: String) {
        let environment = try await environment(project)
        let agent = try environment.agents.agent(named: "developer")
        let model = try environment.models(agent, mode ?? environment.settings.mode)
        guard let card = environment.gateway.card(of: model) else {
            throw EngineError(.usage, "no price is known for \(model): add models.prices.\(model) to the configuration")
        }
        return (
            card.prices.cost(of: CostEstimator.plain), card.prices.cost(of: CostEstimator.hard),
            "of 100 to 650 thousand tokens at the prices of \(model)"
        )
    }

    /// Where every account stands that calls of this project and user count for, with the limits of its settings.
    package func standings(
        in project: FilePath?, user: String, keys: [String], within limits: BudgetLimits
    ) async throws -> [BudgetStanding] {
        let now = clock.now()
        var accounts: [BudgetAccount] = []
        let runs = try await journal.runs(project: project?.string, limit: 50)
        accounts += runs.filter { !$0.status.isEnded }.map { .run($0.id) }
        accounts += [.day(now), .month(now)]
        if let project { accounts.append(BudgetAccount(.project, project.string)) }
        accounts.append(BudgetAccount(.user, user))
        let known = try await journal.accounts(of: .key).map(\.name)
        accounts += Set(known + keys).sorted().map { BudgetAccount(.key, $0) }
        return try await journal.standings(of: accounts, within: limits)
    }
}
