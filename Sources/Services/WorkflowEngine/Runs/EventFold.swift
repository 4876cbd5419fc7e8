import Identity
import JSON
import Runs
import Workflows

/// A run's machine, how far it has read, and what the engine keeps in mind beside it.
struct EventFold: Sendable {
    private(set) var machine = RunMachine()
    private(set) var position: Int64 = 0
    /// Why the last attempt of a step failed.
    private(set) var failures: [StepKey: String] = [:]
    /// The steps that have been begun and have no outcome yet.
    private var begun: Set<StepKey> = []
    /// The ids of steps that have their workspace's files for themselves.
    private var writers: Set<String> = []

    private let readOnlyAgents: Set<String>
    private var lanes = LanePlan()

    /// - Parameter readOnlyAgents: the agents that have no tool to change files with.
    init(readOnlyAgents: Set<String>) { self.readOnlyAgents = readOnlyAgents }

    mutating func catchUp(with journal: any Journal, run: RunID) async throws {
        // Nobody rewinds a run that is worked on, so rewinds are all in the first events that are read.
        for record in RunHistory.effective(try await journal.milestones(of: run, after: position)) {
            position = record.position
            machine.receive(record)
            switch record.event {
            case .workflowFrozen(let definition, _, _):
                writers = Set(definition.leaves.filter { $0.writes(unlessBy: readOnlyAgents) }.map(\.id))
            case .stepStarted(let step, _):
                begun.insert(step)
            case .stepFinished(let step, let outcome):
                begun.remove(step)
                switch outcome {
                case .failed(_, let message): failures[step] = message
                case .succeeded(let outputs, _, _): lanes.learn(from: outputs)
                }
            default:
                break
            }
        }
    }

    /// The calls that can be begun beside those that are worked on.
    ///
    /// One step writes in a workspace at a time, from its beginning to its outcome, also while it waits at a gate; the tasks of
    /// a batch count as one, since each has a worktree of its own.
    func startable(_ calls: [StepCall], besides working: Set<StepKey>) -> [StepCall] {
        // A step that was given up with the run, such as one at a gate when it was rolled back, holds nothing any more.
        let held = begun.filter { !machine.state(of: $0).isEnded }.union(working)
        var holders = Set(held.filter(writes).map(holder))
        return calls.filter { call in
            guard !working.contains(call.key) else { return false }
            guard writes(call.key) else { return true }
            if let task = lanes.task(of: call.key), !lanes.mayBegin(task, states: { state(of: $0, like: call.key) }) {
                return false
            }
            guard holders.isEmpty || holders == [holder(of: call.key)] || begun.contains(call.key) else { return false }
            holders.insert(holder(of: call.key))
            return true
        }
    }

    /// A task's place among those beside it; nil where it has the workspace to itself.
    func lane(of key: StepKey) -> Lane? {
        lanes.task(of: key).flatMap { lanes.lane(of: $0, states: { state(of: $0, like: key) }) }
    }

    func failure(before key: StepKey) -> String? {
        lanes.task(of: key).flatMap { lanes.failure(before: $0, states: { state(of: $0, like: key) }) }
    }

    /// What has the workspace: a batch of tasks as a whole, or a step alone.
    private func holder(of key: StepKey) -> String {
        lane(of: key).map { "tasks \($0.all.joined(separator: ","))" } ?? key.rawValue
    }

    /// The state of another task's step, whose key differs in its last part.
    private func state(of task: String, like key: StepKey) -> StepState {
        let parts = key.rawValue.split(separator: "/").dropLast() + [task[...]]
        return machine.state(of: StepKey(rawValue: parts.joined(separator: "/")))
    }

    private func writes(_ key: StepKey) -> Bool { machine.step(key).map { writers.contains($0.id) } ?? false }
}

extension WorkflowDefinition {
    /// Every step that is no container, compensations included.
    var leaves: [StepDefinition] { steps.flatMap(\.leaves) }
}

extension StepDefinition {
    /// What screens and commits call it.
    var name: String { title.isEmpty ? id : title }

    private var isContainer: Bool {
        switch kind {
        case .parallel, .forEach, .if, .switch, .while, .workflow: true
        case .agent, .prompt, .tool, .integration, .shell, .gate, .engine: false
        }
    }

    /// Whether the step may change the files of its workspace, so that it has them for itself until it has ended.
    fileprivate func writes(unlessBy readOnlyAgents: Set<String>) -> Bool {
        switch kind {
        case .agent(let step):
            guard let name = step.agent.source.stringValue else { return true }
            guard step.document == nil, step.task == nil, !step.verify else { return true }
            return !readOnlyAgents.contains(name)
        case .tool, .shell: return true
        case .engine(let step): return step != .planGate
        case .prompt, .gate, .integration, .parallel, .forEach, .if, .switch, .while, .workflow: return false
        }
    }

    fileprivate var leaves: [StepDefinition] {
        let undoing = compensation.flatMap(\.leaves)
        let inner: [StepDefinition] =
            switch kind {
            case .parallel(let step): step.branches.flatMap(\.steps)
            case .forEach(let step): step.steps
            case .if(_, let then, let otherwise): then + otherwise
            case .switch(let step): step.cases.flatMap(\.steps) + step.otherwise
            case .while(let step): step.steps
            case .workflow(let step): step.definition?.steps ?? []
            case .agent, .prompt, .tool, .integration, .shell, .gate, .engine: []
            }
        return isContainer ? inner.flatMap(\.leaves) + undoing : [self] + undoing
    }
}
