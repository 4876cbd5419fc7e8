import Identity
import Runs
import Timekeeping
import Workflows

/// What a run as a whole may do next, by the laws, told of the same facts as the machine.
final class ReferenceRun {
    let steps: Reference
    var isPrepared = false
    var ended: RunStatus?
    var stage = Stage.working
    /// The failure or the request that stopped the flow.
    private(set) var verdict: RunStatus = .failed
    private(set) var reason = ""
    var gates: [GateID: String?] = [:]
    private(set) var toUndo: [Reference.Step] = []
    private(set) var undoing: Reference.List?
    /// The keys of the steps taken back, in order.
    private(set) var undone: [String] = []
    private(set) var failedUndos = 0
    /// What the machine would do now: it decides where the order of taking back is free.
    var offered: [String] = []

    enum Stage { case working, finished, stopping, undoing, cancelled }

    init(_ definition: WorkflowDefinition, _ generator: DefinitionGenerator) {
        steps = Reference(definition, generator)
    }

    var isParked: Bool { gates.values.contains { $0 == nil } }

    var active: [Reference.Step] { steps.steps.values.filter { $0.phase == .active && $0.isLeaf } }

    func performable(at now: Timestamp) -> [Reference.Step] {
        active.filter { $0.openGates == 0 && ($0.dueAt ?? now) <= now }
    }

    func prepare() {
        isPrepared = true
        steps.begin(steps.root)
        move()
    }

    /// Draws the consequences of a fact.
    func move() {
        if isPrepared { steps.settle(steps.root) }
        switch stage {
        case .working:
            switch steps.root.result {
            case nil: break
            case .failed(_, let origin)?:
                reason = origin
                startUndoing()
            default: stage = .finished
            }
        case .stopping: if active.isEmpty { startUndoing() }
        case .undoing: undo()
        case .finished, .cancelled: break
        }
    }

    func stop(_ status: RunStatus, _ reason: String) {
        guard stage == .working || stage == .finished else { return }
        stage = .stopping
        verdict = status
        self.reason = reason
        halt()
    }

    func cancel() {
        guard stage != .cancelled else { return }
        stage = .cancelled
        halt()
    }

    /// What is under way goes on, unless a human is asked first.
    private func halt() {
        gates = [:]
        steps.isHalted = true
        for step in active where !(step.isStarted && step.openGates == 0 && step.dueAt == nil) {
            step.phase = .givenUp
        }
    }

    func succeed(_ key: String, isOK: Bool) {
        guard let step = steps.steps[key] else { return }
        step.didWork = true
        gates = gates.filter { $0.value != key }
        if step.definition.outputs.first?.name == "never" {
            steps.end(step, .failed(.invalid, origin: key))
        } else {
            step.gaveOK = isOK
            steps.end(step, .succeeded)
        }
    }

    func fail(_ key: String, _ code: FailureCode, at now: Timestamp) {
        guard let step = steps.steps[key] else { return }
        let rule = step.definition.retry
        guard !steps.isHalted, step.attempt < rule.attempts, rule.on.isEmpty || rule.on.contains(code) else {
            return steps.end(step, .failed(code, origin: key))
        }
        let wait: Int64 = step.attempt == 1 ? 1_000 : 1_500
        step.dueAt = now + .milliseconds(wait)
        step.attempt += 1
        step.isStarted = false
    }

    private func startUndoing() {
        stage = .undoing
        steps.isHalted = false
        // Nothing of the flow itself goes on.
        steps.root.result = steps.root.result ?? .skipped
        toUndo = steps.steps.values.filter { $0.didWork && !$0.definition.compensation.isEmpty }
        undo()
    }

    private func undo() {
        while true {
            if let list = undoing {
                steps.settle(list)
                guard let result = list.result, let owner = list.owner else { return }
                if result == .succeeded { undone.append(owner.key) } else { failedUndos += 1 }
                undoing = nil
            }
            guard let next = nextToUndo() else { return }
            toUndo.removeAll { $0 === next }
            next.isUndone = true
            let list = Reference.List(
                next.definition.compensation, owner: next, base: next.key + "/undo/", suffix: "", outer: nil,
                isUndo: true)
            undoing = list
            steps.begin(list)
        }
    }

    /// The last that ended.
    ///
    /// Of those that ended by the same fact an outer one comes before an inner one; else the order is
    /// the machine's.
    private func nextToUndo() -> Reference.Step? {
        let last = toUndo.map(\.endedWith).max()
        let latest = toUndo.filter { $0.endedWith == last }
        let outermost = latest.filter { step in !latest.contains { $0 !== step && encloses($0, step) } }
        return outermost.first { step in offered.contains { $0.hasPrefix(step.key + "/undo/") } }
            ?? outermost.max { $0.place < $1.place }
    }

    private func encloses(_ outer: Reference.Step, _ inner: Reference.Step) -> Bool {
        var owner = inner.list.owner
        while let step = owner {
            if step === outer { return true }
            owner = step.list.owner
        }
        return false
    }
}
