import Conversation
import Gateway
import Identity
import JSON
import Money
import Policy
import Runs
import Timekeeping
import Tools

/// Starting other agents.
///
/// An agent's session is found by its step, which the number of its start makes: a process that goes on after a crash finds
/// the same session and goes on in it, so nothing is bought or done twice.
extension ActionRunner {
    /// Whether the call starts an agent that only reads, and may run beside others of its kind.
    func mayRunBeside(_ pending: Transcript.PendingCall) -> Bool {
        guard pending.begun == nil, let subAgents, let room = session.step.nextDepth,
            session.tools.contains(where: { $0.name == pending.call.name }), pending.call.name == SpawnAgentTool.name,
            case .success(let arguments) = tools.arguments(of: pending.call),
            let name = arguments["agent"]?.stringValue,
            // An agent that does not exist starts nothing.
            let agent = try? subAgents.agents.agent(named: name), agent.isSpawnable,
            permissions.decide(tool: SpawnAgentTool.name, on: .text(name)) == .allow
        else { return false }
        let request = SpawnRequest(
            agent: name, task: "", tools: arguments["tools"]?.arrayValue?.compactMap(\.stringValue))
        return SubAgents.isLooking(
            SubAgents.tools(of: agent, for: request, parent: Set(session.tools.map(\.name)), depth: room))
    }

    func spawn(_ request: SpawnRequest, _ place: Place) async throws -> Outcome {
        guard let subAgents, let room = place.room, let depth = session.step.nextDepth else {
            return try await answer(
                .error("no agent can be started from here: agents start others \(SubAgents.deepest) deep at the most"),
                place)
        }
        let agent: AgentDefinition
        do {
            agent = try subAgents.agents.agent(named: request.agent)
        } catch {
            return try await answer(.error(error.message), place)
        }
        guard agent.isSpawnable else {
            let names = subAgents.agents.spawnable.map(\.name).joined(separator: ", ")
            return try await answer(.error("the agent \(agent.name) cannot be started; these can: \(names)"), place)
        }
        var limits = room.limits
        limits.turns = min(limits.turns, request.maxTurns ?? .max)
        var budget = room.budget
        if let text = request.budget {
            guard let amount = USD(parsing: text), amount > .zero else {
                return try await answer(.error("'\(text)' is no amount of dollars; write it as 0.50"), place)
            }
            budget = budget.map { min($0, amount) } ?? amount
        }
        let child = try await opened(agent, request, place, room.number, depth, subAgents)
        var actions = ActionRunner(
            session: child, tools: tools, context: context, permissions: permissions,
            writes: SubAgents.writes(of: agent, for: request, parent: writes), workplace: workplace, journal: journal,
            clock: clock, ids: ids)
        actions.hooks = hooks?.of(child)
        actions.subAgents = subAgents
        var work = AgentSession(
            session: child, maxOutputTokens: agent.maxOutputTokens, limits: limits, context: subAgents.context,
            gateway: subAgents.gateway, actions: actions, journal: journal, clock: clock, ids: ids)
        work.cap = budget
        return try await finish(try await work.run(), of: child, place)
    }

    /// What becomes of the call when the agent that it started ends, or cannot go on.
    private func finish(_ outcome: AgentSession.Outcome, of child: Session, _ place: Place) async throws -> Outcome {
        switch outcome {
        case .finished(let summary):
            let text = """
                <agent_answer agent="\(child.agent)" step="\(child.step)">
                \(summary.replacing("</agent_answer", with: "<\\/agent_answer"))
                </agent_answer>
                """
            return try await finish(action(.none, place), place, with: .ok(text))
        case .limitReached(let limit):
            let last = try await journal.turns(of: child.id).last?.reply.message.text ?? ""
            let words = last.isEmpty ? "" : " Its last words were:\n\(last.prefix(2000))"
            return try await finish(
                action(.none, place), place,
                with: .error("the \(child.agent) used up \(limit) before it had finished.\(words)"))
        case .blocked(let reason):
            return try await finish(action(.none, place), place, with: .error(reason))
        case .waiting(let gate):
            return .waiting(gate)
        case .overBudget, .modelFailed:
            return .stopped(outcome)
        }
    }

    /// The session of the agent: found again, or opened.
    private func opened(
        _ agent: AgentDefinition, _ request: SpawnRequest, _ place: Place, _ number: Int, _ depth: Int,
        _ subAgents: SubAgents
    ) async throws -> Session {
        let step = session.step.agent(number)
        if let known = try await journal.session(of: session.run, step: step) { return known }
        let model = try subAgents.models(agent)
        let parent = Set(session.tools.map(\.name))
        let names = SubAgents.tools(of: agent, for: request, parent: parent, depth: depth)
        let format = subAgents.gateway.editFormat(of: model)
        var allowed = parent.union([FinishTool.name])
        if parent.contains("edit_file") || parent.contains("apply_patch") {
            allowed.formUnion(["edit_file", "apply_patch"])
        }
        let offered = EditTools.offered(names, for: format).intersection(allowed)
        let child = Session(
            id: ids.next(), run: session.run, step: step, agent: agent.name, model: "\(model)",
            system: subAgents.system(agent), tools: tools.definitions(of: offered), openedAt: clock.now())
        var words = [
            """
            The \(session.agent) of your team asks you for one piece of work. You see nothing of their conversation, and they \
            hear nothing of yours but the summary that you give to `finish`.

            <task>
            \(request.task)
            </task>
            """
        ]
        if let files = request.files {
            words.append("You may change these files and no others: \(files.joined(separator: ", ")).")
        }
        try await record([
            .session(child),
            .input(
                SessionInput(session: child.id, afterTurn: 0, text: words.joined(separator: "\n\n"), kind: .opening)),
            .event(
                .actionStarted(
                    session: session.id, turn: place.turn, tool: SpawnAgentTool.name,
                    summary: Self.brief("\(agent.name): \(request.task)"))),
            .event(.sessionOpened(session: child.id, step: step, agent: agent.name, model: "\(model)")),
        ])
        return child
    }
}

extension StepKey {
    /// How deep an agent stands that this step's agent starts, or nil where it may start none.
    var nextDepth: Int? { depth < SubAgents.deepest ? depth + 1 : nil }
}
