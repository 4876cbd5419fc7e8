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
    /// The model that the step asks for, over the agent's own.
    var model: ModelName?
    /// The only tools of the agent's that the step allows; nil for all of them.
    var tools: [String]?
    /// What to say to a session that had ended before it goes on.
    var word: String?

    enum Result: Sendable {
        case finished(summary: String, session: AgentSession)
        /// A gate is open, or the run is interrupted.
        case stopped(StepResult)
    }

    /// Works on the step's session until its agent finishes or a human is needed.
    ///
    /// - Parameter opening: what to say first; it is recorded, so it is only asked for when the session is new.
    func run(opening: () async throws -> SessionOpening) async throws -> Result {
        let session: AgentSession
        do {
            session = try await prepare(opening: opening)
        } catch let error as ModelChoice.NoModel {
            return .stopped(.interrupted(reason: error.reason, isConfiguration: true))
        }
        switch try await session.run() {
        case .finished(let summary):
            return .finished(summary: summary, session: session)
        case .waiting:
            return .stopped(.parked)
        case .limitReached(let limit):
            try await context.open(
                .limit, step: step, "The \(agentName) has used \(limit) on \(step); may it go on?",
                details: "Approving allows as much again.",
                choices: [.init("approve", "go on, as much again"), .init("reject", "stop the run")])
            return .stopped(.parked)
        case .overBudget(let refusal):
            try await context.record(BudgetGate.opening(refusal, for: context.run.id, step, context.ids, context.clock))
            return .stopped(.parked)
        case .blocked(let reason):
            return .stopped(.interrupted(reason: reason, isConfiguration: true))
        case .modelFailed(let error):
            let mended: Set<ModelError.Code> = [.authentication, .unknownModel, .outOfCredit]
            return .stopped(.interrupted(reason: error.message, isConfiguration: mended.contains(error.code)))
        }
    }

    private func prepare(opening: () async throws -> SessionOpening) async throws -> AgentSession {
        let agent = try context.agents.agent(named: agentName)
        var session: Session
        if let known = try await existing() {
            session = known
            // What took over is recorded, not decided again.
            if let model = try await context.journal.inputs(of: known.id).compactMap(\.model).last {
                session.model = model
            }
            try await tellCorrections(in: known)
            try await tellWord(in: known)
        } else {
            session = try await open(agent, opening: try await opening())
        }
        let extensions = try await context.gates(.limit, of: step).count { $0.answer?.value == "approve" }
        var actions = ActionRunner(
            session: session, tools: context.tools,
            context: ToolContext(
                root: context.worktree, paths: context.settings.paths, searchPath: context.searchPath,
                images: images(of: session)),
            permissions: context.settings.permissions, writes: agent.writes, workplace: context.workplace,
            journal: context.journal,
            clock: context.clock, ids: context.ids, keepImage: { [given = context.given] in try given.keep($0, of: $1) }
        )
        actions.hooks = context.hooks(of: session)
        actions.subAgents = subAgents
        return AgentSession(
            session: session, maxOutputTokens: agent.maxOutputTokens,
            limits: context.settings.session.extended(times: extensions), context: context.settings.context,
            images: { [given = context.given] in try given.bytes(of: $0) }, gateway: context.gateway, actions: actions,
            journal: context.journal, clock: context.clock, ids: context.ids)
    }

    /// Says the word, once; a session that hears it goes on.
    private func tellWord(in session: Session) async throws {
        guard let word else { return }
        let turns = try await context.journal.turns(of: session.id).count
        let inputs = try await context.journal.inputs(of: session.id)
        guard turns > 0, !inputs.contains(where: { $0.text == word }) else { return }
        try await context.record([.input(SessionInput(session: session.id, afterTurn: turns, text: word))])
    }

    private func images(of session: Session) -> ToolContext.Images {
        let card = ModelName(session.model).flatMap { context.gateway.card(of: $0) }
        return card?.images == .taken ? .taken : .refused(model: session.model)
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

    /// What the step's agent may start; their rights come from its own.
    private var subAgents: SubAgents {
        SubAgents(
            agents: context.agents, models: { [context] in try context.models($0, context.run.mode) },
            system: { [root = context.worktree] in Self.prompt(of: $0, in: root) }, gateway: context.gateway,
            context: context.settings.context)
    }

    private static func prompt(of agent: AgentDefinition, in root: FilePath) -> String {
        SystemPrompt(
            instructions: agent.instructions, constitution: ProjectTexts.constitution(in: root),
            projectNotes: ProjectTexts.notes(in: root)
        ).text
    }

    private func existing() async throws -> Session? {
        try await context.journal.session(of: context.run.id, step: step)
    }

    private func open(_ agent: AgentDefinition, opening: SessionOpening) async throws -> Session {
        let choice = try await ModelChoice(context: context, step: step, agent: agent, asked: model).opening(opening)
        let model = choice.model
        let allowed = tools.map { agent.tools.intersection($0.isEmpty ? [] : $0 + ["finish"]) } ?? agent.tools
        let tools = EditTools.offered(allowed, for: context.gateway.editFormat(of: model))
        let session = Session(
            id: context.ids.next(), run: context.run.id, step: step, agent: agent.name, model: "\(model)",
            system: Self.prompt(of: agent, in: context.worktree), tools: context.tools.definitions(of: tools),
            openedAt: context.clock.now())
        try await context.record(
            [.session(session)] + opening.inputs(of: session.id).map { .input($0) } + [
                .event(.sessionOpened(session: session.id, step: step, agent: agent.name, model: "\(model)"))
            ] + choice.events(session.id, step).map { .event($0) })
        return session
    }
}
