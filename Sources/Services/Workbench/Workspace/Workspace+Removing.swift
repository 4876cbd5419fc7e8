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
    /// Where the snapshot fails, nothing is removed. Ignored files go with the folder, unless they are set aside before.
    package func remove(_ fate: BranchFate = .kept) async throws {
        if let found = try WorktreeRegistration.find(root, in: repository) {
            try await removeStaleLocks(found)
            if FileSystem.isDirectory(root) {
                // What a removal left that was killed is no state of the run's, but may hold what was written since.
                if found.isReady { try await snapshot() } else { try await rescue() }
                try found.markUnready(for: runName)
                try FileSystem.removeTree(root)
            }
            try await repository.withWorktreeLock {
                _ = try await repository.store.run(["worktree", "remove", root.string], .writes)
            }
        }
        guard fate == .deleted, let tip = try await repository.commit(reference) else { return }
        try await keep(tip)
        try await repository.update([.delete(reference, from: tip)], reason: "vencejo: remove")
    }
}
