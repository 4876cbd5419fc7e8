import Files

/// What to undo of a run.
package enum UndoTarget: Sendable, Hashable {
    /// One task's commit.
    case task(String)
    /// Everything since the run's base.
    case run

    /// The value of the `Vencejo-Undo` trailer.
    var trailer: String {
        switch self {
        case .task(let id): id
        case .run: "run"
        }
    }
}

/// Where an undoing commit is made.
package enum UndoPlace: Sendable, Hashable {
    case runBranch
    /// On the branch that the user has checked out, which must contain the work.
    case userBranch
}

/// What an undo did.
package struct UndoResult: Sendable, Hashable {
    package let commit: String
    package let branch: String
    /// The files of the worktree that were not committed, where there were any.
    package let saved: Snapshot?

    package init(commit: String, branch: String, saved: Snapshot?) {
        self.commit = commit
        self.branch = branch
        self.saved = saved
    }
}

extension Workspace {
    /// Makes a commit that takes back a task, or the whole run.
    ///
    /// What stood before is kept under private references first. Where later work changed the same lines nothing is
    /// changed and the error names the files. Work that a branch of the user's contains is undone only by asking for
    /// `.userBranch`, and only where that branch is checked out and clean.
    package func undo(_ target: UndoTarget, on place: UndoPlace = .runBranch) async throws -> UndoResult {
        let work = try await work(of: target)
        switch place {
        case .runBranch:
            let holders = try await userBranches(containing: work.commit)
            guard holders.isEmpty else {
                throw WorkbenchError(
                    .merged,
                    "The work is merged into \(holders.abridged): undo it on that branch, by asking for it explicitly.",
                    paths: [])
            }
            return try await undoOnRunBranch(target, work)
        case .userBranch:
            return try await undoOnUserBranch(target, work)
        }
    }

    /// The branches of the user's that contain a commit.
    package func userBranches(containing commit: String) async throws -> [String] {
        try await repository.store.text([
            "for-each-ref", "--contains", commit, "--format=%(refname:lstrip=2)", "refs/heads",
        ])
        .split(separator: "\n").map(String.init).filter { $0 != branch && !$0.hasPrefix("vencejo/") }
    }

    /// The step to take back: from one tree to another, and the commit that stands for it.
    private struct Work {
        var commit: String
        var before: String
        var after: String
        var title: String
    }

    private func work(of target: UndoTarget) async throws -> Work {
        switch target {
        case .task(let id):
            guard let commit = try await findCommit(trailer: "Vencejo-Task", value: id) else {
                throw WorkbenchError(.nothingToUndo, "\(branch) has no commit of task \(id), or it is undone already.")
            }
            return Work(
                commit: commit, before: try await repository.tree(of: "\(commit)~1"),
                after: try await repository.tree(of: commit), title: "Undo \(id)")
        case .run:
            // An undo is itself a commit of the run: what counts is the last one that is none.
            guard let last = try await log().first(where: { $0.trailers["Vencejo-Undo"] == nil }) else {
                throw WorkbenchError(.nothingToUndo, "\(branch) has no commits to undo.")
            }
            let tip = try await head()
            return Work(
                commit: last.id, before: try await repository.tree(of: base), after: try await repository.tree(of: tip),
                title: "Undo the run")
        }
    }

    private func message(_ target: UndoTarget, _ work: Work) -> String {
        CommitMessage(
            title: work.title, body: "This takes back \(work.commit).",
            trailers: [("Vencejo-Run", runName), ("Vencejo-Undo", target.trailer)]
        ).text
    }

    private func undoOnRunBranch(_ target: UndoTarget, _ work: Work) async throws -> UndoResult {
        let tip = try await head()
        let current = try await repository.tree(of: tip)
        let tree = try await undone(work, on: current, whose: branch)
        guard tree != current else {
            throw WorkbenchError(.nothingToUndo, "\(branch) has nothing left of \(target.trailer) to undo.")
        }
        try await keep(tip)
        let hasFolder = try WorktreeRegistration.find(root, in: repository) != nil && FileSystem.isDirectory(root)
        let saved = hasFolder ? try await restore(tree: tree) : nil
        do {
            let commit = try await commit(tree, onto: tip, message: message(target, work))
            return UndoResult(commit: commit, branch: branch, saved: saved)
        } catch {
            // The branch did not move, so the files go back to where they were.
            if hasFolder { try await place(saved?.tree ?? current) }
            throw error
        }
    }

    private func undoOnUserBranch(_ target: UndoTarget, _ work: Work) async throws -> UndoResult {
        let now = try await repository.readyForChange(to: "undo \(target.trailer)")
        let name = now.branch ?? "HEAD"
        guard try await now.isAncestor(work.commit, of: now.head) else {
            throw WorkbenchError(
                .nothingToUndo, "\(name) does not contain \(work.commit): check out the branch that does.")
        }
        let current = try await now.tree(of: now.head)
        let tree = try await undone(work, on: current, whose: name)
        guard tree != current else {
            throw WorkbenchError(.nothingToUndo, "\(name) has nothing left of \(target.trailer) to undo.")
        }
        try await keep(now.head)
        let commit = try await now.commitTree(
            tree, parents: [now.head], message: message(target, work), as: try await now.author())
        try await now.advance(to: commit)
        return UndoResult(commit: commit, branch: name, saved: nil)
    }

    private func undone(_ work: Work, on tree: String, whose branch: String) async throws -> String {
        switch try await repository.apply(from: work.after, to: work.before, onto: tree) {
        case .clean(let tree): return tree
        case .conflicts(let paths):
            throw WorkbenchError(
                .conflict,
                "Later work on \(branch) changed the same lines of \(paths.abridged): undo the later work first, or edit by hand.",
                paths: paths)
        }
    }
}
