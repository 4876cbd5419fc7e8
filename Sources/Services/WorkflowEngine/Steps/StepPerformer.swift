import AgentRuntime
import Conversation
import JSON
import Runs
import Workflows

/// Carries out one step of a workflow: gives it to whoever does its kind of work, and records how it came out.
struct StepPerformer: Sendable {
    var context: StepContext
    var call: StepCall
    /// Why the attempt before this one failed.
    var lastFailure: String?
    /// A task's place among those beside it.
    var lane: Lane?
    /// A task before it that failed for good; then it is not begun.
    var failedBefore: String?

    /// How a stretch of work ended: recorded, so that the machine says what comes next, or not to be gone on with.
    enum Progress: Sendable, Hashable {
        case recorded
        /// To be taken up again when another step has come further.
        case deferred
        case interrupted(reason: String, isConfiguration: Bool)
    }

    func perform() async throws -> Progress {
        if !call.isStarted { try await context.record([.event(.stepStarted(step: call.key, attempt: call.attempt))]) }
        switch try await result() {
        case .succeeded(let success):
            let outcome = StepOutcome.succeeded(
                outputs: success.outputs, summary: success.summary, commit: success.commit)
            try await finish(outcome, with: success.changes)
            return .recorded
        case .failed(let code, let message):
            if code == .timeout { try await context.countInterruptedCalls(in: call.key) }
            try await finish(.failed(code: code, message: message))
            return .recorded
        case .parked:
            return .recorded
        case .deferred:
            return .deferred
        case .interrupted(let reason, let isConfiguration):
            guard call.step.expectsFailures else {
                return .interrupted(reason: reason, isConfiguration: isConfiguration)
            }
            try await finish(.failed(code: .unavailable, message: reason))
            return .recorded
        }
    }

    private func finish(_ outcome: StepOutcome, with changes: [JournalChange] = []) async throws {
        let finished = changes + [.event(.stepFinished(step: call.key, outcome: outcome))]
        // Owned by this line, which awaits it: what was done is recorded even when the run is stopped.
        try await Task { try await context.record(finished) }.value
    }

    /// The result within the step's own time; faults of an expression or an agent's name are failures of the step.
    private func result() async throws -> StepResult {
        if let refusal = try await refusal() { return refusal }
        if let failedBefore, !call.isStarted {
            return .failed(.failed, "was not begun, because \(failedBefore) failed")
        }
        do {
            guard let limit = call.step.timeout else { return try await work() }
            return try await StepTimer(limit: .milliseconds(limit)).hold(to: "step \(call.key)") { try await work() }
        } catch let error as ExpressionError {
            return .failed(.invalid, "step \(call.key): \(error.message)")
        } catch let error as AgentError {
            return .failed(.invalid, "step \(call.key): \(error.message)")
        }
    }

    /// A human's word at one of this attempt's gates that the work shall not go on.
    private func refusal() async throws -> StepResult? {
        let gates = try await context.journal.gates(of: context.run.id, openOnly: false)
        let stopping: Set<Gate.Kind> = [.limit, .budget, .verification]
        let refused = gates.last {
            $0.step == call.key && stopping.contains($0.kind)
                && ($0.answer?.value == "reject" || $0.answer?.isExpired == true)
        }
        guard let refused, let answer = refused.answer else { return nil }
        guard !answer.isExpired else {
            return .failed(.expired, "nobody answered the \(refused.kind.rawValue) gate in time")
        }
        return .failed(.rejected, "stopped by \(answer.answeredBy) at the \(refused.kind.rawValue) gate")
    }

    private func work() async throws -> StepResult {
        switch call.step.kind {
        case .agent(let step):
            return try await AgentWork(context: context, call: call, step: step, lastFailure: lastFailure, lane: lane)
                .perform()
        case .prompt(let step):
            return try await PromptWork(context: context, call: call, step: step).perform()
        case .tool(let step):
            return try await ToolWork(context: context, call: call, step: step).perform()
        case .shell(let step):
            return try await ShellWork(context: context, call: call, step: step).perform()
        case .gate(let step):
            return try await GateWork(context: context, call: call, step: step).perform()
        case .engine(let step):
            return try await EngineWork(context: context, call: call, step: step).perform()
        case .integration(let step):
            return try await IntegrationWork(context: context, call: call, step: step).perform()
        case .parallel, .forEach, .if, .switch, .while, .workflow:
            return .failed(.invalid, "step \(call.key) holds other steps and is no work of its own")
        }
    }
}

extension StepDefinition {
    /// Whether the author has said what a failure means, so that an unreachable model is one instead of a pause.
    var expectsFailures: Bool { retry.attempts > 1 || onError == .continue }
}
