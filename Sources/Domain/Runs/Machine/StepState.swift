package import Identity
package import Timekeeping

/// Where an instance of a step stands.
package enum StepState: Sendable, Hashable {
    /// Not begun: something before it has not ended, or nothing has reached it.
    case pending
    /// May be worked on, and no attempt is recorded.
    case ready
    /// An attempt is recorded without an outcome: it is under way, or was interrupted. A container runs from its beginning
    /// to its end, as attempt 1.
    case running(attempt: Int)
    /// Parked until these gates are answered, the oldest first.
    case waiting(gates: [GateID])
    /// The last attempt failed; attempt `attempt` is due at `until`.
    case backingOff(attempt: Int, until: Timestamp)
    case succeeded
    /// With its attempts used up, also where the flow goes on regardless.
    case failed(StepFailure)
    /// Its condition was false, or the flow ended before it was reached.
    case skipped
    /// Begun, and given up with the run: it was cancelled, stopped or rolled back.
    case stopped

    package var isEnded: Bool {
        switch self {
        case .succeeded, .failed, .skipped, .stopped: true
        case .pending, .ready, .running, .waiting, .backingOff: false
        }
    }

    /// The word for it in expressions (`steps.ID.status`) and on screens.
    package var word: String {
        switch self {
        case .pending: "pending"
        case .ready: "ready"
        case .running: "running"
        case .waiting: "waiting"
        case .backingOff: "backing-off"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .skipped: "skipped"
        case .stopped: "stopped"
        }
    }
}
