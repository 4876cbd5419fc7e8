import Identity

/// The files of a run at one moment: a commit of its branch, and a tree where files had changed since.
package struct WorkspaceMoment: Sendable, Hashable {
    package let commit: String
    package let tree: String

    package init(commit: String, tree: String) {
        self.commit = commit
        self.tree = tree
    }
}

extension Workspace {
    /// Finds the commit and the tree in the repository; throws `notFound` where one of them is gone.
    ///
    /// - Parameter tree: nil for the tree of the commit.
    package func moment(commit: String, tree: String? = nil) async throws -> WorkspaceMoment {
        guard let found = try await repository.commit(commit) else {
            throw WorkbenchError(
                .notFound,
                "The commit \(commit.prefix(12)) of run \(run.short) is gone from \(repository.root), so its files cannot be had."
            )
        }
        guard let tree else {
            return WorkspaceMoment(commit: found, tree: try await repository.tree(of: found))
        }
        let known = try await repository.store.run(["cat-file", "-e", "\(tree)^{tree}"], accepting: [0, 1, 128])
        guard known.succeeded else {
            throw WorkbenchError(
                .notFound,
                "The snapshot with tree \(tree.prefix(12)) of run \(run.short) is gone from \(repository.root), so its files cannot be had."
            )
        }
        return WorkspaceMoment(commit: found, tree: tree)
    }

    /// The tip of the branch where its tree is this one, else nil.
    package func tip(with tree: String) async throws -> String? {
        guard let tip = try await repository.commit(reference) else { return nil }
        return try await repository.tree(of: tip) == tree ? tip : nil
    }

    /// Keeps a moment's files under the run's next private reference, as the state that the worktree is made from.
    package func keep(_ moment: WorkspaceMoment) async throws {
        let known = try await snapshots()
        if let last = known.last, last.parent == moment.commit, last.tree == moment.tree { return }
        let number = (known.last?.number ?? 0) + 1
        let commit = try await repository.commitTree(
            moment.tree, parents: [moment.commit], message: "Where run \(runName) goes on from", as: .vencejo)
        try await keep(commit, tree: moment.tree, parent: moment.commit, from: number)
    }

    /// Puts the run's branch and worktree back to a moment; the branch's tip and all files are saved before.
    ///
    /// Ignored files stay. May be done again after a crash in its middle. Returns the files that were saved, if any were
    /// not saved before.
    package func rewind(to moment: WorkspaceMoment) async throws -> Snapshot? {
        try await prepare()
        let tip = try await head()
        guard try await repository.isAncestor(moment.commit, of: tip), try await isOwn(tip) else {
            throw WorkbenchError(
                .conflict,
                "\(branch) does not lead back to \(moment.commit.prefix(12)) by the run's own commits: nothing was changed.",
                paths: [])
        }
        if tip != moment.commit { try await keep(tip) }
        let saved = try await restore(tree: moment.tree)
        if tip != moment.commit {
            try await repository.update([.move(reference, to: moment.commit, from: tip)], reason: "vencejo: rewind")
        }
        try await keep(moment)
        await refreshIndex()
        return saved
    }
}
