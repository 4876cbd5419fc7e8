import Identity
import JSON
import Runs
import Timekeeping
import Workflows

/// One random run, with an engine that does what the machine says in any order and with any outcome.
///
/// There are crashes, answers, and facts that come twice or too late. After each fact the machine is held against the reference.
struct Simulation {
    private(set) var choices: Choices
    private(set) var seen = Coverage()
    private(set) var records: [EventRecord] = []
    private(set) var definition: WorkflowDefinition
    private var machine = RunMachine()
    private let reference: ReferenceRun
    private var now = Timestamp.epoch
    /// What this process is at work on; forgotten by a crash.
    private var inFlight: Set<StepKey> = []
    private let run: RunID
    private let ids = IdentifierSource.seeded(7)
    /// How many more adversities there may be; afterwards everything succeeds, and the run has to end.
    private var adversity = 60

    /// What broke, in one sentence.
    struct Violation: Error { var message: String }

    init(_ choices: Choices, size: Int, depth: Int) {
        var choices = choices
        var generator = DefinitionGenerator(size: size)
        definition = generator.definition(&choices, depth: depth)
        reference = ReferenceRun(definition, generator)
        run = ids.next()
        self.choices = choices
    }

    mutating func play() throws(Violation) {
        try tell(.workflowFrozen(definition: definition, hash: "h", inputs: Condition.inputs)) { _, _ in }
        var turns = 0
        while reference.ended == nil {
            turns += 1
            guard turns < 600 else { throw Violation(message: "the run does not end") }
            if adversity > 0 {
                adversity -= 1
                if try disturb() { continue }
            }
            try act()
        }
        try stale()
        seen.note(machine)
    }

    private mutating func act() throws(Violation) {
        switch machine.next(at: now) {
        case .prepareWorkspace:
            try tell(.workspacePrepared(branch: "b", worktree: "w")) { reference, _ in reference.prepare() }
        case .perform(let calls, _):
            try work(on: adversity > 0 ? choices.pick(from: calls) : calls[0])
        case .wait(let gates, let until):
            if let gate = gates.first, until == nil || choosing(50) { return try answer(gate) }
            if let until { now = max(now, until) }
        case .end(let status, let summary, _):
            try tell(.runEnded(status: status, summary: summary)) { reference, _ in reference.ended = status }
        case .nothing: throw Violation(message: "nothing is to be done, and the run has not ended")
        }
    }

    /// Starts what has not been started here, and finishes what has.
    private mutating func work(on call: StepCall) throws(Violation) {
        let key = call.key
        guard inFlight.contains(key) || (call.isStarted && choosing(50)) else {
            inFlight.insert(key)
            return try tell(.stepStarted(step: key, attempt: call.attempt)) { reference, _ in
                reference.steps.steps[key.rawValue]?.isStarted = true
                reference.steps.steps[key.rawValue]?.dueAt = nil
            }
        }
        inFlight.remove(key)
        if choosing(14) {
            let code = choices.pick(from: FailureCode.allCases)
            return try tell(.stepFinished(step: key, outcome: .failed(code: code, message: "no"))) { reference, now in
                reference.fail(key.rawValue, code, at: now)
            }
        }
        let isOK = choosing(50)
        let outcome = StepOutcome.succeeded(outputs: ["ok": .bool(isOK)], summary: "", commit: nil)
        try tell(.stepFinished(step: key, outcome: outcome)) { reference, _ in
            reference.succeed(key.rawValue, isOK: isOK)
        }
    }

    private mutating func answer(_ gate: RunMachine.OpenGate) throws(Violation) {
        let says = gate.step == nil && choosing(10) ? "reject" : "approve"
        let event = RunEvent.gateAnswered(gate: gate.id, kind: gate.kind, step: gate.step, value: says, by: "me")
        try tell(event) { reference, _ in
            if let step = reference.gates.removeValue(forKey: gate.id) ?? nil {
                reference.steps.steps[step]?.openGates -= 1
            } else if says == "reject" {
                reference.stop(.failed, "budget gate")
            }
        }
        let before = machine
        _ = record(.gateAnswered(gate: gate.id, kind: gate.kind, step: gate.step, value: "reject", by: "another"))
        guard machine == before else { throw Violation(message: "a gate took a second answer") }
    }

    /// Lets something happen that no engine asks for, and says whether it did.
    private mutating func disturb() throws(Violation) -> Bool {
        let choice = choices.pick(100)
        switch choice {
        case 99 where choosing(40):
            try tell(.cancelRequested(by: "me")) { reference, _ in reference.cancel() }
        case 98 where choosing(60):
            try tell(.rollbackRequested(by: "me")) { reference, _ in
                reference.stop(.cancelled, "rolled back by me")
            }
        case 90..<98:
            inFlight = []
            seen.crashes += 1
            seen.note(machine)
            guard RunMachine(replaying: records) == machine else {
                throw Violation(message: "the events folded anew give another machine")
            }
        case 85..<90: try stale()
        case 78..<85: now += .milliseconds(300)
        case 72..<78: try openStepGate()
        case 70..<72:
            let gate: GateID = ids.next()
            try tell(.gateOpened(gate: gate, kind: .budget, step: nil, question: "?")) { reference, _ in
                reference.gates[gate] = .some(nil)
            }
        case 66..<70:
            guard let gate = machine.openGates.first else { return false }
            try answer(gate)
        default: return false
        }
        return true
    }

    private mutating func openStepGate() throws(Violation) {
        guard case .perform(let calls, _) = machine.next(at: now), let call = calls.first(where: \.isStarted) else {
            return
        }
        inFlight.remove(call.key)
        let gate: GateID = ids.next()
        try tell(.gateOpened(gate: gate, kind: .question, step: call.key, question: "?")) { reference, _ in
            reference.gates[gate] = call.key.rawValue
            reference.steps.steps[call.key.rawValue]?.openGates += 1
        }
    }

    /// Facts that come twice, too late, or for what never began must change nothing.
    private mutating func stale() throws(Violation) {
        let before = machine
        let unworkable = reference.steps.steps.values.filter { $0.phase != .active || !$0.isLeaf }.map(\.key).sorted()
        for key in unworkable.prefix(3) {
            let key = StepKey(rawValue: key)
            _ = record(.stepStarted(step: key, attempt: 9))
            _ = record(.gateOpened(gate: ids.next(), kind: .question, step: key, question: "?"))
            _ = record(.stepFinished(step: key, outcome: .failed(code: .failed, message: "late")))
            _ = record(.stepFinished(step: key, outcome: .succeeded(outputs: ["ok": true], summary: "", commit: nil)))
        }
        _ = record(.workflowFrozen(definition: .init(name: "other", steps: []), hash: "", inputs: .null))
        if reference.isPrepared { _ = record(.workspacePrepared(branch: "other", worktree: "other")) }
        if reference.ended != nil {
            _ = record(.rollbackRequested(by: "late"))
            _ = record(.cancelRequested(by: "late"))
        }
        guard machine == before else { throw Violation(message: "a fact that came twice or too late had an effect") }
        try check()
    }

    private mutating func choosing(_ percent: Int) -> Bool { adversity > 0 && choices.chance(percent) }

    @discardableResult
    private mutating func record(_ event: RunEvent) -> EventRecord {
        let record = EventRecord(
            position: Int64(records.count + 1), number: Int64(records.count + 1), run: run, at: now, event: event)
        records.append(record)
        machine.receive(record)
        return record
    }

    private mutating func tell(
        _ event: RunEvent, _ change: (ReferenceRun, Timestamp) -> Void
    ) throws(Violation) {
        record(event)
        reference.steps.fact += 1
        if case .perform(let calls, _) = machine.next(at: now) {
            reference.offered = calls.map(\.key.rawValue)
        } else {
            reference.offered = []
        }
        change(reference, now)
        reference.move()
        try check()
    }

    private mutating func check() throws(Violation) {
        let next = machine.next(at: now)
        seen.note(next, machine.status)
        if let fault = reference.fault(next, machine, at: now) { throw Violation(message: fault) }
    }
}
