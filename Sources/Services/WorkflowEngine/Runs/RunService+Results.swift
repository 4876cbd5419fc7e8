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
        switch try await repository.merge(run.branch, trailers: [("Vencejo-Run", run.id.string)]) {
        case .alreadyMerged:
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
        let result = try await workspace(of: run).undo(target, on: isMerged ? .userBranch : .runBranch)
        try await journal.record([.event(.taskUndone(task: task, commit: result.commit))], for: id, at: clock.now())
        return result
    }

    func workspace(of run: Run) async throws -> Workspace {
        Workspace(
            repository: try await Repository.open(at: FilePath(run.project)), run: run.id, branch: run.branch,
            base: run.baseCommit, root: FilePath(run.worktree))
    }
}

extension String {
    var firstLine: String { String(prefix { !$0.isNewline }) }
}

extension RunService {
    /// The gate that a user means by a whole id, its beginning or its end.
    package func findGate(_ typed: String) async throws -> Gate {
        let found = try await journal.gates(matching: typed)
        guard let gate = found.first else {
            throw EngineError(.notFound, "there is no gate '\(typed)'; see vencejo gates list")
        }
        guard found.count == 1 else {
            let ids = found.prefix(4).map(\.id.short).joined(separator: ", ")
            throw EngineError(.usage, "'\(typed)' may mean several gates (\(ids)): give more of the id")
        }
        return gate
    }

    /// Where a receipt's log lies.
    package func log(of receipt: Receipt, run: Run) -> FilePath { home / "runs" / run.id.string / receipt.log }
}
