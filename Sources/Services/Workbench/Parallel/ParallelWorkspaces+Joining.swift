import Files

/// The way of a task's work into the run's branch.
extension ParallelWorkspaces {
    /// Brings a task's commit into the run's branch and worktree, with its message and its trailers.
    ///
    /// The run's files change first and its branch after them, so that a join that was cut off is simply done again. What the
    /// run's worktree has that is not committed is saved, and stays where the task does not touch it. What the task has
    /// committed counts; what it left uncommitted does not, and is saved when its worktree is removed.
    ///
    /// - Parameter mend: Is asked for each file in conflict; where it knows all of them, there is no conflict.
    package func join(_ task: String, mend: Mend = { _ in nil }) async throws -> JoinOutcome {
        if let commit = try await run.findCommit(trailer: Self.taskTrailer, value: task) {
            return .alreadyJoined(commit: commit)
        }
        let work = try await work(of: task)
        let head = try await run.head()
        let merge = try await merge(work, onto: head)
        var mended: [(path: String, mode: String, bytes: [UInt8])] = []
        for file in merge.files {
            if let ours = file.ours, file.theirs != nil, let bytes = try mend(file) {
                mended.append((file.path, ours.mode, bytes))
            }
        }
        guard mended.count == merge.files.count else {
            return .conflict(
                JoinConflict(
                    task: task, commit: work.commit, onto: head, base: work.base,
                    tree: try await repository.tree(merge.tree, with: mended),
                    files: merge.files.filter { file in !mended.contains { $0.path == file.path } }))
        }
        let tree = try await repository.tree(merge.tree, with: mended)
        FaultPoint.pass("join.\(task).merged")
        try await place(tree, insteadOf: try await repository.tree(of: head))
        FaultPoint.pass("join.\(task).placed")
        let commit = try await run.commit(tree, onto: head, message: try await message(of: work.commit))
        FaultPoint.pass("join.\(task).committed")
        return .joined(
            JoinedTask(
                commit: commit, tree: tree, isTaskTree: try await repository.tree(of: work.commit) == tree))
    }

    /// Lays a conflict out in the task's own worktree: the run's newest files with the task's work merged in, and git's marks
    /// where both sides differ.
    ///
    /// The task's branch moves on top of the run's, and its earlier commit is kept; from then on it has no commit of the task
    /// until one is made there. Repeating it for the same conflict changes nothing.
    @discardableResult
    package func layOut(_ conflict: JoinConflict) async throws -> Workspace {
        let workspace = try await fork(conflict.task)
        let tip = try await workspace.head()
        guard tip == conflict.commit else {
            if try await laidOut(conflict.task)?.commit == conflict.commit { return workspace }
            throw WorkbenchError(
                .moved, "The branch \(workspace.branch) moved since the conflict was found: join the task again.")
        }
        let message = CommitMessage(
            title: "\(conflict.task): join by hand", body: conflict.paths.joined(separator: "\n"),
            trailers: [
                ("Vencejo-Run", run.runName), (Self.conflictTrailer, conflict.task),
                (Self.theirsTrailer, conflict.commit), (Self.baseTrailer, conflict.base),
            ])
        let commit = try await repository.commitTree(
            conflict.tree, parents: [conflict.onto], message: message.text, as: .vencejo)
        try await workspace.keep(tip)
        try await workspace.restore(tree: conflict.tree)
        try await repository.update(
            [.move(workspace.reference, to: commit, from: tip)], reason: "vencejo: lay out a conflict")
        await workspace.refreshIndex()
        FaultPoint.pass("join.\(conflict.task).laid-out")
        return workspace
    }

    /// The conflict that the task's worktree was laid out for and that no commit of the task has answered yet, or nil.
    package func laidOut(_ task: String) async throws -> JoinConflict? {
        let workspace = try await workspace(of: task)
        guard try await workspace.branchExists(),
            try await workspace.findCommit(trailer: Self.taskTrailer, value: task) == nil,
            let mark = try await workspace.log().first(where: { $0.trailers[Self.conflictTrailer] == task }),
            let theirs = mark.trailers[Self.theirsTrailer], let base = mark.trailers[Self.baseTrailer],
            let onto = try await repository.commit("\(mark.id)~1")
        else { return nil }
        let merge = try await merge(Work(commit: theirs, base: base), onto: onto)
        let tree = try await repository.tree(of: mark.id)
        let named = Set(
            try await repository.store.text(["log", "-1", "--format=%b", mark.id]).split(separator: "\n").map(
                String.init))
        return JoinConflict(
            task: task, commit: theirs, onto: onto, base: base, tree: tree,
            files: merge.files.filter { named.contains($0.path) })
    }

    /// The files of a conflict that still hold git's marks in the task's worktree.
    package func unresolved(_ conflict: JoinConflict) async throws -> [String] {
        let tree = try await workspace(of: conflict.task).tree()
        let found = try await repository.store.run(
            ["grep", "-l", "-z", "-E", "-e", "^(<<<<<<<|>>>>>>>) ", tree, "--"]
                + conflict.paths.map { ":(literal,top)\($0)" }, accepting: [0, 1])
        return found.fields.map { String($0.dropFirst(tree.utf8.count + 1)) }
    }

    // MARK: - Parts

    private static let taskTrailer = "Vencejo-Task"
    private static let conflictTrailer = "Vencejo-Conflict"
    private static let theirsTrailer = "Vencejo-Theirs"
    private static let baseTrailer = "Vencejo-Base"

    /// A task's commit, and the commit whose files it changed.
    private struct Work {
        var commit: String
        var base: String
    }

    private func work(of task: String) async throws -> Work {
        let workspace = try await workspace(of: task)
        guard try await workspace.branchExists(),
            let commit = try await workspace.findCommit(trailer: Self.taskTrailer, value: task)
        else {
            throw WorkbenchError(
                .notFound, "The branch \(workspace.branch) has no commit of \(task) to join: commit the task first.")
        }
        // Where a conflict was laid out, the work stands on the run's branch as it was then.
        let mark = try await workspace.log().first { $0.trailers[Self.conflictTrailer] == task }
        guard let mark else { return Work(commit: commit, base: workspace.base) }
        return Work(commit: commit, base: try await repository.commit("\(mark.id)~1") ?? workspace.base)
    }

    private func merge(_ work: Work, onto head: String) async throws -> SidedMerge {
        try await repository.applyShowingSides(
            from: try await repository.tree(of: work.base), to: try await repository.tree(of: work.commit),
            onto: try await repository.tree(of: head))
    }

    /// Puts a tree into the run's worktree in place of its branch's; what is not committed there stays where it can.
    private func place(_ tree: String, insteadOf old: String) async throws {
        let now = try await run.tree()
        var wanted = tree
        if now != old, case .clean(let both) = try await repository.apply(from: old, to: tree, onto: now) {
            wanted = both
        }
        try await run.restore(tree: wanted)
    }

    /// The task's message with one more trailer that tells where it comes from.
    private func message(of commit: String) async throws -> String {
        let text = try await repository.store.text(["log", "-1", "--format=%B", commit]).trimmingNewlines
        return "\(text)\nVencejo-Joined: \(commit)\n"
    }
}
