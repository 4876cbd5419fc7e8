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
    func run(opening: () async throws -> SessionOpening) async throws -> Result {
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

    private func prepare(opening: () async throws -> SessionOpening) async throws -> AgentSession {
        let agent = try context.agents.agent(named: agentName)
        let session: Session
        if let known = try await existing() {
            session = known
            try await tellCorrections(in: known)
        } else {
            session = try await open(agent, opening: try await opening())
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
            limits: context.settings.session.extended(times: extensions), context: context.settings.context,
            images: { [given = context.given] in try given.bytes(of: $0) }, gateway: context.gateway, actions: actions,
            journal: context.journal, clock: context.clock, ids: context.ids)
    }

    /// Tells the agent what the user has said at gates since the session was opened.
    private func tellCorrections(in session: Session) async throws {
        let inputs = try await context.journal.inputs(of: session.id)
        let corrections = Corrections(try await context.journal.gates(of: context.run.id, openOnly: false))
            .unheard(in: inputs, of: step)
        guard let text = corrections.text else { return }
        let turns = try await context.journal.turns(of: session.id).count
        try await context.record([
            .input(
                SessionInput(
                    session: session.id, afterTurn: turns, text: text, kind: .correction,
                    gates: corrections.gates.map(\.id)))
        ])
    }

    private func existing() async throws -> Session? {
        try await context.journal.session(of: context.run.id, step: step)
    }

    private func open(_ agent: AgentDefinition, opening: SessionOpening) async throws -> Session {
        let model = try context.models(agent, context.run.mode)
        let tools = EditTools.offered(agent.tools, for: context.gateway.editFormat(of: model))
        let prompt = SystemPrompt(
            instructions: agent.instructions, constitution: ProjectTexts.constitution(in: context.worktree),
            projectNotes: ProjectTexts.notes(in: context.worktree))
        let session = Session(
            id: context.ids.next(), run: context.run.id, step: step, agent: agent.name, model: "\(model)",
            system: prompt.text, tools: context.tools.definitions(of: tools), openedAt: context.clock.now())
        try await context.record(
            [.session(session)] + opening.inputs(of: session.id).map { .input($0) } + [
                .event(.sessionOpened(session: session.id, step: step, agent: agent.name, model: "\(model)"))
            ])
        return session
    }
}
