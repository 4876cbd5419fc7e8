package import Identity

/// Which step an event belongs to, and which it ends: all that time travel has to know of single events.
extension RunEvent {
    /// The step that begins here, be it anew, or nil.
    var begunStep: StepKey? {
        if case .stepStarted(let step, _) = self { step } else { nil }
    }

    /// The end of a step, or nil.
    var stepEnd: StepEnd? {
        switch self {
        case .workspacePrepared: StepEnd(step: .prepare, hasFailed: false, summary: "worktree made", commit: nil)
        case .stepFinished(let step, .succeeded(_, let summary, let commit)):
            StepEnd(step: step, hasFailed: false, summary: summary, commit: commit)
        case .stepFinished(let step, .failed(_, let message)):
            StepEnd(step: step, hasFailed: true, summary: message, commit: nil)
        default: nil
        }
    }

    /// The step that the event belongs to, where it belongs to one.
    ///
    /// - Parameter sessions: the steps of the sessions that were opened before.
    package func step(in sessions: [SessionID: StepKey]) -> StepKey? {
        switch self {
        case .verificationStarted(let step, _, _), .attemptFailed(let step, _, _),
            .receiptRecorded(_, let step, _, _, _), .sessionOpened(_, let step, _, _),
            .modelEscalated(_, let step, _, _, _), .modelLowered(_, let step, _, _, _):
            step
        case .gateOpened(_, _, let step, _), .gateAnswered(_, _, let step, _, _), .gateReminded(_, _, let step, _),
            .gateExpired(_, _, let step, _, _):
            step
        case .turnStarted(let session, _, _), .turnFinished(let session, _, _, _, _, _, _),
            .turnFailed(let session, _, _, _, _), .turnInterrupted(let session, _, _),
            .actionStarted(let session, _, _, _), .actionFinished(let session, _, _, _, _),
            .contextCompacted(let session, _, _, _, _, _), .modelDowngraded(let session, _, _, _, _),
            .modelFellBack(let session, _, _, _, _), .promptCacheCold(let session, _, _),
            .turnCached(let session, _, _),
            .callWaits(let session, _, _, _), .priorityIgnored(let session, _, _):
            sessions[session]
        case .taskCommitted(let task, _, _): .task(task)
        case .finalCheckFinished: .finalCheck
        default: begunStep ?? stepEnd?.step
        }
    }

    /// Whether the event tells of a process or of what became of the whole run, and so is none of a fork's business.
    package var isOfItsRunAlone: Bool {
        switch self {
        case .runResumed, .runInterrupted, .cancelRequested, .runEnded, .runMerged, .taskUndone, .runForked,
            .runRewound, .worktreeRewound, .turnInterrupted, .budgetWarning, .budgetAllowed:
            true
        default: false
        }
    }

    /// Whether the event tells of what may be spent: that stays so when a run is rewound, as what is spent does.
    package var isOfMoney: Bool {
        switch self {
        case .budgetWarning, .budgetRaised, .budgetAllowed: true
        default: false
        }
    }
}

/// How a step ended, as a moment shows it.
package struct StepEnd: Sendable, Hashable, Codable {
    package var step: StepKey
    package var hasFailed: Bool
    /// What was made, or why it failed, in one sentence.
    package var summary: String
    /// The commit that holds it.
    package var commit: String?
}

extension StepKey {
    /// Whether it is the other step, or the work of an agent that the other step's agent started.
    func isPart(of other: StepKey) -> Bool {
        self == other || rawValue.hasPrefix("\(other.rawValue)/agent/")
    }

    /// Making the worktree, before any step that has a session.
    package static let prepare = StepKey(rawValue: "prepare")
    /// The approval of the plan.
    package static let approve = StepKey(rawValue: "approve")
}
