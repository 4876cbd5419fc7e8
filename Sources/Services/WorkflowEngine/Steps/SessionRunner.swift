import AgentRuntime
import Conversation
import Files
import Gateway
import Identity
import Money
import Policy
import Runs
import Specs
import Timekeeping
import Tools

/// Opens a step's session, or finds it again, and works on it.
struct SessionRunner: Sendable {
    var context: StepContext
    var step: StepKey
    var agentName: String

    enum Result: Sendable {
        case finished(summary: String, session: AgentSession)
        /// A gate is open, or the run is interrupted.
        case paused(StepProgress)
    }

    /// Works on the step's session until its agent finishes or a human is needed.
    ///
    /// - Parameter opening: what to say first; it is recorded, so it is only asked for when the session is new.
    func run(opening: () throws -> String) async throws -> Result {
        let session = try await prepare(opening: opening)
        switch try await session.run() {
        case .finished(let summary):
            return .finished(summary: summary, session: session)
        case .waiting:
            return .paused(.recorded)
        case .limitReached(let limit):
            try await context.open(
                .limit, step: step, "The \(agentName) has used \(limit) on \(step); may it go on?",
                details: "Approving allows as much again.",
                choices: [.init("approve", "go on, as much again"), .init("reject", "stop the run")])
            return .paused(.recorded)
        case .overBudget(let spent, let needed, let budget):
            try await context.open(
                .budget, step: step,
                "The run has spent \(spent) of \(budget), and the next call may need \(needed); raise the budget?",
                details: "Approving adds \(budget) once more; answering with an amount sets the budget to it.",
                choices: [
                    .init("approve", "raise the budget to \(budget + budget)"), .init("reject", "stop the run"),
                ])
            return .paused(.recorded)
        case .modelFailed(let error):
            let mended: Set<ModelError.Code> = [.authentication, .unknownModel, .outOfCredit]
            return .paused(.interrupted(reason: error.message, isConfiguration: mended.contains(error.code)))
        }
    }

    private func prepare(opening: () throws -> String) async throws -> AgentSession {
        let agent = try context.agents.agent(named: agentName)
        let session: Session
        if let known = try await existing() {
            session = known
        } else {
            session = try await open(agent, opening: try opening())
        }
        let extensions = try await context.gates(.limit, of: step).count { $0.answer?.value == "approve" }
        let actions = ActionRunner(
            session: session, tools: context.tools,
            context: ToolContext(
                root: context.worktree, paths: context.settings.paths, searchPath: context.searchPath),
            permissions: context.settings.permissions, writes: agent.writes, workplace: context.workplace,
            journal: context.journal,
            clock: context.clock, ids: context.ids)
        return AgentSession(
            session: session, maxOutputTokens: agent.maxOutputTokens,
            limits: context.settings.session.extended(times: extensions), gateway: context.gateway, actions: actions,
            journal: context.journal, clock: context.clock, ids: context.ids)
    }

    private func existing() async throws -> Session? {
        try await context.journal.session(of: context.run.id, step: step)
    }

    private func open(_ agent: AgentDefinition, opening: String) async throws -> Session {
        let model = try context.models(agent, context.run.mode)
        let prompt = SystemPrompt(
            instructions: agent.instructions, constitution: ProjectTexts.constitution(in: context.worktree),
            projectNotes: ProjectTexts.notes(in: context.worktree))
        let session = Session(
            id: context.ids.next(), run: context.run.id, step: step, agent: agent.name, model: "\(model)",
            system: prompt.text, tools: context.tools.definitions(of: agent.tools), openedAt: context.clock.now())
        try await context.record([
            .session(session), .input(SessionInput(session: session.id, afterTurn: 0, text: opening)),
            .event(.sessionOpened(session: session.id, step: step, agent: agent.name, model: "\(model)")),
        ])
        return session
    }
}
