import Conversation
import Identity
import Policy
import Runs
import Timekeeping
import Tools

/// What is asked of a human before a call goes on.
extension ActionRunner {
    func askPermission(_ reason: String, for decision: ToolDecision, _ place: Place) async throws -> Outcome {
        let what =
            switch decision {
            case .execute(let request): request.commandLine
            case .verify(let request): request.commandLine
            case .change(let change): "write \(change.path)"
            case .changes(let changes, _):
                changes.map { ($0.after == nil ? "delete " : "write ") + $0.path }.joined(separator: ", ")
            case .spawn(let request): "start the agent \(request.agent)"
            default: place.call.name
            }
        return try await open(
            .permission, "May the \(session.agent) do this: \(what)", details: reason,
            choices: [.init("approve", "allow it this once"), .init("reject", "refuse it; the agent is told")], place)
    }

    func askAboutUnknownEffect(of command: String, _ begun: Action, _ place: Place) async throws -> Outcome {
        try await open(
            .unknownEffect, "The engine was stopped while this command ran; may it be run again: \(command)",
            details: "The command was not confined to the workspace, so its effect is not known.",
            choices: [.init("repeat", "run it again"), .init("skip", "do not run it again; tell the agent")], place)
    }

    func open(
        _ kind: Gate.Kind, _ question: String, details: String, choices: [Gate.Choice], _ place: Place
    ) async throws -> Outcome {
        let gate = Gate(
            id: ids.next(), run: session.run, step: session.step, kind: kind, question: question, details: details,
            choices: choices, openedAt: clock.now())
        let opened = RunEvent.gateOpened(gate: gate.id, kind: kind, step: session.step, question: question)
        try await record([.action(action(.ask(gate: gate.id), place)), .gate(gate), .event(opened)])
        return .waiting(gate)
    }
}
