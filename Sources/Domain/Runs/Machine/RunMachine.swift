package import Identity

/// Decides what a run does next: a fold of its events, without clock or I/O.
///
/// The engine asks `next`, performs it, appends what happened, and asks again. After a crash it folds the recorded events
/// and goes on from the same answer. The laws it keeps are in `docs/run-lifecycle.md`.
package struct RunMachine: Sendable, Hashable {
    package private(set) var status: RunStatus = .running
    package private(set) var isPrepared = false
    package private(set) var finishedSteps: [StepKey: StepOutcome] = [:]
    package private(set) var tasks: [TaskState] = []
    package private(set) var openGate: OpenGate?
    package private(set) var isPlanApproved = false
    package private(set) var finalProof: Proof?
    private var stop: Stop?

    private struct Stop: Sendable, Hashable {
        var status: RunStatus
        var reason: String
    }

    package init() {}

    /// A machine that has seen all of a run's events.
    package init(replaying events: some Sequence<RunEvent>) {
        for event in events { receive(event) }
    }

    /// A task and how far it has come.
    package struct TaskState: Sendable, Hashable {
        package var plan: PlannedTask
        package var commit: String?
        package var proof: Proof?
    }

    package struct OpenGate: Sendable, Hashable {
        package var id: GateID
        package var kind: Gate.Kind
        package var step: StepKey?

        package init(id: GateID, kind: Gate.Kind, step: StepKey?) {
            self.id = id
            self.kind = kind
            self.step = step
        }
    }

    /// What the engine is to do next.
    package enum Next: Sendable, Hashable {
        case prepareWorkspace
        /// An agent writes a document of the feature: specify, plan, tasks.
        case write(StepKey)
        case askForApproval
        case implement(PlannedTask)
        case checkFinalTree
        case end(RunStatus, String)
        /// Nothing can be done until this gate is answered.
        case wait(OpenGate)
        /// The run has ended.
        case nothing
    }

    package var next: Next {
        if status.isEnded { return .nothing }
        if let stop { return .end(stop.status, stop.reason) }
        if let openGate { return .wait(openGate) }
        if let (step, reason) = firstFailure { return .end(.failed, "\(step): \(reason)") }
        if !isPrepared { return .prepareWorkspace }
        for step in [StepKey.specify, .plan, .tasks] where finishedSteps[step] == nil { return .write(step) }
        if !isPlanApproved { return .askForApproval }
        if let task = tasks.first(where: { $0.commit == nil }) { return .implement(task.plan) }
        guard let finalProof else { return .checkFinalTree }
        return ending(with: finalProof)
    }

    package mutating func receive(_ event: RunEvent) {
        guard !status.isEnded else { return }
        switch event {
        case .workspacePrepared:
            isPrepared = true
        case .stepFinished(let step, let outcome):
            finishedSteps[step] = outcome
        case .tasksPlanned(let planned, _):
            tasks = planned.map { TaskState(plan: $0) }
        case .taskCommitted(let task, let commit, let proof):
            guard let index = tasks.firstIndex(where: { $0.plan.id == task }) else { return }
            tasks[index].commit = commit
            tasks[index].proof = proof
        case .finalCheckFinished(let proof, _):
            finalProof = proof
        case .gateOpened(let gate, let kind, let step, _):
            openGate = OpenGate(id: gate, kind: kind, step: step)
            status = .waiting
        case .gateAnswered(let gate, let kind, _, let value, let who):
            guard openGate?.id == gate else { return }
            openGate = nil
            status = .running
            take(value, for: kind, from: who)
        case .cancelRequested(let who):
            stop = Stop(status: .cancelled, reason: "cancelled by \(who)")
        case .runEnded(let status, _):
            self.status = status
        default:
            break
        }
    }

    private mutating func take(_ answer: String, for kind: Gate.Kind, from who: String) {
        switch (kind, answer) {
        case (.plan, "approve"):
            isPlanApproved = true
        case (.plan, _):
            stop = Stop(status: .cancelled, reason: "the plan was rejected by \(who)")
        case (.limit, "reject"), (.budget, "reject"), (.verification, "reject"):
            stop = Stop(status: .failed, reason: "stopped by \(who) at the \(kind.rawValue) gate")
        default:
            break
        }
    }

    private var firstFailure: (StepKey, String)? {
        for (step, outcome) in finishedSteps.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            if case .failed(let reason) = outcome { return (step, reason) }
        }
        return nil
    }

    private func ending(with finalProof: Proof) -> Next {
        let proven = tasks.count { $0.proof?.isProven == true }
        switch finalProof {
        case .proven where proven == tasks.count:
            return .end(.done, "all \(tasks.count) tasks are proven")
        case .proven:
            return .end(.done, "\(proven) of \(tasks.count) tasks are proven; the whole check passed on the final tree")
        case .unproven(let reason):
            return .end(.done, "unproven: \(reason)")
        }
    }
}
