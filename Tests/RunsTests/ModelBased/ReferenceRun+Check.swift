import Runs
import Timekeeping
import Workflows

/// What the machine says, held against the laws.
extension ReferenceRun {
    /// What is wrong with the machine's decision, in a sentence; nil where it is the one that the laws demand.
    func fault(_ next: RunMachine.Next, _ machine: RunMachine, at now: Timestamp) -> String? {
        if let ended {
            guard next == .nothing, machine.status == ended else { return "something is left to do after the end" }
            return nil
        }
        if stage == .cancelled {
            guard case .end(.cancelled, _, _) = next else { return "a cancelled run does not end: \(next)" }
            return nil
        }
        if isParked {
            guard case .wait(let open, nil) = next, Set(open.map(\.id)) == Set(gates.keys),
                machine.status == .waiting
            else { return "a parked run does not wait: \(next)" }
            return nil
        }
        if stage == .working, !isPrepared { return next == .prepareWorkspace ? nil : "not prepared, but \(next)" }
        let workable = performable(at: now)
        if !workable.isEmpty { return fault(next, workable, machine) }
        let pending = active
        guard pending.isEmpty else {
            guard case .wait(let open, let until) = next, Set(open.map(\.id)) == Set(gates.keys),
                until == pending.compactMap(\.dueAt).min()
            else { return "\(pending.map(\.key)) are to be waited for, but \(next)" }
            let waits = until == nil ? RunStatus.waiting : .running
            return machine.status == waits ? nil : "the run is \(machine.status) instead of \(waits)"
        }
        guard case .end(let status, let summary, _) = next else { return "nothing is left to do, but \(next)" }
        return fault(status, summary)
    }

    private func fault(_ next: RunMachine.Next, _ workable: [Reference.Step], _ machine: RunMachine) -> String? {
        guard case .perform(let calls, let until) = next else {
            return "\(workable.map(\.key)) may be done, but \(next)"
        }
        let wanted = Dictionary(uniqueKeysWithValues: workable.map { ($0.key, $0) })
        guard Set(calls.map(\.key.rawValue)) == Set(wanted.keys), calls.count == wanted.count else {
            return "\(wanted.keys.sorted()) may be done, not \(calls.map(\.key.rawValue))"
        }
        for call in calls {
            guard let step = wanted[call.key.rawValue] else { continue }
            guard call.attempt == step.attempt, call.isStarted == step.isStarted else {
                return "\(call.key) is attempt \(call.attempt), and not \(step.attempt)"
            }
            guard call.isCompensation == (stage == .undoing) else { return "\(call.key) is of the wrong part" }
        }
        guard until == active.filter({ $0.openGates == 0 && !workable.contains($0) }).compactMap(\.dueAt).min() else {
            return "the next attempt is not due at \(String(describing: until))"
        }
        return machine.status == .running ? nil : "the run is \(machine.status), and there is work"
    }

    private func fault(_ status: RunStatus, _ summary: String) -> String? {
        switch stage {
        case .finished: return status == .done ? nil : "a run whose steps ended well is \(status)"
        case .undoing:
            guard status == verdict else { return "the run ends as \(status), not \(verdict)" }
            guard summary.contains(reason) else { return "'\(summary)' does not say '\(reason)'" }
            guard undone.isEmpty || summary.contains("taken back: \(undone.joined(separator: ", "))") else {
                return "'\(summary)' does not name what was taken back: \(undone)"
            }
            guard summary.contains("could not be taken back") == (failedUndos > 0) else {
                return "'\(summary)' is wrong about \(failedUndos) failed compensations"
            }
            return nil
        case .working, .stopping, .cancelled: return "the run ends while it is \(stage)"
        }
    }
}

extension Reference.Step: Equatable {
    static func == (left: Reference.Step, right: Reference.Step) -> Bool { left === right }
}
