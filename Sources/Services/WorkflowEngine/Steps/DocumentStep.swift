import AgentRuntime
import Runs
import SpecDocuments
import Specs
import Templates
import Workbench

/// Writes one document of the feature with an agent: specify, plan, tasks.
///
/// The engine reads what was written and hands its faults back until there are none; then the document is committed.
struct DocumentStep: Sendable {
    var context: StepContext
    var step: StepKey

    private static let attempts = 3

    func perform() async throws -> StepProgress {
        let feature = try context.feature()
        let document = FeatureFolder.Document(step: step)
        let runner = SessionRunner(context: context, step: step, agentName: step == .plan ? "architect" : "planner")
        var attempt = try await failedAttempts() + 1
        while true {
            let result = try await runner.run { try await context.opening(try opening(feature, document)) }
            guard case .finished(let summary, let session) = result else {
                guard case .paused(let progress) = result else { return .recorded }
                return progress
            }
            let faults = feature.faults(of: document)
            if faults.isEmpty {
                try await finish(feature, document, summary: summary)
                return .recorded
            }
            let reason = "\(document.file): \(faults[0])"
            guard attempt < Self.attempts else {
                try await context.record([
                    .event(.stepFinished(step: step, outcome: .failed(reason: "after \(attempt) attempts, \(reason)")))
                ])
                return .recorded
            }
            let turns = try await context.journal.turns(of: session.session.id).count
            let text = try context.prompts.text(
                .documentFaults,
                ["path": .string(feature.path(of: document)), "faults": .list(faults.map { .string($0) })])
            try await context.record([
                .event(.attemptFailed(step: step, attempt: attempt, reason: reason)),
                .input(SessionInput(session: session.session.id, afterTurn: turns, text: text)),
            ])
            attempt += 1
        }
    }

    private func failedAttempts() async throws -> Int {
        try await context.journal.events(of: context.run.id, after: 0, limit: .max).count {
            if case .attemptFailed(step, _, _) = $0.event { true } else { false }
        }
    }

    private func opening(_ feature: FeatureFolder, _ document: FeatureFolder.Document) throws -> String {
        var values: [String: TemplateValue] = [
            "folder": .string(feature.folder), "template": .string(feature.template(for: document)),
        ]
        switch step {
        case .specify:
            values["request"] = .string(context.run.request)
            return try context.prompts.text(.specify, values)
        case .plan:
            values["specification"] = .string(try feature.read(.spec))
            values["checks"] = .string(context.checksInWords())
            return try context.prompts.text(.plan, values)
        default:
            values["specification"] = .string(try feature.read(.spec))
            values["plan"] = .string(try feature.read(.plan))
            values["checks"] = .string(context.checksInWords())
            return try context.prompts.text(.tasks, values)
        }
    }

    private func finish(_ feature: FeatureFolder, _ document: FeatureFolder.Document, summary: String) async throws {
        if step == .tasks { try feature.untickAll() }
        let commit = try await context.commit(
            "\(document.verb) \(feature.name)", body: context.run.request, trailer: ("Vencejo-Step", step.rawValue))
        var changes: [JournalChange] = []
        if step == .tasks {
            let tasks = try feature.tasks().tasks
            let estimate = try CostEstimator(context: context).estimate(tasks: tasks.count)
            let planned = tasks.map { PlannedTask(id: $0.id, title: $0.title) }
            changes.append(.event(.tasksPlanned(tasks: planned, estimate: estimate)))
        }
        changes.append(.event(.stepFinished(step: step, outcome: .done(summary: summary, commit: commit))))
        try await context.record(changes)
    }
}
