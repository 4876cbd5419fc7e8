package import Files

/// Worktrees for tasks that are carried out beside one another, and the way of their work into the run's branch.
///
/// Every task of a batch begins from the same commit and the same files: those of the run's own worktree when the batch
/// began. A task's worktree is a ``Workspace`` like the run's, with snapshots of its own. The work is joined by the task's
/// commit, one task after the other; what cannot be joined is a value. Every call may be repeated after a crash and then
/// goes on where it stopped: what was begun is found by private references, what was joined by its trailers.
///
/// Forking may happen for several tasks at once; joining and removing are for one caller.
///
/// ```swift
/// let lanes = ParallelWorkspaces(run: workspace, folder: state / "lanes")
/// try await lanes.begin(["T001", "T002"])
/// let first = try await lanes.fork("T001")       // agent, checks, first.commit(…, trailers: Vencejo-Run, Vencejo-Task …)
/// switch try await lanes.join("T001") { … }
/// try await lanes.remove("T001")
/// ```
package struct ParallelWorkspaces: Sendable, Hashable {
    /// The run's own workspace, which must be prepared.
    package let run: Workspace
    /// The folder that the tasks' worktrees are made in.
    package let folder: FilePath

    package init(run: Workspace, folder: FilePath) {
        self.run = run
        self.folder = folder
    }

    /// A file in conflict that the caller may know how to merge: new contents, or nil where it does not.
    package typealias Mend = @Sendable (JoinConflict.File) throws -> [UInt8]?

    // MARK: - Beginning

    /// Records where the tasks begin: at the run's branch and files as they are now.
    ///
    /// What the run's worktree has that is not committed is saved, and each task's worktree has it, too. Tasks that began
    /// before stay where they began.
    package func begin(_ tasks: [String]) async throws {
        for task in tasks { try Self.check(task) }
        var open: [String] = []
        for task in tasks where try await repository.commit(start(of: task)) == nil { open.append(task) }
        guard !open.isEmpty else { return }
        let head = try await run.head()
        let tree = try await run.tree()
        _ = try await run.save(tree: tree, parent: head)
        let mark = try await repository.commitTree(
            tree, parents: [head], message: "Where tasks of run \(run.runName) began", as: .vencejo)
        try await repository.update(open.map { .create(start(of: $0), at: mark) }, reason: "vencejo: begin")
    }

    /// Makes the task's worktree and branch, or takes over what a killed process left of them, as ``Workspace/prepare()``.
    package func fork(_ task: String) async throws -> Workspace {
        try await begin([task])
        let workspace = try await workspace(of: task)
        if try await !workspace.branchExists() {
            var changes: [ReferenceChange] = [.create(workspace.reference, at: workspace.base)]
            let mark = start(of: task)
            let tree = try await repository.tree(of: mark)
            if try await repository.tree(of: workspace.base) != tree {
                // The run's files become the task's by the same means by which a lost worktree comes back.
                let first = try await repository.commitTree(
                    tree, parents: [workspace.base], message: "Snapshot 1 of task \(task)", as: .vencejo)
                let number = (try await workspace.snapshots().last?.number ?? 0) + 1
                changes.append(.create(workspace.snapshotPrefix + "\(number)", at: first))
            }
            try await repository.update(changes, reason: "vencejo: fork")
        }
        try await workspace.prepare()
        return workspace
    }

    /// The task's workspace without touching anything; throws `notFound` where the task has not begun.
    package func workspace(of task: String) async throws -> Workspace {
        try Self.check(task)
        guard let base = try await repository.commit("\(start(of: task))~1") else {
            throw WorkbenchError(.notFound, "The task \(task) has no worktree of its own: fork it first.")
        }
        return Workspace(
            repository: repository, run: run.run, branch: "\(run.branch)-\(task)", base: base,
            root: folder / "\(run.runName)-\(task)", lane: task)
    }

    /// The tasks that have begun and are not removed, in the order of their names.
    package func tasks() async throws -> [String] {
        let prefix = run.snapshotPrefix + "task-"
        return try await repository.store.text(["for-each-ref", "--format=%(refname)", run.snapshotPrefix])
            .split(separator: "\n").compactMap { name in
                guard name.hasPrefix(prefix), name.hasSuffix("/start") else { return nil }
                return String(name.dropFirst(prefix.count).dropLast(6))
            }
    }

    // MARK: - Removing

    /// Removes the task's worktree and branch; all that was in them is among the run's snapshots from then on.
    ///
    /// Ignored files go with the folder. Where a snapshot fails, nothing is removed.
    package func remove(_ task: String) async throws {
        let mark = start(of: task)
        guard let begun = try await repository.commit(mark) else { return }
        let workspace = try await workspace(of: task)
        try await workspace.remove(.deleted)
        for snapshot in try await workspace.snapshots() {
            let known = try await run.snapshots()
            if !known.contains(where: { $0.tree == snapshot.tree }) {
                // Without a parent it is never taken for a state of the run's own worktree.
                let commit = try await repository.commitTree(
                    snapshot.tree, parents: [],
                    message: "Snapshot \(snapshot.number) of task \(task) of run \(run.runName)", as: .vencejo)
                try await run.keep(
                    commit, tree: snapshot.tree, parent: nil, from: (known.last?.number ?? 0) + 1)
            }
            try await repository.update([.delete(snapshot.reference, from: snapshot.commit)], reason: "vencejo: remove")
        }
        try await repository.update([.delete(mark, from: begun)], reason: "vencejo: remove")
    }

    // MARK: - Parts

    var repository: Repository { run.repository }

    /// The reference to a commit on top of where the task began; its tree is what the run's files were.
    func start(of task: String) -> String { "\(run.snapshotPrefix)task-\(task)/start" }

    private static func check(_ task: String) throws {
        let isPlain = task.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isPlain, !task.isEmpty, task.utf8.count <= 60 else {
            throw WorkbenchError(
                .badName, "The task '\(task)' cannot have a branch of its own: name it by letters, digits, - and _.")
        }
    }
}
