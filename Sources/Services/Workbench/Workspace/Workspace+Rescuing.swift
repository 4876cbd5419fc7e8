import Files

extension Workspace {
    /// Saves what stands in the folder of a half-made worktree and is not in its branch, before the folder is made anew.
    ///
    /// It is kept as a snapshot without a parent, so that it is never taken for the state that the run was in.
    func rescue() async throws {
        guard FileSystem.isDirectory(root), try FileSystem.list(root).contains(where: { $0.name != ".git" }) else {
            return
        }
        // The registration may be as incomplete as the folder, so the repository's own git looks at the files.
        let index = repository.commonDirectory / "vencejo-rescue.\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        var git = repository.store
        git.place = .exactly(gitDirectory: repository.commonDirectory, workTree: root, index: index)
        defer {
            for left in [index, FilePath(index.string + ".lock")] where FileSystem.exists(left) {
                // An index that stays behind costs some bytes and means nothing to anybody.
                try? FileSystem.remove(left)
            }
        }
        let start = try await repository.commit(reference) ?? base
        _ = try await git.run(["read-tree", start], .writes)
        let tree = try await everything(into: git)
        let foreign = try await repository.store.run([
            "diff-tree", "-r", "-z", "--no-renames", "--name-only", "--diff-filter=d", start, tree,
        ]).fields
        guard !foreign.isEmpty else { return }
        let known = try await snapshots()
        guard !known.contains(where: { $0.tree == tree }) else { return }
        let commit = try await repository.commitTree(
            tree, parents: [], message: "Found in the half-made worktree of run \(runName)", as: .vencejo)
        try await keep(commit, tree: tree, parent: nil, from: (known.last?.number ?? 0) + 1)
    }

    /// Removes locks on this run's own references and index that a git left which was killed or lost its power.
    ///
    /// Only one process works on a run; a git that outlived its own has three seconds to give its lock back.
    func removeStaleLocks(_ registration: WorktreeRegistration) async throws {
        let common = repository.commonDirectory
        var locks = [
            registration.directory / "index.lock", registration.directory / "HEAD.lock",
            common / "\(reference).lock",
        ]
        locks += try Self.locks(below: common / String(snapshotPrefix.dropLast()))
        if lane == nil {
            let branches = (common / reference).parent
            locks += try Self.locks(below: branches).filter { $0.name.hasPrefix("\((common / reference).name)-") }
        }
        let before = try locks.map { try FileSystem.info($0)?.modificationTime }
        guard before.contains(where: { $0 != nil }) else { return }
        for _ in 0..<30 where locks.contains(where: FileSystem.exists) {
            try await Task.sleep(for: .milliseconds(100))
        }
        for (lock, time) in zip(locks, before) where time != nil {
            if try FileSystem.info(lock)?.modificationTime == time { try FileSystem.remove(lock) }
        }
    }
}

extension Workspace {
    private static func locks(below folder: FilePath) throws -> [FilePath] {
        guard FileSystem.isDirectory(folder) else { return [] }
        return try FileSystem.list(folder).flatMap { entry in
            switch entry.kind {
            case .directory: try locks(below: folder / entry.name)
            default: entry.name.hasSuffix(".lock") ? [folder / entry.name] : []
            }
        }
    }

    /// Whether the repository knows the folder as one of its worktrees.
    package func isRegistered() -> Bool {
        // A registration that cannot be read is none that can be used.
        (try? WorktreeRegistration.find(root, in: repository)) != nil
    }

    /// Whether the run's branch is there.
    package func branchExists() async throws -> Bool { try await repository.commit(reference) != nil }
}

extension Repository {
    /// The runs that have snapshots here, with the number of each, the latest run first.
    package func snapshotCounts() async throws -> [(run: String, count: Int)] {
        var counts: [String: Int] = [:]
        for name in try await store.text(["for-each-ref", "--format=%(refname)", "refs/vencejo/"]).split(
            separator: "\n")
        {
            let parts = name.split(separator: "/")
            if parts.count == 4 { counts[String(parts[2]), default: 0] += 1 }
        }
        return counts.sorted { $0.key > $1.key }.map { (run: $0.key, count: $0.value) }
    }
}
