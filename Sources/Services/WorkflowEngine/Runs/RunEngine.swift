import AgentRuntime
import Identity
import Runs
import Timekeeping
import Workbench
import Workflows

/// Works on one run until it ends, waits for a human, or cannot go on.
///
/// It asks the pure `RunMachine` what comes next, does it, and folds what was recorded; steps that may go on side by side
/// do. It may be started again after any crash: what has a recorded outcome is not done again.
struct RunEngine: Sendable {
    var context: StepContext

    /// How a stretch of work on a run ended.
    enum Outcome: Sendable, Hashable {
        case ended
        case waiting(GateID)
        case interrupted(reason: String, isConfiguration: Bool)
    }

    /// What wakes the engine.
    fileprivate enum Signal: Sendable {
        case worked(StepKey, StepPerformer.Progress)
        case stirred(Watch)
    }

    func drive() async throws -> Outcome {
        try await withThrowingTaskGroup(of: Signal.self) { group in
            defer { group.cancelAll() }
            var context = context
            var fold = EventFold(readOnlyAgents: context.agents.readOnly)
            // Steps under way, each with how far the run was when it began.
            var working: [StepKey: Int] = [:]
            // Steps that wait for the work of others, until one of those has come further.
            var deferred: Set<StepKey> = []
            var strides = 0
            var watched: Watch?
            var interruption: Outcome?
            while true {
                try Task.checkCancellation()
                try await fold.catchUp(with: context.journal, run: context.run.id)
                if let run = try await context.journal.run(context.run.id) { context.run = run }

                var until: Timestamp?
                switch fold.machine.next(at: context.clock.now()) {
                case .nothing:
                    return .ended
                case .prepareWorkspace:
                    try await context.prepareWorkspace()
                    continue
                case .end(let status, let summary, let outputs):
                    // What is still under way is stopped as a crash would stop it: its records tell how far it came.
                    group.cancelAll()
                    while let _ = await group.nextResult() {}
                    try await context.countInterruptedCalls()
                    try await context.end(status, summary, giving: outputs)
                    continue
                case .perform(let calls, let next):
                    until = next
                    guard interruption == nil else { break }
                    for call in fold.startable(calls, besides: deferred.union(working.keys)) {
                        working[call.key] = strides
                        let lane = fold.lane(of: call.key)
                        // Here and not by each of them: all tasks of a batch begin from the same files.
                        if let lane { try await context.lanes.begin(lane.batch) }
                        let performer = StepPerformer(
                            context: context, call: call, lastFailure: fold.failures[call.key], lane: lane,
                            failedBefore: fold.failure(before: call.key))
                        group.addTask { .worked(call.key, try await performer.perform()) }
                    }
                case .wait(_, let next):
                    until = next
                }

                if working.isEmpty {
                    if let interruption { return interruption }
                    // All that is left waits for a step that has the workspace and is at a gate itself.
                    let gates = fold.machine.openGates
                    if until == nil, !gates.isEmpty { return try await park(at: gates, context) }
                }
                let watch = Watch(until: until, answers: !fold.machine.openGates.isEmpty)
                if watch != watched, watch.isNeeded {
                    watched = watch
                    let (run, position, journal, clock) = (
                        context.run.id, fold.position, context.journal, context.clock
                    )
                    group.addTask { try await watch.wait(for: run, after: position, in: journal, clock) }
                }
                switch try await group.next() {
                case .worked(let key, .recorded):
                    working[key] = nil
                    strides += 1
                    deferred = []
                case .worked(let key, .deferred):
                    // What it waits for may have come while it was under way: then it is taken up again at once.
                    let began = working.removeValue(forKey: key)
                    if began == strides { deferred.insert(key) }
                case .worked(let key, .interrupted(let reason, let isConfiguration)):
                    working[key] = nil
                    try await context.record([.event(.runInterrupted(reason: reason))])
                    // What goes on beside it comes to its end first.
                    interruption = .interrupted(reason: reason, isConfiguration: isConfiguration)
                case .stirred(let watch):
                    strides += 1
                    deferred = []
                    if watch == watched { watched = nil }
                case nil:
                    throw EngineError(
                        .failed, "run \(context.run.id.short) has nothing to go on with; this is a fault of the engine")
                }
            }
        }
    }

    /// Leaves the run to the human that its gates wait for.
    private func park(at gates: [RunMachine.OpenGate], _ context: StepContext) async throws -> Outcome {
        guard let gate = gates.first else {
            throw EngineError(.failed, "run \(context.run.id.short) waits for nothing; this is a fault of the engine")
        }
        if context.run.status != .waiting {
            var run = context.run
            run.status = .waiting
            run.updatedAt = context.clock.now()
            try await context.record([.run(run)])
        }
        return .waiting(gate.id)
    }
}

/// What the engine waits for besides its own work: a time that comes, an answer at a gate.
private struct Watch: Sendable, Hashable {
    var until: Timestamp?
    var answers: Bool

    var isNeeded: Bool { until != nil || answers }

    func wait(
        for run: RunID, after position: Int64, in journal: any Journal, _ clock: WallClock
    ) async throws -> RunEngine.Signal {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let until {
                group.addTask {
                    let left = until.milliseconds - clock.now().milliseconds
                    if left > 0 { try await Task.sleep(for: .milliseconds(left)) }
                }
            }
            if answers { group.addTask { try await answer(in: run, after: position, journal) } }
            try await group.next()
            group.cancelAll()
            return .stirred(self)
        }
    }

    private func answer(in run: RunID, after start: Int64, _ journal: any Journal) async throws {
        var position = start
        while true {
            // First the position, so that nothing that comes in between is waited for again.
            let last = try await journal.lastPosition(of: run)
            for record in try await journal.milestones(of: run, after: position) {
                if case .gateAnswered = record.event { return }
            }
            position = last
            try await journal.waitForEvents(of: run, after: position)
        }
    }
}
