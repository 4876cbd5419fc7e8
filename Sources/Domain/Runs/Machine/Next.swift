package import Identity
package import JSON
package import Timekeeping
package import Workflows

extension RunMachine {
    /// What the engine is to do next.
    package enum Next: Sendable, Hashable {
        case prepareWorkspace
        /// Everything that may be worked on now, in the order in which it became due: never started, due for another
        /// attempt, or started without an outcome. The engine takes as many as it likes and leaves those it is at work on;
        /// `until` is when a further attempt becomes due.
        case perform([StepCall], until: Timestamp?)
        /// Nothing can be done before one of these gates is answered, or before that time.
        case wait(gates: [OpenGate], until: Timestamp?)
        /// The run is over: what is still under way is stopped, and `runEnded` is recorded.
        case end(RunStatus, summary: String, outputs: JSONValue)
        /// The run has ended, or it has no workflow yet.
        case nothing
    }

    /// A gate without an answer.
    package struct OpenGate: Sendable, Hashable {
        package var id: GateID
        package var kind: Gate.Kind
        /// The step that is parked; the whole run where nil.
        package var step: StepKey?

        package init(id: GateID, kind: Gate.Kind, step: StepKey?) {
            self.id = id
            self.kind = kind
            self.step = step
        }
    }
}

/// One attempt at a step that no other step encloses.
package struct StepCall: Sendable, Hashable {
    package var key: StepKey
    package var step: StepDefinition
    /// From 1: the same number comes again after an interruption, another one after a failure.
    package var attempt: Int
    /// Whether an attempt of this number is recorded as started.
    package var isStarted: Bool
    /// What its templates can name: what had ended when the step became ready, the same for each attempt.
    package var scope: Scope
    /// Whether it takes another step's effect back.
    package var isCompensation: Bool

    /// The longest this attempt may take, in milliseconds, without the time at gates.
    package var timeout: Int64? { step.timeout }
}
