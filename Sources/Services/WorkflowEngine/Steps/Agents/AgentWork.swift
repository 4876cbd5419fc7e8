import AgentRuntime
import Gateway
import JSON
import Runs
import Specs
import Templates
import Workbench
import Workflows

/// Has an agent do what a step asks for: a document, a task of the plan, or anything said in words.
struct AgentWork: Sendable {
    var context: StepContext
    var call: StepCall
    var step: AgentStep
    /// Why the attempt before this one failed.
    var lastFailure: String?
    /// The task's place among those beside it; nil where it has the workspace to itself.
    var lane: Lane?

    func perform() async throws -> StepResult {
        let agent = try step.agent.text(in: call.scope)
        if let document = step.document {
            return try await documentary(agent, document)
        }
        if let task = try step.task?.value(in: call.scope) {
            guard let id = task["id"]?.stringValue, let title = task["title"]?.stringValue else {
                return .failed(.invalid, "step \(call.key): a task has an id and a title, and this is \(task)")
            }
            let planned = PlannedTask(id: id, title: title)
            if let lane {
                return try await LaneWork(
                    context: context, step: call.key, agent: agent, task: planned, lane: lane
                ).perform()
            }
            return try await TaskWork(context: context, step: call.key, agent: agent, task: planned).perform()
        }
        guard let prompt = try step.prompt?.text(in: call.scope) else {
            return .failed(.invalid, "step \(call.key) gives its agent neither prompt nor document nor task")
        }
        return try await step.verify ? proven(agent, prompt) : free(agent, prompt)
    }

    /// A document of the feature, or what is done with several of them.
    private func documentary(_ agent: String, _ document: String) async throws -> StepResult {
        let model = try ModelName.named(by: step.model, in: call.scope)
        let options = try step.options?.value(in: call.scope) ?? [:]
        switch document {
        case "checklist":
            let topic = options["topic"]?.stringValue ?? ""
            return try await ChecklistWork(
                context: context, step: call.key, agent: agent, model: model,
                topic: topic.isEmpty ? "requirements" : topic
            ).perform()
        case "clarifications":
            return try await ClarifyWork(context: context, step: call.key, agent: agent, model: model).perform()
        case "convergence":
            return try await ConvergeWork(
                context: context, step: call.key, agent: agent, model: model, rounds: options["rounds"]?.intValue ?? 1
            ).perform()
        case "meaning":
            return try await MeaningWork(context: context, step: call.key, agent: agent, model: model).perform()
        default:
            guard let document = FeatureFolder.Document(rawValue: document) else {
                return .failed(.invalid, "step \(call.key): '\(document)' is no document")
            }
            return try await DocumentWork(
                context: context, step: call.key, agent: agent, model: model, document: document, options: options
            ).perform()
        }
    }

    /// Changes that the engine verifies and commits.
    private func proven(_ agent: String, _ prompt: String) async throws -> StepResult {
        let work = ProvenWork(
            context: context, step: call.key, agent: agent, model: try ModelName.named(by: step.model, in: call.scope),
            tools: step.tools,
            commitTitle: call.step.name, trailer: ("Vencejo-Step", call.key.rawValue), mayBeCommitted: true,
            opening: { try await context.opening(try instructions(prompt)) })
        switch try await work.perform() {
        case .stopped(let result):
            return result
        case .committed(let commit, let proof):
            return .succeeded(
                StepSuccess(
                    [
                        "commit": .string(commit), "proven": .bool(proof.isProven),
                        "summary": .string(try await work.summary()),
                    ],
                    summary: proof.isProven ? "proven, commit \(commit.prefix(10))" : "unproven", commit: commit))
        }
    }

    private func instructions(_ prompt: String) throws -> String {
        try context.prompts.text(
            .work,
            [
                "request": .string(context.run.request), "prompt": .string(prompt),
                "checks": .string(step.verify ? context.checksInWords() : ""),
            ])
    }

    /// Work whose result is what the agent says at its end.
    private func free(_ agent: String, _ prompt: String) async throws -> StepResult {
        let runner = SessionRunner(
            context: context, step: call.key, agentName: agent,
            model: try ModelName.named(by: step.model, in: call.scope), tools: step.tools,
            word: lastFailure.map { "Attempt \(call.attempt - 1) failed: \($0)\nGo on, and call `finish` again." })
        switch try await runner.run(opening: { try await context.opening(try instructions(prompt)) }) {
        case .stopped(let result):
            return result
        case .finished(let summary, _):
            let changed = try await context.workspace.tree() != context.workspace.headTree()
            return .succeeded(
                StepSuccess(["summary": .string(summary), "changed": .bool(changed)], summary: summary.firstLine))
        }
    }
}

extension ModelName {
    /// The model that a step asks for, or nil where it leaves that to the agent.
    static func named(by template: ValueTemplate?, in scope: Scope) throws(ExpressionError) -> ModelName? {
        guard let typed = try template?.text(in: scope), !typed.isEmpty else { return nil }
        guard let name = ModelName(typed) else {
            throw ExpressionError(column: 1, message: "'\(typed)' is no model; write provider/model")
        }
        return name
    }
}
