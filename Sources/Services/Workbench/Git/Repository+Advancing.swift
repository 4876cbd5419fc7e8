import Files

/// How a user's branch was changed on request.
package enum MergeResult: Sendable, Hashable {
    /// The branch moved forward to the run's own commits.
    case fastForward(commit: String)
    /// A merge commit was made.
    case merged(commit: String)
    /// There was nothing to do: everything is in the branch.
    case alreadyMerged
}

extension Repository {
    /// Merges a branch into the branch that the user has checked out: by moving forward, else by a merge commit.
    ///
    /// Nothing is changed, and an error says what to do, where HEAD is detached, a tracked file is changed, an untracked or
    /// ignored file would be overwritten, or both sides changed the same lines. The commit is complete before a file is
    /// touched. `trailers` go into a merge commit.
    package func merge(_ branch: String, trailers: [(String, String)] = []) async throws -> MergeResult {
        let now = try await readyForChange(to: "merge \(branch)")
        guard let tip = try await now.commit("refs/heads/\(branch)") else {
            throw WorkbenchError(.notFound, "There is no branch \(branch) in \(root) to merge.")
        }
        if try await now.isAncestor(tip, of: now.head) { return .alreadyMerged }
        if try await now.isAncestor(now.head, of: tip) {
            try await now.advance(to: tip)
            return .fastForward(commit: tip)
        }
        switch try await now.mergeTrees(now.head, tip) {
        case .conflicts(let paths):
            throw WorkbenchError(
                .conflict,
                "\(branch) and \(now.branch ?? "HEAD") both changed \(paths.abridged): merge by hand with `git merge \(branch)`.",
                paths: paths)
        case .clean(let tree):
            let message = CommitMessage(title: "Merge branch '\(branch)'", body: "", trailers: trailers).text
            let commit = try await now.commitTree(
                tree, parents: [now.head, tip], message: message, as: try await author())
            try await now.advance(to: commit)
            return .merged(commit: commit)
        }
    }

    /// The repository as it is now, if its branch may be moved and its files updated.
    func readyForChange(to action: String) async throws -> Repository {
        let now = try await reread()
        guard now.branch != nil else {
            throw WorkbenchError(
                .detachedHead,
                "HEAD is detached in \(root), so nothing can \(action): check out a branch (git switch NAME).")
        }
        guard now.changedPaths.isEmpty else {
            throw WorkbenchError(
                .dirtyTree,
                "Cannot \(action) while files are changed in \(root) (\(now.changedPaths.abridged)): commit or stash them.",
                paths: now.changedPaths)
        }
        return now
    }

    /// Moves the user's branch forward to a commit and updates the files; nothing of the user's is overwritten.
    func advance(to commit: String) async throws {
        let arriving = try await differences(head, commit).filter { $0.status == .added || $0.status == .renamed }
        try await refuseOverwriting(arriving.map(\.path))
        do {
            _ = try await git.run(
                ["merge", "--ff-only", "--no-overwrite-ignore", "--no-autostash", "--no-stat", "--quiet", commit],
                .writes)
        } catch let error as WorkbenchError where error.message.contains("Not possible to fast-forward") {
            throw WorkbenchError(.moved, "The branch \(branch ?? "HEAD") moved in \(root) meanwhile: try again.")
        }
    }

    private func refuseOverwriting(_ paths: [String]) async throws {
        guard !paths.isEmpty else { return }
        let tracked = Set(try await git.run(["ls-files", "-z"]).fields)
        let inTheWay = paths.filter { !tracked.contains($0) && FileSystem.exists(root / $0) }
        guard inTheWay.isEmpty else {
            throw WorkbenchError(
                .dirtyTree,
                "Files in \(root) that git does not track would be overwritten (\(inTheWay.abridged)): move them away.",
                paths: inTheWay)
        }
    }
}
