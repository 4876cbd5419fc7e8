import Runs

/// What random histories have reached.
struct Coverage: Sendable {
    var states: Set<String> = []
    var decisions: Set<String> = []
    var statuses: Set<RunStatus> = []
    var ends: Set<RunStatus> = []
    var compensations = 0
    var failedCompensations = 0
    var retries = 0
    var crashes = 0
    var events = 0

    mutating func note(_ machine: RunMachine) {
        func note(_ outline: [RunMachine.Outline]) {
            for step in outline {
                states.insert(step.state.word)
                for part in step.parts { note(part.steps) }
                note(step.undo)
            }
        }
        note(machine.outline)
    }

    mutating func note(_ next: RunMachine.Next, _ status: RunStatus) {
        events += 1
        statuses.insert(status)
        switch next {
        case .prepareWorkspace: decisions.insert("prepare")
        case .perform(let calls, _):
            decisions.insert("perform")
            if calls.contains(where: \.isCompensation) { compensations += 1 }
            if calls.contains(where: { $0.attempt > 1 }) { retries += 1 }
        case .wait(_, nil): decisions.insert("wait for an answer")
        case .wait(_, .some): decisions.insert("wait for a time")
        case .end(let status, let summary, _):
            decisions.insert("end")
            ends.insert(status)
            if summary.contains("could not be taken back") { failedCompensations += 1 }
        case .nothing: decisions.insert("nothing")
        }
    }

    mutating func merge(_ other: Coverage) {
        states.formUnion(other.states)
        decisions.formUnion(other.decisions)
        statuses.formUnion(other.statuses)
        ends.formUnion(other.ends)
        compensations += other.compensations
        failedCompensations += other.failedCompensations
        retries += other.retries
        crashes += other.crashes
        events += other.events
    }
}
