package import Conversation
package import Identity
package import JSON
package import Money
package import Timekeeping
package import Workflows

/// A fact about a run, appended with the state it describes in one transaction.
///
/// Screens, streams, metrics and audit are views of these; `RunMachine` is their fold.
package enum RunEvent: Sendable, Hashable, Codable {
    /// A priority of nil is the normal one.
    case runStarted(
        request: String, mode: Mode, budget: USD, baseCommit: String, isTreeDirty: Bool, priority: Priority? = nil)
    /// The workflow with its sub-workflows, as it stays for the whole run; the hash is that of its canonical text.
    case workflowFrozen(definition: WorkflowDefinition, hash: String, inputs: JSONValue)
    /// What the user gave the run to know, frozen.
    case contextAdded(items: [ContextItem])
    case workspacePrepared(branch: String, worktree: String)
    case featureNamed(folder: String)
    case runResumed(process: Int32)
    /// An attempt at a step began; attempts are counted from 1. An interrupted one keeps its number when taken up again.
    case stepStarted(step: StepKey, attempt: Int = 1)
    case stepFinished(step: StepKey, outcome: StepOutcome)

    case sessionOpened(session: SessionID, step: StepKey, agent: String, model: String)
    case turnStarted(session: SessionID, turn: Int, reserved: USD)
    /// Where nobody knows the price, the cost is zero and means nothing.
    case turnFinished(
        session: SessionID, turn: Int, usage: Usage, cost: USD, text: String, calls: [String], isUnpriced: Bool? = nil)
    case turnFailed(session: SessionID, turn: Int, code: ModelError.Code, message: String, retryInMilliseconds: Int64?)
    /// A call was in flight when the process died; it is asked again, and its reservation is counted as spent.
    case turnInterrupted(session: SessionID, turn: Int, counted: USD)
    /// A call waits: for a batch of its provider, or until the hour that is meant for such calls.
    case callWaits(session: SessionID, turn: Int, model: String, until: Timestamp? = nil)
    /// The calls of a run of low priority go out at once, as its provider takes no batches and no hour is set.
    case priorityIgnored(session: SessionID, turn: Int, model: String)
    case actionStarted(session: SessionID, turn: Int, tool: String, summary: String)
    case actionFinished(session: SessionID, turn: Int, tool: String, outcome: ToolResult.Outcome, summary: String)
    /// The older turns of a session are given to the model in short from now on; the sizes are estimates in tokens.
    case contextCompacted(
        session: SessionID, turn: Int, summarizedThrough: Int, shortenedThrough: Int, before: Int, after: Int)
    case snapshotTaken(reference: String, tree: String)
    /// A hook blocked, failed or had something to say; the moment is as hook files call it.
    case hookFinished(
        hook: String, moment: String, step: StepKey?, session: SessionID?, turn: Int?, outcome: HookOutcome,
        detail: String)
    /// The project has hooks that were not run, and what to do about it.
    case hooksIgnored(file: String, advice: String)

    case tasksPlanned(tasks: [PlannedTask], estimate: CostEstimate)
    case verificationStarted(step: StepKey, attempt: Int, commands: [String])
    case receiptRecorded(receipt: ReceiptID, step: StepKey, check: String, command: String, outcome: Receipt.Outcome)
    case attemptFailed(step: StepKey, attempt: Int, reason: String)
    case taskCommitted(task: String, commit: String, proof: Proof)
    case finalCheckFinished(proof: Proof, tree: String)

    case gateOpened(gate: GateID, kind: Gate.Kind, step: StepKey?, question: String)
    case gateAnswered(gate: GateID, kind: Gate.Kind, step: StepKey?, value: String, by: String)
    /// The people at the gate were reminded, for the number-th time.
    case gateReminded(gate: GateID, kind: Gate.Kind, step: StepKey?, number: Int)
    /// The time ran out; `gateAnswered` follows with the same value, which is the default's or `expired`.
    case gateExpired(gate: GateID, kind: Gate.Kind, step: StepKey?, value: String, isDefault: Bool)
    /// Four fifths, or the configured share, of a limit is spent; of the run where no account is named.
    case budgetWarning(spent: USD, budget: USD, of: BudgetAccount? = nil)
    case budgetRaised(to: USD)
    /// An account other than the run's may spend more from now on.
    case budgetAllowed(account: BudgetAccount, limit: USD, by: String)
    /// A call went to a cheaper model because an account could not bear the usual one.
    case modelDowngraded(session: SessionID, turn: Int, from: String, to: String, because: BudgetRefusal)
    /// A call went to the model that stands in for the usual one, because that one did not answer.
    case modelFellBack(session: SessionID, turn: Int, from: String, to: String, because: String)
    /// The step goes on with a stronger model, as its verification has failed.
    case modelEscalated(session: SessionID, step: StepKey, from: String, to: String, because: String)
    /// A session begins with a cheaper model than usual, as most of the budget is used.
    case modelLowered(session: SessionID, step: StepKey, from: String, to: String, because: String)
    /// Of what a session could have read from its provider's prompt cache, only so many percent were read; once a session.
    case promptCacheCold(session: SessionID, turn: Int, share: Int)
    /// The answer of a turn came from the response cache; nothing was asked or paid.
    case turnCached(session: SessionID, turn: Int, answer: CachedAnswer)

    case cancelRequested(by: String)
    /// The run is to stop and to take back what it did.
    case rollbackRequested(by: String)
    case runInterrupted(reason: String)
    /// What the workflow gives by its `outputs`; `runEnded` follows in the same transaction.
    case outputsGiven(outputs: JSONValue)
    case runEnded(status: RunStatus, summary: String)
    case runMerged(commit: String, into: String)
    case taskUndone(task: String?, commit: String)

    /// Everything before this event was taken over from another run as it was at the end of a step.
    ///
    /// - Parameters:
    ///   - position: the last event of the other run that counts.
    ///   - inherited: what the other run had spent until then; this run has spent nothing yet.
    ///   - inputs: what was changed for this run.
    case runForked(from: RunID, at: StepKey, position: Int64, inherited: USD, inputs: [String: String])
    /// The run goes on from the end of an earlier step: events after `to` and before this one no longer count, nor do
    /// those of the dropped steps, which had begun by then but not ended.
    case runRewound(to: Int64, step: StepKey, dropped: [StepKey], head: String, tree: String, by: String)
    /// The worktree and the branch are as the last `runRewound` says; nil where nothing had to be saved before.
    case worktreeRewound(tree: String, saved: String?)
}

/// How an attempt at a step came out.
package enum StepOutcome: Sendable, Hashable, Codable {
    /// With what later steps can name, one sentence on what was made, and the commit that holds it.
    case succeeded(outputs: JSONValue, summary: String, commit: String?)
    /// Whether another attempt follows is the machine's decision.
    case failed(code: FailureCode, message: String)
}

/// What became of a hook.
package enum HookOutcome: String, Sendable, Hashable, Codable { case passed, blocked, failed }

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
