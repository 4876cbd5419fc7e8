import Files

/// What becomes of a run's branch when its worktree goes.
package enum BranchFate: Sendable, Hashable {
    case kept
    /// Deleted, with its tip kept under a private reference.
    case deleted
}

extension Workspace {
    /// Removes the worktree's folder and its registration, after a snapshot of what is not committed.
    ///
    /// Where the snapshot fails, nothing is removed. Ignored files (build products) go with the folder.
    package func remove(_ fate: BranchFate = .kept) async throws {
        if try WorktreeRegistration.find(root, in: repository) != nil {
            if FileSystem.isDirectory(root) {
                try await snapshot()
                try FileSystem.removeTree(root)
            }
            _ = try await repository.store.run(["worktree", "remove", root.string], .writes)
        }
        guard fate == .deleted, let tip = try await repository.commit(reference) else { return }
        try await keep(tip)
        try await repository.update([.delete(reference, from: tip)], reason: "vencejo: remove")
    }
}
