import AgentRuntime
import Files
import Gateway
import Identity
import Runs
import SpecDocuments
import Specs
import Workbench

/// Works on one run until it ends, waits for a human, or cannot go on.
///
/// It asks the pure `RunMachine` what comes next, does it, and folds what was recorded. It may be started again after any
/// crash: what has a recorded outcome is not done again.
struct RunEngine: Sendable {
    var context: StepContext

    /// How a stretch of work on a run ended.
    enum Outcome: Sendable, Hashable {
        case ended
        case waiting(GateID)
        case interrupted(reason: String, isConfiguration: Bool)
    }

    func drive() async throws -> Outcome {
        var context = context
        var fold = EventFold()
        try await fold.catchUp(with: context.journal, run: context.run.id)
        while true {
            try Task.checkCancellation()
            try await fold.catchUp(with: context.journal, run: context.run.id)
            if let run = try await context.journal.run(context.run.id) { context.run = run }

            let progress: StepProgress
            switch fold.machine.next {
            case .nothing:
                return .ended
            case .wait(let gate):
                return .waiting(gate.id)
            case .prepareWorkspace:
                progress = try await context.prepareWorkspace()
            case .write(let step):
                try await context.note(step, in: fold)
                progress = try await DocumentStep(context: context, step: step).perform()
            case .askForApproval:
                progress = try await context.askForApproval(fold)
            case .implement(let task):
                try await context.note(.task(task.id), in: fold)
                progress = try await context.implement(task)
            case .checkFinalTree:
                try await context.note(.finalCheck, in: fold)
                progress = try await context.checkFinalTree()
            case .end(let status, let summary):
                try await context.end(status, summary)
                progress = .recorded
            }
            if case .interrupted(let reason, let isConfiguration) = progress {
                try await context.record([.event(.runInterrupted(reason: reason))])
                return .interrupted(reason: reason, isConfiguration: isConfiguration)
            }
        }
    }
}

/// A run's machine and how far it has read.
struct EventFold: Sendable {
    private(set) var machine = RunMachine()
    private(set) var startedSteps: Set<StepKey> = []
    private(set) var estimate: CostEstimate?
    private var position: Int64 = 0

    mutating func catchUp(with journal: any Journal, run: RunID) async throws {
        for record in try await journal.events(of: run, after: position, limit: .max) {
            position = record.position
            machine.receive(record.event)
            switch record.event {
            case .stepStarted(let step): startedSteps.insert(step)
            case .tasksPlanned(_, let estimate): self.estimate = estimate
            default: break
            }
        }
    }
}
