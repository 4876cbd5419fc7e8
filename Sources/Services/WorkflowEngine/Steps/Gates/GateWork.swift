import Identity
import JSON
import Runs
import Timekeeping
import Workflows

/// Asks a human what a workflow wants to know, once, and gives the answer as outputs.
struct GateWork: Sendable {
    var context: StepContext
    var call: StepCall
    var step: GateStep

    func perform() async throws -> StepResult {
        let known = try await context.gates(.step, of: call.key)
        guard let gate = known.last(where: { !isOfAnotherAttempt($0, among: known) }) else {
            return try await open()
        }
        guard let answer = gate.answer else { return .parked }
        if answer.isExpired, step.defaultAnswer == nil {
            return .failed(.expired, "\(call.step.name) was not answered in time")
        }
        guard !step.rejections.contains(answer.value) else {
            let remark = answer.comment.map { ": \($0)" } ?? ""
            return .failed(.rejected, "\(call.step.name) was rejected by \(answer.answeredBy)\(remark)")
        }
        return .succeeded(
            StepSuccess(
                [
                    "answer": .string(answer.value), "data": answer.data ?? .null, "by": .string(answer.answeredBy),
                    "comment": answer.comment.map { .string($0) } ?? .null,
                ], summary: "answered by \(answer.answeredBy): \(answer.value.firstLine)"))
    }

    /// The n-th attempt has the n-th gate.
    private func isOfAnotherAttempt(_ gate: Gate, among gates: [Gate]) -> Bool {
        gates.firstIndex { $0.id == gate.id } != call.attempt - 1
    }

    /// Opens the gate, or says why it would not be one.
    private func open() async throws -> StepResult {
        let now = context.clock.now()
        let gate = Gate(
            id: context.ids.next(), run: context.run.id, step: call.key, kind: .step,
            question: try step.question.text(in: call.scope), details: try step.details?.text(in: call.scope) ?? "",
            choices: choices, openedAt: now, form: step.form,
            expiresAt: step.expiresAfter.map { now + .milliseconds($0) }, defaultAnswer: step.defaultAnswer,
            remindEvery: step.remindEvery.map { .milliseconds($0) })
        if let fault = gate.faults.first {
            return .failed(.invalid, "step \(call.key) asks what cannot be answered: \(fault)")
        }
        try await context.record([
            .gate(gate),
            .event(.gateOpened(gate: gate.id, kind: .step, step: call.key, question: gate.question)),
        ])
        return .parked
    }

    private var choices: [Gate.Choice] {
        if !step.choices.isEmpty { return step.choices.map { .init($0.value, $0.label) } }
        guard step.asks == .approval else { return [] }
        return [.init("approve", "go on"), .init("reject", "stop")]
    }
}
