import Files
import JSON
import Runs
import Specs
import Workbench
import Workflows

/// Shows the plan, its tasks and what they may cost, and asks whether to carry them out.
struct PlanGate: Sendable {
    var context: StepContext
    var step: StepKey

    func perform() async throws -> StepResult {
        guard let gate = try await context.gates(.plan, of: step).last else {
            try await open()
            return .parked
        }
        guard let answer = gate.answer else { return .parked }
        guard !answer.isExpired else { return .failed(.expired, "the plan was not approved in time") }
        guard answer.value == "approve" else {
            return .failed(.rejected, "the plan was rejected by \(answer.answeredBy)")
        }
        return .succeeded(
            StepSuccess(
                ["answer": .string(answer.value), "by": .string(answer.answeredBy)],
                summary: "approved by \(answer.answeredBy)"))
    }

    private func open() async throws {
        let (planned, estimate) = try await plan()
        let spent = try await context.journal.spent(by: context.run.id)
        var details = ["Tasks:"] + planned.map { "  \($0.id)  \($0.title)" }
        if let estimate {
            details.append(
                "Estimate: \(estimate.low) to \(estimate.high) (\(estimate.basis)); budget \(context.run.budget), spent \(spent)."
            )
        }
        let checks = context.checks().map { "  \($0.command)" }
        details += checks.isEmpty ? ["Checks: none were found, so the tasks will stay unproven."] : ["Checks:"] + checks
        details.append(
            "Specification and plan: \(context.worktree.appending(try context.feature().folder))")
        try await context.open(
            .plan, step: step, "Carry out this plan of \(planned.count) \(planned.count == 1 ? "task" : "tasks")?",
            details: details.joined(separator: "\n"),
            choices: [
                .init("approve", "carry it out"),
                .init("reject", "stop; nothing has been changed but the run's branch"),
            ])
    }

    private func plan() async throws -> ([PlannedTask], CostEstimate?) {
        for record in try await context.journal.events(of: context.run.id, after: 0, limit: .max).reversed() {
            if case .tasksPlanned(let tasks, let estimate) = record.event { return (tasks, estimate) }
        }
        return ([], nil)
    }
}
