package import Conversation
package import Timekeeping

/// One sending of a request.
package struct Attempt: Sendable, Hashable {
    /// Counted from 1 in its call.
    package var number: Int
    package var deployment: Deployment
    @Shared package var request: ModelRequest
    /// Where it does not go to the model that was asked for.
    package var fallback: Fallback?
    /// Whether it is made while another is under way.
    package var isHedge: Bool

    package struct Fallback: Sendable, Hashable {
        package var from: ModelName
        /// A clause that says why.
        package var because: String

        package init(from: ModelName, because: String) {
            self.from = from
            self.because = because
        }
    }

    package init(
        number: Int, deployment: Deployment, request: ModelRequest, fallback: Fallback? = nil, isHedge: Bool = false
    ) {
        self.number = number
        self.deployment = deployment
        self.request = request
        self.fallback = fallback
        self.isHedge = isHedge
    }
}

/// What became of an attempt.
package struct AttemptEnd: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case answered
        case failed(ModelError)
        /// It was ended because another was quicker.
        case abandoned(because: String)
        /// Whoever asked no longer wants an answer; what the attempt will cost is not known for certain.
        case cancelled
    }

    /// What is done next.
    package enum Next: Sendable, Hashable {
        case nothing
        case again(after: Duration)
        case other(ModelName)
    }

    package var outcome: Outcome
    /// What was used, by the provider's word or by our own count; nil where nothing can have been.
    package var usage: Usage?
    package var startedAt: Timestamp
    package var firstEventAt: Timestamp?
    package var endedAt: Timestamp
    package var next: Next

    package init(
        outcome: Outcome, usage: Usage?, startedAt: Timestamp, firstEventAt: Timestamp?, endedAt: Timestamp, next: Next
    ) {
        self.outcome = outcome
        self.usage = usage
        self.startedAt = startedAt
        self.firstEventAt = firstEventAt
        self.endedAt = endedAt
        self.next = next
    }
}
