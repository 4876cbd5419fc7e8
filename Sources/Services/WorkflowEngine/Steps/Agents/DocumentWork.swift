import AgentRuntime
import Hooks
import JSON
import Runs
import SpecDocuments
import Specs
import Templates
import Workbench
import Workflows

/// Writes one document of the feature with an agent: specify, plan, tasks.
///
/// The engine reads what was written and hands its faults back until there are none; then the document is committed.
struct DocumentWork: Sendable {
    var context: StepContext
    var step: StepKey
    var agent: String
    var document: FeatureFolder.Document

    private static let attempts = 3

    /// - Parameter document: `spec`, `plan` or `tasks`; nil comes of any other word.
    init?(context: StepContext, step: StepKey, agent: String, document: String) {
        guard let document = FeatureFolder.Document(rawValue: document) else { return nil }
        self.context = context
        self.step = step
        self.agent = agent
        self.document = document
    }

    func perform() async throws -> StepResult {
        let feature = try context.feature()
        let runner = SessionRunner(context: context, step: step, agentName: agent)
        var attempt = try await failedAttempts() + 1
        while true {
            let result = try await runner.run { try await context.opening(try opening(feature)) }
            guard case .finished(let summary, let session) = result else {
                guard case .stopped(let result) = result else { return .parked }
                return result
            }
            var faults = feature.faults(of: document)
            if faults.isEmpty,
                let block = try await context.blockBeforeCommit(step, title: commitTitle(feature))
            {
                faults = ["It is not committed: \(block.text)"]
            }
            if faults.isEmpty {
                return try await finish(feature, summary: summary)
            }
            let reason = "\(document.file): \(faults[0])"
            guard attempt < Self.attempts else {
                return .failed(.failed, "after \(attempt) attempts, \(reason)")
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
        RunHistory.effective(try await context.journal.events(of: context.run.id, after: 0, limit: .max)).count {
            if case .attemptFailed(step, _, _) = $0.event { true } else { false }
        }
    }

    private func opening(_ feature: FeatureFolder) throws -> String {
        var values: [String: TemplateValue] = [
            "folder": .string(feature.folder), "template": .string(feature.template(for: document)),
        ]
        switch document {
        case .spec:
            values["request"] = .string(context.run.request)
            return try context.prompts.text(.specify, values)
        case .plan:
            values["specification"] = .string(try feature.read(.spec))
            values["checks"] = .string(context.checksInWords())
            return try context.prompts.text(.plan, values)
        case .tasks:
            values["specification"] = .string(try feature.read(.spec))
            values["plan"] = .string(try feature.read(.plan))
            values["checks"] = .string(context.checksInWords())
            return try context.prompts.text(.tasks, values)
        }
    }

    private func commitTitle(_ feature: FeatureFolder) -> String { "\(document.verb) \(feature.name)" }

    private func finish(_ feature: FeatureFolder, summary: String) async throws -> StepResult {
        if document == .tasks { try feature.untickAll() }
        let commit = try await context.commit(
            commitTitle(feature), body: context.run.request, trailer: ("Vencejo-Step", step.rawValue))
        var outputs: JSONObject = ["path": .string(feature.path(of: document)), "commit": .string(commit)]
        var changes: [JournalChange] = []
        if document == .tasks {
            let tasks = try feature.tasks().tasks
            let estimate = try CostEstimator(context: context).estimate(tasks: tasks.count)
            let planned = tasks.map { PlannedTask(id: $0.id, title: $0.title) }
            changes.append(.event(.tasksPlanned(tasks: planned, estimate: estimate)))
            let batches = try ParallelPlan(tasks, limit: context.settings.parallelTasks).groups
            let places = Dictionary(
                batches.enumerated().flatMap { index, ids in ids.map { ($0, index + 1) } }, uniquingKeysWith: { $1 })
            // One after the other they come in the order of the document.
            let order =
                context.settings.parallelTasks > 1
                ? batches.joined().compactMap { id in tasks.first { $0.id == id } } : tasks
            outputs["tasks"] = .array(
                order.enumerated().map { index, task in
                    Self.json(task, batch: context.settings.parallelTasks > 1 ? places[task.id] ?? 0 : index + 1)
                })
        }
        return .succeeded(StepSuccess(.object(outputs), summary: summary, commit: commit, with: changes))
    }

    private static func json(_ task: TaskItem, batch: Int) -> JSONValue {
        [
            "id": .string(task.id), "title": .string(task.title), "parallel": .bool(task.isParallel),
            "files": .array(task.paths.map { .string($0) }), "batch": .integer(Int64(batch)),
        ]
    }
}
