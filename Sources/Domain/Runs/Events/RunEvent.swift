package import Conversation
package import Identity
package import Money

/// A fact about a run, appended with the state it describes in one transaction.
///
/// Screens, streams, metrics and audit are views of these; `RunMachine` is their fold.
package enum RunEvent: Sendable, Hashable, Codable {
    case runStarted(request: String, mode: Mode, budget: USD, baseCommit: String, isTreeDirty: Bool)
    /// What the user gave the run to know, frozen.
    case contextAdded(items: [ContextItem])
    case workspacePrepared(branch: String, worktree: String)
    case featureNamed(folder: String)
    case runResumed(process: Int32)
    case stepStarted(step: StepKey)
    case stepFinished(step: StepKey, outcome: StepOutcome)

    case sessionOpened(session: SessionID, step: StepKey, agent: String, model: String)
    case turnStarted(session: SessionID, turn: Int, reserved: USD)
    case turnFinished(session: SessionID, turn: Int, usage: Usage, cost: USD, text: String, calls: [String])
    case turnFailed(session: SessionID, turn: Int, code: ModelError.Code, message: String, retryInMilliseconds: Int64?)
    /// A call was in flight when the process died; it is asked again, and its reservation is counted as spent.
    case turnInterrupted(session: SessionID, turn: Int, counted: USD)
    case actionStarted(session: SessionID, turn: Int, tool: String, summary: String)
    case actionFinished(session: SessionID, turn: Int, tool: String, outcome: ToolResult.Outcome, summary: String)
    /// The older turns of a session are given to the model in short from now on; the sizes are estimates in tokens.
    case contextCompacted(
        session: SessionID, turn: Int, summarizedThrough: Int, shortenedThrough: Int, before: Int, after: Int)
    case snapshotTaken(reference: String, tree: String)

    case tasksPlanned(tasks: [PlannedTask], estimate: CostEstimate)
    case verificationStarted(step: StepKey, attempt: Int, commands: [String])
    case receiptRecorded(receipt: ReceiptID, step: StepKey, check: String, command: String, outcome: Receipt.Outcome)
    case attemptFailed(step: StepKey, attempt: Int, reason: String)
    case taskCommitted(task: String, commit: String, proof: Proof)
    case finalCheckFinished(proof: Proof, tree: String)

    case gateOpened(gate: GateID, kind: Gate.Kind, step: StepKey?, question: String)
    case gateAnswered(gate: GateID, kind: Gate.Kind, step: StepKey?, value: String, by: String)
    case budgetWarning(spent: USD, budget: USD)
    case budgetRaised(to: USD)

    case cancelRequested(by: String)
    case runInterrupted(reason: String)
    case runEnded(status: RunStatus, summary: String)
    case runMerged(commit: String, into: String)
    case taskUndone(task: String?, commit: String)
}

/// How a step of the flow came out.
package enum StepOutcome: Sendable, Hashable, Codable {
    /// With one sentence on what was made, and the commit that holds it.
    case done(summary: String, commit: String?)
    case failed(reason: String)
}

/// A task as planned: the line of `tasks.md` in short.
package struct PlannedTask: Sendable, Hashable, Codable {
    package var id: String
    package var title: String

    package init(id: String, title: String) {
        self.id = id
        self.title = title
    }
}

/// Whether receipts stand behind a piece of work.
package enum Proof: Sendable, Hashable, Codable {
    case proven(receipts: [ReceiptID])
    /// Nothing proves it, and why.
    case unproven(reason: String)

    package var isProven: Bool { if case .proven = self { true } else { false } }
}

/// What a plan is expected to cost before it is approved.
package struct CostEstimate: Sendable, Hashable, Codable {
    package var low: USD
    package var high: USD
    /// What the figures rest on, in one sentence.
    package var basis: String

    package init(low: USD, high: USD, basis: String) {
        self.low = low
        self.high = high
        self.basis = basis
    }
}
