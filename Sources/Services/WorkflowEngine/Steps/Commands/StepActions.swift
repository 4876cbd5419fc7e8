import AgentRuntime
import Conversation
import Identity
import JSON
import Runs
import Timekeeping
import Tools
import Workflows

/// The journaled actions of a step that no agent performs: one a step and attempt, found again after a crash.
struct StepActions: Sendable {
    var context: StepContext
    var call: StepCall

    /// The step's session, which holds its actions and no conversation.
    func session(offering tools: [ToolDefinition]) async throws -> Session {
        if let known = try await context.journal.session(of: context.run.id, step: call.key) { return known }
        let session = Session(
            id: context.ids.next(), run: context.run.id, step: call.key, agent: "workflow", model: "none", system: "",
            tools: tools, openedAt: context.clock.now())
        try await context.record([.session(session)])
        return session
    }

    /// What this attempt has begun, if anything.
    func begun(in session: Session) async throws -> Action? {
        try await context.journal.actions(of: session.id).last { $0.turn == call.attempt && $0.index == 0 }
    }

    func action(_ intent: ActionIntent, tool: String, in session: Session) -> Action {
        Action(
            id: context.ids.next(), session: session.id, turn: call.attempt, index: 0, tool: tool,
            callID: "\(call.key)#\(call.attempt)", intent: intent)
    }

    /// Parks the step at a gate of its action.
    func park(
        at kind: Gate.Kind, _ question: String, details: String, choices: [Gate.Choice], tool: String,
        in session: Session
    ) async throws -> StepResult {
        let opened = context.gate(kind, step: call.key, question, details: details, choices: choices)
        guard case .gate(let gate)? = opened.first else { return .parked }
        try await context.record([.action(action(.ask(gate: gate.id), tool: tool, in: session))] + opened)
        return .parked
    }
}
