package import Files
package import Identity
package import Runs
import Timekeeping
package import Workbench

/// Looking at what a run has made, and what is done with it.
extension RunService {
    package func report(on id: RunID) async throws -> RunReport {
        let run = try await existing(id)
        let changes: [RunReport.FileChangeCount]
        do {
            changes = try await workspace(of: run).changes().map {
                .init(path: $0.path, added: $0.added, removed: $0.removed)
            }
        } catch is WorkbenchError {
            changes = []  // the repository or the branch is gone; the journal's part of the report stands
        }
        return RunReport(
            run: run, events: try await journal.events(of: id, after: 0, limit: .max),
            receipts: try await journal.receipts(of: id), charges: try await journal.charges(of: id),
            gates: try await journal.gates(of: id, openOnly: false), changes: changes)
    }

    /// The run's changes as a unified diff against the commit it started from.
    package func diff(of id: RunID) async throws -> String {
        let run = try await existing(id)
        return try await workspace(of: run).diff()
    }

    /// Brings an ended run's commits onto the branch that the user's working tree is on.
    package func merge(_ id: RunID) async throws -> Merged {
        let run = try await existing(id)
        guard run.status == .done else {
            throw EngineError(
                .state, "run \(run.id.short) is \(run.status.rawValue), and only a run that is done can be merged")
        }
        let repository = try await Repository.open(at: FilePath(run.project))
        let branch = repository.branch ?? "HEAD"
        let result = try await withoutTakenDocuments(of: run, in: repository) {
            try await repository.merge(run.branch, trailers: [("Vencejo-Run", run.id.string)])
        }
        switch result {
        case .alreadyMerged:
            // Also where the engine was stopped between the merge and its record.
            let isRecorded = try await journal.events(of: id, after: 0, limit: .max).contains {
                if case .runMerged = $0.event { true } else { false }
            }
            if !isRecorded {
                try await journal.record(
                    [.event(.runMerged(commit: repository.head, into: branch))], for: id, at: clock.now())
            }
            return Merged(commit: repository.head, branch: branch, isNew: false)
        case .fastForward(let commit), .merged(let commit):
            try await journal.record([.event(.runMerged(commit: commit, into: branch))], for: id, at: clock.now())
            return Merged(commit: commit, branch: branch, isNew: true)
        }
    }

    /// Where a run's work is after a merge.
    package struct Merged: Sendable, Hashable {
        package var commit: String
        package var branch: String
        /// False where everything was in the branch already.
        package var isNew: Bool
    }

    /// Reverts one task, or everything, by a new commit.
    ///
    /// Nothing is lost: the commits stay.
    ///
    /// - Parameter isMerged: whether to do it on the user's branch, which has the work already.
    package func undo(_ id: RunID, task: String?, isMerged: Bool) async throws -> UndoResult {
        let run = try await existing(id)
        let lock = try await lock(run)
        defer { lock.release() }
        let target = task.map { UndoTarget.task($0) } ?? .run
        let workspace = try await workspace(of: run)
        let result: UndoResult
        do {
            result = try await workspace.undo(target, on: isMerged ? .userBranch : .runBranch)
        } catch let error as WorkbenchError where error.code == .nothingToUndo && !isMerged {
            guard let made = try await unrecordedUndo(of: task, in: workspace) else { throw error }
            result = made
        }
        try await journal.record([.event(.taskUndone(task: task, commit: result.commit))], for: id, at: clock.now())
        return result
    }

    /// An undo that was made just before the engine was stopped, so that the journal does not know of it.
    private func unrecordedUndo(of task: String?, in workspace: Workspace) async throws -> UndoResult? {
        guard let tip = try await workspace.log().first, tip.trailers["Vencejo-Undo"] == task ?? "run" else {
            return nil
        }
        let isKnown = try await journal.events(of: workspace.run, after: 0, limit: .max).contains {
            if case .taskUndone(_, tip.id) = $0.event { true } else { false }
        }
        return isKnown ? nil : UndoResult(commit: tip.id, branch: workspace.branch, saved: nil)
    }

    func workspace(of run: Run) async throws -> Workspace {
        Workspace(
            repository: try await Repository.open(at: FilePath(run.project)), run: run.id, branch: run.branch,
            base: run.baseCommit, root: FilePath(run.worktree),
            ancestry: run.origin.map { .init(start: $0.commit, runs: $0.lineage) })
    }
}

extension String {
    var firstLine: String { String(prefix { !$0.isNewline }) }
}

extension RunService {
    /// The gate that a user means by a whole id, its beginning or its end.
    package func findGate(_ typed: String) async throws -> Gate {
        try await gates.find(typed)
    }

    /// Where a receipt's log lies.
    package func log(of receipt: Receipt, run: Run) -> FilePath { home / "runs" / run.id.string / receipt.log }
}
