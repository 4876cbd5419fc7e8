/// One node of a workflow.
///
/// A list of steps is carried out in order. Where any step of a list has `needs`, the list is a graph instead: each step
/// begins as soon as the steps it needs have ended, and those without `needs` begin at once.
package struct StepDefinition: Sendable, Hashable, Codable {
    /// Unique in the whole definition, so that `${steps.ID…}` has one meaning: letters, digits, `-`, `_`; those of a
    /// sub-workflow have the calling step's id and a full stop before them.
    package var id: String
    /// What a screen shows; the id where it is empty.
    package var title: String
    package var kind: StepKind
    /// The step is skipped where this is false.
    package var condition: Expression?
    /// The ids of steps of the same list; nil where the list's order decides.
    package var needs: [String]?
    package var onError: OnError
    package var retry: RetryRule
    /// The longest a single attempt may take, in milliseconds; nil for no limit of its own.
    ///
    /// Waiting at a gate does not count.
    package var timeout: Int64?
    /// What takes the step's effect back, run in reverse order of the steps that ended when a run fails or is rolled back.
    package var compensation: [StepDefinition]
    /// Further outputs, worked out from the step's own (`${result.…}`).
    package var outputs: [OutputDefinition]

    package init(
        id: String, title: String = "", kind: StepKind, condition: Expression? = nil, needs: [String]? = nil,
        onError: OnError = .fail, retry: RetryRule = .never, timeout: Int64? = nil,
        compensation: [StepDefinition] = [], outputs: [OutputDefinition] = []
    ) {
        self.id = id
        self.title = title
        self.kind = kind
        self.condition = condition
        self.needs = needs
        self.onError = onError
        self.retry = retry
        self.timeout = timeout
        self.compensation = compensation
        self.outputs = outputs
    }
}

/// What a failed step means for those around it, once its retries are used up.
package enum OnError: String, Sendable, Hashable, Codable, CaseIterable {
    /// The enclosing step fails, in the end the run.
    case fail
    /// The failure is recorded (`${steps.ID.error}`), and the flow goes on.
    case `continue`
}

/// How often a failed step is tried, and when.
///
/// `on_error: retry` alone means three attempts.
package struct RetryRule: Sendable, Hashable, Codable {
    /// All attempts, the first included: 1 or more.
    package var attempts: Int
    /// The wait before the second attempt, in milliseconds; it is doubled each time up to `longestBackoff`.
    package var backoff: Int64
    package var longestBackoff: Int64
    /// Which failures are worth another attempt; every one where empty.
    package var on: Set<FailureCode>

    package init(attempts: Int, backoff: Int64 = 1_000, longestBackoff: Int64 = 60_000, on: Set<FailureCode> = []) {
        self.attempts = attempts
        self.backoff = backoff
        self.longestBackoff = longestBackoff
        self.on = on
    }

    package static let never = RetryRule(attempts: 1)
}

/// The kinds of failure that a workflow can tell apart.
package enum FailureCode: String, Sendable, Hashable, Codable, CaseIterable {
    /// The work itself failed: an exit status, an agent that gave up, documents with faults.
    case failed
    case timeout
    /// A model or an outside service could not be had.
    case unavailable
    /// A human said no at a gate.
    case rejected
    /// A check did not pass.
    case verification
    /// An expression, an argument or an input has the wrong shape.
    case invalid
    /// The policy or a hook does not allow it.
    case refused
    /// The step's gate expired without a default.
    case expired
}
