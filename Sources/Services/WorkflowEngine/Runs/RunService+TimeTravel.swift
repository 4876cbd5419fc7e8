import Files
package import Identity
package import Runs
import Timekeeping
package import Workbench

/// Looking at a run as it was, and going back (E5).
extension RunService {
    package func history(of run: Run) async throws -> RunHistory {
        RunHistory(try await journal.events(of: run.id, after: 0, limit: .max))
    }

    /// The run as it was at the end of a step, or when an event had just been recorded.
    package func moment(of run: Run, at typed: String) async throws -> RunMoment {
        let history = try await history(of: run)
        var moment: RunMoment
        do throws(HistoryError) {
            moment = history.until(try history.place(typed))
        } catch {
            throw EngineError(error)
        }
        moment.count(try await journal.charges(of: run.id))
        return moment
    }

    /// Where the files of a moment are; throws where the repository does not have them any more.
    package func files(of moment: RunMoment, _ run: Run) async throws -> WorkspaceMoment {
        let workspace = try await workspace(of: run)
        let begun = try await takeOverCommit(of: run, in: workspace) ?? run.baseCommit
        let commit = moment.files.commit ?? begun
        // What was mended at the end was committed without an event of its own.
        if moment.step == .finalCheck, let tree = moment.files.tree, let tip = try await workspace.tip(with: tree) {
            return WorkspaceMoment(commit: tip, tree: tree)
        }
        return try await workspace.moment(commit: commit, tree: moment.files.tree)
    }

    /// What the run had changed by then, against the commit it started from.
    package func diff(of run: Run, at typed: String) async throws -> String {
        let files = try await files(of: try await moment(of: run, at: typed), run)
        return try await workspace(of: run).diff(to: files.tree)
    }

    /// The end of a step from which a run can go on, and the run as it was then.
    func passage(of run: Run, at typed: String) async throws -> (moment: RunMoment, history: RunHistory) {
        let history = try await history(of: run)
        let ended: RunHistory.EndedStep
        do throws(HistoryError) {
            ended = try history.step(typed)
        } catch {
            throw EngineError(error)
        }
        guard !ended.hasFailed else {
            throw EngineError(
                .state,
                "step '\(ended.step)' of run \(run.id.short) has failed, so nothing goes on from its end; name an earlier one"
            )
        }
        var moment = history.until(step: ended)
        moment.count(try await journal.charges(of: run.id))
        return (moment, history)
    }

    // MARK: - Rewinding

    /// What a rewind did.
    package struct Rewound: Sendable, Hashable {
        package var step: StepKey
        package var files: WorkspaceMoment
        /// False where the run was at the end of that step already.
        package var isNew: Bool
    }

    /// Puts a run back to the end of a step: branch, worktree and everything that counts.
    ///
    /// What came later is kept: commits and files under private references, records apart, events in the log. Throws
    /// `busy` where a process works on the run, and `state` where it has ended.
    package func rewind(_ id: RunID, at typed: String, by who: String) async throws -> Rewound {
        let run = try await existing(id)
        try refuseIfEnded(run, typed)
        let lock = try await lock(run)
        defer { lock.release() }
        let current = try await existing(id)
        try refuseIfEnded(current, typed)
        try await finishRewind(of: current)
        let (moment, history) = try await passage(of: current, at: typed)
        let files = try await files(of: moment, current)
        let step = moment.step ?? .prepare
        let isBehind = history.effective.contains {
            $0.position > moment.position && !$0.event.isOfItsRunAlone && !$0.event.isOfMoney
        }
        guard isBehind else {
            return Rewound(step: step, files: files, isNew: false)
        }
        try await countInterruptedCalls(of: id)
        try await leaveBatches(of: current)
        try await journal.record(
            try await changes(rewinding: current, to: moment, files, by: who), for: id, at: clock.now())
        try await finishRewind(of: current)
        return Rewound(step: step, files: files, isNew: true)
    }

    private func refuseIfEnded(_ run: Run, _ typed: String) throws {
        guard run.status.isEnded else { return }
        throw EngineError(
            .state,
            "run \(run.id.short) has ended (\(run.status.rawValue)) and stays as it is; go another way from there with vencejo runs fork \(run.id.short) --at \(typed)"
        )
    }

    /// Everything that a rewind changes in the journal: one transaction.
    private func changes(
        rewinding run: Run, to moment: RunMoment, _ files: WorkspaceMoment, by who: String
    ) async throws -> [JournalChange] {
        var run = run
        run.status = .running
        run.updatedAt = clock.now()
        var changes: [JournalChange] = [.run(run)]
        let kept = Set(moment.keptSessions.map(\.id))
        for session in try await journal.sessions(of: run.id) where !kept.contains(session.id) {
            changes.append(.supersede(.session(session.id)))
        }
        for receipt in try await journal.receipts(of: run.id) where !moment.keptReceipts.contains(receipt.id) {
            changes.append(.supersede(.receipt(receipt.id)))
        }
        let gates = moment.keptGates
        for gate in try await journal.gates(of: run.id, openOnly: false) {
            guard let then = gates.first(where: { $0.id == gate.id }) else {
                changes.append(.supersede(.gate(gate.id)))
                continue
            }
            guard then.value == nil else { continue }
            // Written open whatever it is now: an answer that comes this very moment is later than where the run goes.
            var open = gate
            open.withdrawnAnswers = gate.answer.map { (gate.withdrawnAnswers ?? []) + [$0] } ?? gate.withdrawnAnswers
            open.answer = nil
            run.status = .waiting
            changes += [.gate(open), .run(run)]
        }
        changes.append(
            .event(
                .runRewound(
                    to: moment.position, step: moment.step ?? .prepare, dropped: moment.begun, head: files.commit,
                    tree: files.tree, by: who)))
        return changes
    }

    /// Does for branch and worktree what the last rewind says, where a process died before it was done.
    func finishRewind(of run: Run) async throws {
        var pending: (head: String, tree: String)?
        for record in RunHistory.effective(try await journal.events(of: run.id, after: 0, limit: .max)) {
            switch record.event {
            case .runRewound(_, _, _, let head, let tree, _): pending = (head, tree)
            case .worktreeRewound: pending = nil
            default: break
            }
        }
        guard let pending else { return }
        let workspace = try await workspace(of: run)
        let moment = try await workspace.moment(commit: pending.head, tree: pending.tree)
        // A task that has a worktree of its own has not ended, so it begins anew: what it had is kept among the snapshots.
        let lanes = Self.lanes(of: workspace, home)
        for task in try await lanes.tasks() { try await lanes.remove(task) }
        FaultPoint.pass("rewind.lanes.removed")
        let saved = try await workspace.rewind(to: moment)
        try await journal.record(
            [.event(.worktreeRewound(tree: moment.tree, saved: saved?.reference))], for: run.id, at: clock.now())
    }
}

extension EngineError {
    init(_ error: HistoryError) {
        self.init(error.code == .notReached ? .state : .usage, error.message)
    }
}
