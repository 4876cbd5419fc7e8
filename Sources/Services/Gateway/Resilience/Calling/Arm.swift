import Conversation
import Timekeeping

/// An attempt as it is carried out.
struct Arm: Sendable {
    var attempt: Attempt
    /// The place of the model in the call's plan.
    var index: Int
    var provider: any ModelProvider
    var permit: DeploymentHealth.Permit
    var inputTokens: Int
    /// Nil where there is nobody else to ask.
    var patience: Duration?
    /// What is left of the call's whole time.
    var timeLeft: Duration?
    /// Whether another arm may begin while this one runs.
    var isContested = false
    var waited: Duration
    var startedAt: Timestamp
}

/// What came out of an arm.
struct ArmEnd: Sendable {
    enum Outcome: Sendable {
        case answered
        case failed(ModelError)
        /// Another arm began to answer first.
        case lost
        /// The call's whole time is over.
        case overdue
        /// It was cancelled from outside, or whoever receives the answer would not.
        case threw(any Error)
    }

    var outcome: Outcome
    var usage: Usage?
    var firstEventAt: Timestamp?
    var endedAt: Timestamp
    /// Where the answer was to be kept together.
    var reply: ModelReply?

    /// Whether it ended from outside.
    var isThrown: Bool { if case .threw = outcome { true } else { false } }
}

/// Where the pieces of an answer go.
enum Delivery: Sendable {
    /// On to whoever asked, as they arrive.
    case stream(LentReceiver)
    /// Into one reply; what a failed attempt had is thrown away.
    case reply
}

/// The receiver of a call, lent to the tasks that carry the call out.
///
/// Unchecked: whoever lent it is suspended until all these tasks have ended, and `Race` lets one of them call it.
struct LentReceiver: @unchecked Sendable {
    let receive: (ModelEvent) async throws -> Void
}
