import Files
import Hooks
import JSON
import Keys
import Money
import ServedCalls
import Subprocess

/// Tells of budgets that served calls have used up or nearly: a line, a metric, and the user's hooks for it.
struct BudgetWatch: Sendable {
    private let alerts: AsyncStream<BudgetAlert>
    private let entrance: AsyncStream<BudgetAlert>.Continuation
    let context: CommandContext

    /// So many wait for slow hooks; they are few, as each limit is told of twice at the most.
    private static let mostWaiting = 1_000

    init(context: CommandContext) {
        self.context = context
        (alerts, entrance) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.mostWaiting))
    }

    /// For the ledger, which does not wait.
    var tell: @Sendable (BudgetAlert) -> Void { { [entrance] in entrance.yield($0) } }

    /// Ends ``run(_:_:)`` once all that was told is passed on.
    func finish() { entrance.finish() }

    /// Passes on what the ledger tells until there is no more to come.
    ///
    /// - Parameter name: the name of a virtual key by its id.
    func run(_ metrics: GatewayMetrics, name: (_ id: String) -> String?) async throws {
        let hooks = try hooks()
        for await alert in alerts {
            var alert = alert
            alert.key = alert.keyID.flatMap(name)
            metrics.record(alert)
            context.output.notice("! \(alert)")
            for report in try await hooks.ask(Self.call(of: alert, project: context.directory.string)).reports
            where report.outcome == .failed {
                context.output.notice("! the hook \(report.hook) failed: \(report.detail)")
            }
        }
    }

    // MARK: - Hooks

    private static func call(of alert: BudgetAlert, project: String) -> HookCall {
        HookCall(
            .budgetAlert, run: "", worktree: "", project: project,
            details: [
                "budget": [
                    "scope": .string(alert.account.scope.rawValue), "name": .string(alert.account.name),
                    "key": alert.key.map { .string($0) } ?? .null, "percent": .integer(Int64(alert.percent)),
                    "spent_usd_micros": .integer(alert.spent.micros),
                    "limit_usd_micros": .integer(alert.limit.micros), "text": .string("\(alert)"),
                ]
            ])
    }

    /// The user's own hooks; a project has no say in what the server runs.
    private func hooks() throws -> HookRunner {
        guard let file = HookSet.userFile(context.variables) else { return .none }
        let set = try HookSet.read(userFile: file, project: context.home, home: context.home)
        let own = set.hooks.filter { $0.owner == .user && $0.moment == .budgetAlert }
        guard !own.isEmpty else { return .none }
        // No keys, and nothing else of what the server was started with.
        let passed = ["PATH", "HOME", "LANG", "USER", "TMPDIR", "VENCEJO_HOME"]
        let environment = context.variables.filter { passed.contains($0.key) }
        return HookRunner(hooks: own) { [directory = context.directory] process in
            guard !process.isConfined else {
                throw HooksError(.unreadable, "there is no worktree to hold it to: write sandbox: false")
            }
            var command = Subprocess.Command(
                "/bin/sh", ["-c", process.commandLine], environment: environment, directory: directory,
                limits: .init(time: process.timeLimit, output: 4096))
            command.input = .bytes(Array(process.input.utf8))
            let result = try await command.run()
            switch (result.ended, result.status) {
            case (.timedOut, _): return .timedOut
            case (_, .exited(let status)):
                return .exited(status, output: result.stdout.text, errors: result.stderr.text)
            case (_, .signaled(let number)): return .signaled(number)
            }
        }
    }
}
