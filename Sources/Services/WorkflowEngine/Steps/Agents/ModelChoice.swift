import AgentRuntime
import Conversation
import Gateway
import Identity
import Runs
import SpecDocuments
import Specs

/// Picks the model of a step's session: when it is opened, and again when its verification has failed.
///
/// What is picked is recorded and never picked again for the same session. Without `models.tiers` it is what the
/// configuration names.
struct ModelChoice: Sendable {
    var context: StepContext
    var step: StepKey
    var agent: AgentDefinition
    /// What the workflow's step asks for.
    var asked: ModelName?

    /// A model, and the one that would have been picked otherwise.
    struct Choice: Sendable, Hashable {
        var model: ModelName
        var change: Change?

        enum Change: Sendable, Hashable {
            case lowered(from: ModelName, because: String)
            case escalated(from: String, because: String)
        }

        func events(_ session: SessionID, _ step: StepKey) -> [RunEvent] {
            switch change {
            case .lowered(let from, let why):
                [.modelLowered(session: session, step: step, from: "\(from)", to: "\(model)", because: why)]
            case .escalated(let from, let why):
                [.modelEscalated(session: session, step: step, from: from, to: "\(model)", because: why)]
            case nil: []
            }
        }
    }

    /// No configured model can take what the step needs: a run stops here until the configuration has one.
    struct NoModel: Error, Sendable, Hashable {
        var reason: String
    }

    /// Throws `NoModel`, and what the configuration has to say where there are no tiers.
    func opening(_ opening: SessionOpening) async throws -> Choice {
        guard let router = context.router, asked == nil else {
            return Choice(model: try asked ?? context.models(agent, context.run.mode))
        }
        var request = try await request()
        request.complexity = try await complexity()
        // Whether the money is enough is asked when it is set aside, and a human then.
        request.budget.left = nil
        // At four bytes a token at least so much; what is too long is shortened later, as far as that goes.
        request.contextTokens = opening.parts.reduce(0) { $0 + $1.utf8.count } / 4
        if !opening.images.isEmpty { request.needs.insert(.images) }
        let decision = router.decide(request)
        guard let chosen = decision.chosen?.model else {
            throw NoModel(reason: decision.refusal ?? "no model is configured")
        }
        guard request.budget.isNearlyUsed else { return Choice(model: chosen) }
        var usual = request
        usual.budget.usedPercent = 0
        guard let other = router.decide(usual).chosen?.model, other != chosen else { return Choice(model: chosen) }
        return Choice(
            model: chosen,
            change: .lowered(from: other, because: "\(request.budget.usedPercent) % of the budget is used"))
    }

    /// A tier up, where configuration, mode and budget allow it and a model there can take over; else nil.
    func climb(of session: Session, after turns: [Turn], because reason: String) async throws -> Choice? {
        guard let router = context.router, let current = ModelName(session.model) else { return nil }
        var request = try await request()
        guard !router.isPinned(request) else { return nil }
        let inputs = try await context.journal.inputs(of: session.id)
        guard
            case .up(let tier) = TierSteps.climb(
                from: router.table.tier(of: current), climbed: inputs.count { $0.model != nil },
                router.table.escalations, context.run.mode, request.budget, of: router.table.configuredTiers)
        else { return nil }
        request.atLeast = tier
        request.editFormat = context.gateway.editFormat(of: current)
        request.contextTokens = turns.last.map { $0.reply.usage.total } ?? 0
        if inputs.contains(where: { !$0.images.isEmpty }) { request.needs.insert(.images) }
        guard let chosen = router.decide(request).chosen?.model, chosen != current else { return nil }
        return Choice(model: chosen, change: .escalated(from: session.model, because: reason))
    }

    private func request() async throws -> RoutingRequest {
        var preferred: RouteTarget?
        if let own = agent.model {
            guard let target = RouteTarget(own) else {
                throw NoModel(reason: "the agent \(agent.name) asks for '\(own)', which is no model and no tier")
            }
            preferred = target
        }
        return RoutingRequest(
            role: agent.name, kind: TaskKind.of(step, agent: agent.name), outputTokens: agent.maxOutputTokens,
            needs: [.tools], mode: context.run.mode,
            budget: .init(spent: try await context.journal.spent(by: context.run.id), of: context.run.budget),
            asked: asked, preferred: preferred)
    }

    /// By the request and the repository, and for a task by its own words and files and the plan that it is part of.
    private func complexity() async throws -> Int {
        let map = Complexity.Map(files: try await context.countFiles?(context.worktree) ?? 0)
        guard let id = step.task, context.run.feature != nil else {
            return Complexity.estimate(context.run.request, map: map)
        }
        let tasks = try context.feature().tasks().tasks
        guard let task = tasks.first(where: { $0.id == id }) else {
            return Complexity.estimate(context.run.request, map: map)
        }
        return Complexity.estimate(
            "\(task.title)\n\(task.details)", plan: .init(tasks: tasks.count, files: task.paths.count), map: map)
    }
}
