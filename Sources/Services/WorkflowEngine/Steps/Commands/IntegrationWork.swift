import AgentRuntime
import Conversation
import Identity
import IntegrationRoles
import JSON
import Policy
import Runs
import Workflows

/// Asks an outside system for something, once for each attempt.
///
/// The wish is recorded before the system is told, and what it gave after. A call of which only the wish is recorded is
/// made again where it only reads or the system knows it by its key; otherwise a gate asks.
struct IntegrationWork: Sendable {
    var context: StepContext
    var call: StepCall
    var step: IntegrationStep

    func perform() async throws -> StepResult {
        let asked: IntegrationCall
        do throws(IntegrationError) {
            asked = try IntegrationCall(role: step.role, action: step.action, arguments: try arguments())
        } catch {
            return .failed(.invalid, "step \(call.key): \(error.message)")
        }
        guard context.integrations.integration(for: asked.role) != nil else {
            return .failed(
                .unavailable,
                "step \(call.key) needs \(asked.role.phrase), and none is connected: no integration plays that role yet"
            )
        }
        let actions = StepActions(context: context, call: call)
        let session = try await actions.session(offering: [])
        let permission = StepPermission(
            actions: actions, tool: tool, subject: asked.action.name, deed: asked.summary, phrase: asked.summary,
            participle: "made")
        guard let begun = try await actions.begun(in: session) else {
            return try await permission.ask(session) { try await make(asked, session) }
        }
        if let result = begun.result { return outcome(of: result, asked) }
        switch begun.intent {
        case .none:
            return try await make(asked, session)
        case .ask(let gate):
            return try await permission.goOn(after: gate, session) { try await make(asked, session) }
        default:
            return try await permission.askAgain(
                "The engine was stopped during this call; may it be made again: \(asked.summary)",
                details: "It is not known whether \(systemName(asked)) did it. Look there first.",
                repeating: "make the call again", skipping: "do not make it again; the step has failed", session)
        }
    }

    private func arguments() throws(IntegrationError) -> JSONValue {
        do {
            return try step.arguments.value(in: call.scope)
        } catch {
            throw IntegrationError(.invalid, "\(error)")
        }
    }

    private func systemName(_ asked: IntegrationCall) -> String {
        context.integrations.integration(for: asked.role)?.name ?? asked.role.phrase
    }

    /// The name that rules of the policy know the role by, such as `tracker(create *)`.
    private var tool: String { step.role.replacing("-", with: "_") }

    // MARK: - Calling

    private func make(_ asked: IntegrationCall, _ session: Session) async throws -> StepResult {
        let intent: ActionIntent =
            context.integrations.isRepeatable(asked) ? .none : .unconfined(command: asked.summary)
        var action = StepActions(context: context, call: call).action(intent, tool: tool, in: session)
        try await context.record([
            .action(action),
            .event(.actionStarted(session: session.id, turn: call.attempt, tool: tool, summary: asked.summary)),
        ])
        // Without the attempt: a retry of a call that failed on the way is the same wish.
        let key = CallKey("\(context.run.id.string)/\(call.key.rawValue)")
        let result: ToolResult
        do {
            let given = try await context.integrations.perform(asked, key: key)
            result = ToolResult(callID: action.callID, text: given.text(), outcome: .ok)
        } catch let error as IntegrationError {
            result = ToolResult(callID: action.callID, text: error.message, outcome: .error)
        }
        action.result = result
        let finished = action
        // Owned by this line, which awaits it: what was done is recorded even when the run is stopped.
        try await Task {
            try await context.record([
                .action(finished),
                .event(
                    .actionFinished(
                        session: session.id, turn: call.attempt, tool: tool, outcome: result.outcome,
                        summary: result.outcome == .ok ? asked.summary : result.text.firstLine)),
            ])
        }.value
        return outcome(of: result, asked)
    }

    private func outcome(of result: ToolResult, _ asked: IntegrationCall) -> StepResult {
        guard result.outcome == .ok else { return .failed(.failed, "step \(call.key): \(result.text)") }
        do throws(JSONError) {
            return .succeeded(StepSuccess(try JSONValue(parsing: result.text), summary: asked.summary))
        } catch {
            return .failed(
                .invalid, "step \(call.key): what \(systemName(asked)) gave cannot be read: \(error.message)")
        }
    }
}
