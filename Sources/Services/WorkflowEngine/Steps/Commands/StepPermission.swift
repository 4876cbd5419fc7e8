import Identity
import Policy
import Runs
import Workflows

/// Whether a step may do what it is about to do: what the policy says of it, and what people say at a gate.
struct StepPermission: Sendable {
    var actions: StepActions
    /// The name that rules of the policy know it by, such as `run_command`.
    var tool: String
    /// What the rules look at, such as a whole command line.
    var subject: String
    /// What gates say that is done.
    var deed: String
    /// The same in messages, in one line.
    var phrase: String
    /// The deed once more as a word, such as `run`: `is not run again`.
    var participle: String

    /// Does it where the policy allows it, and asks at a gate where it leaves that to people.
    func ask(_ session: Session, do perform: () async throws -> StepResult) async throws -> StepResult {
        switch actions.context.settings.permissions.decide(tool: tool, on: .command(subject)) {
        case .allow:
            return try await perform()
        case .deny(let reason):
            return .failed(.refused, "step \(actions.call.key): the policy does not allow \(phrase): \(reason)")
        case .ask(let reason):
            return try await park(
                .permission, "May step \(actions.call.key) do this: \(deed)", details: reason,
                choices: [.init("approve", "allow it this once"), .init("reject", "refuse it; the step has failed")],
                session)
        }
    }

    /// Asks whether it is to be done again, as it is not known whether it was.
    func askAgain(
        _ question: String, details: String, repeating: String, skipping: String, _ session: Session
    ) async throws -> StepResult {
        try await park(
            .unknownEffect, question, details: details,
            choices: [.init("repeat", repeating), .init("skip", skipping)], session)
    }

    /// Does what was answered at the gate; a gate that nobody answered keeps the step waiting.
    func goOn(
        after id: GateID, _ session: Session, do perform: () async throws -> StepResult
    ) async throws -> StepResult {
        guard let gate = try await actions.context.journal.gate(id) else { return try await ask(session, do: perform) }
        guard let answer = gate.answer else { return .parked }
        if ["approve", "repeat"].contains(answer.value) { return try await perform() }
        let what = gate.kind == .permission ? "was refused" : "was interrupted and is not \(participle) again"
        return .failed(.rejected, "step \(actions.call.key): \(phrase) \(what), says \(answer.answeredBy)")
    }

    private func park(
        _ kind: Gate.Kind, _ question: String, details: String, choices: [Gate.Choice], _ session: Session
    ) async throws -> StepResult {
        try await actions.park(at: kind, question, details: details, choices: choices, tool: tool, in: session)
    }
}
