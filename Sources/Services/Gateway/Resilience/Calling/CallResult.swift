package import Conversation

/// What became of a call, with every attempt.
package struct CallResult: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case answered(by: Deployment)
        /// Nobody pays; nothing more was sent.
        case refused(CallRefusal)
        case failed(ModelError)
    }

    package var outcome: Outcome
    /// What the answer used, or what the failed attempt that had begun did.
    package var usage: Usage
    /// Whether a piece of an answer was passed on, so that a failure comes in its middle.
    package var hasBegun: Bool
    package var attempts: [AttemptReport]

    package init(outcome: Outcome, usage: Usage, hasBegun: Bool, attempts: [AttemptReport]) {
        self.outcome = outcome
        self.usage = usage
        self.hasBegun = hasBegun
        self.attempts = attempts
    }
}

/// One attempt, for logs, headers and metrics.
package struct AttemptReport: Sendable, Hashable {
    package var deployment: Deployment
    package var outcome: AttemptEnd.Outcome
    /// How long was waited before it.
    package var waited: Duration
    package var firstEventAfter: Duration?
    package var took: Duration
    package var isHedge: Bool
    package var next: AttemptEnd.Next

    package init(
        deployment: Deployment, outcome: AttemptEnd.Outcome, waited: Duration, firstEventAfter: Duration?,
        took: Duration, isHedge: Bool, next: AttemptEnd.Next
    ) {
        self.deployment = deployment
        self.outcome = outcome
        self.waited = waited
        self.firstEventAfter = firstEventAfter
        self.took = took
        self.isHedge = isHedge
        self.next = next
    }
}
