import Files

extension Workspace {
    /// Makes the worktree and its branch; where this very run made them before, takes them over as they are.
    ///
    /// What is taken over is saved first. A killed process may have left any half of it: what is there is finished, or
    /// made anew, after files that were written there by hand are saved. A folder that was deleted by hand comes back from
    /// the branch and the last snapshot.
    /// Throws `exists` where the branch or the folder belongs to somebody else.
    package func prepare() async throws {
        try FileSystem.createDirectory(root.parent)
        if let found = try WorktreeRegistration.find(root, in: repository) {
            guard found.branch == branch || !found.isReady, found.run == nil || found.run == runName else {
                throw WorkbenchError(
                    .exists,
                    "\(root) is a worktree of another branch (\(found.branch ?? "none")): remove it with `git worktree remove \(root)`."
                )
            }
            try await removeStaleLocks(found)
            if found.isReady, FileSystem.isDirectory(root) {
                try found.removeLeftovers()
                try await writeExcludes(found)
                // Somebody may have edited files while nobody worked here, and what comes next may overwrite them.
                try await snapshot()
                return
            }
            try await rescue()
            try await discard()
        } else if FileSystem.exists(root), try !isAbandoned(root) {
            throw WorkbenchError(.exists, "The folder \(root) exists already and is not this run's: move it away.")
        } else {
            try FileSystem.removeTree(root)
        }
        try await make()
    }

    /// Only what git itself writes before it registers a worktree.
    private func isAbandoned(_ folder: FilePath) throws -> Bool {
        try FileSystem.isDirectory(folder)
            && FileSystem.list(folder).allSatisfy { $0.name == ".git" && $0.kind == .regular }
    }

    private func make() async throws {
        let tip = try await repository.commit(reference)
        if let tip {
            guard try await isOwn(tip) else {
                throw WorkbenchError(
                    .exists,
                    "The branch \(branch) exists already and is not this run's: rename it with `git branch -m \(branch) NAME`."
                )
            }
            try await add([root.string, branch])
        } else {
            try await add(["-b", branch, root.string, ancestry?.start ?? base])
        }
        try await writeExcludes(try registration())
        _ = try await git().run(["read-tree", "-m", "-u", reference], .writes)
        if let tip = tip ?? ancestry?.start, let last = try await snapshots().last(where: { $0.parent == tip }) {
            try await place(last.tree)
        }
        try registration().markReady(for: runName)
    }

    private func add(_ arguments: [String]) async throws {
        do {
            try await repository.withWorktreeLock {
                _ = try await repository.store.run(
                    ["worktree", "add", "--no-checkout", "--quiet"] + arguments, .writes)
            }
        } catch let error as WorkbenchError where error.message.contains("already checked out") {
            throw WorkbenchError(
                .exists, "The branch \(branch) is checked out in another worktree: see `git worktree list`.")
        }
    }

    /// Whether the branch holds nothing but this run's commits on top of its base.
    func isOwn(_ tip: String) async throws -> Bool {
        guard tip != base else { return true }
        guard try await repository.isAncestor(base, of: tip) else { return false }
        let names = runNames
        return try await log().allSatisfy { $0.trailers["Vencejo-Run"].map(names.contains) == true }
    }

    /// Removes a worktree that no agent has worked in, or whose folder is gone; what is in it must be saved already.
    private func discard() async throws {
        try FileSystem.removeTree(root)
        // A process that was killed while it made the worktree left it locked; where it is not locked, that is as well.
        _ = try await repository.store.run(["worktree", "unlock", root.string], .writes, accepting: [0, 128])
        _ = try await repository.store.run(["worktree", "remove", root.string], .writes, accepting: [0, 128])
        if let left = try WorktreeRegistration.find(root, in: repository) {
            try FileSystem.removeTree(left.directory)
        }
    }

    /// Lets git ignore what tools leave behind and nobody commits, so that a check does not seem to change the project.
    ///
    /// git reads one such file, so the user's own patterns stand in it too.
    private func writeExcludes(_ registration: WorktreeRegistration) async throws {
        let configured = try await repository.store.run(
            ["config", "--path", "--get", "core.excludesFile"], accepting: [0, 1])
        var file = configured.succeeded ? FilePath(configured.text.trimmingNewlines) : nil
        if file == nil {
            let environment = repository.program.environment
            let folder = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { "\($0)/.config" }
            file = folder.map { FilePath($0) / "git/ignore" }
        }
        // A file of the user's that cannot be read holds nothing for git either.
        let own = file.flatMap { try? FileSystem.readText($0, limit: 1 << 20) } ?? ""
        try FileSystem.write(Self.byproducts.joined(separator: "\n") + "\n\n" + own + "\n", to: registration.excludes)
    }

    private static let byproducts = [
        // What a writer of ours leaves that was killed before its rename.
        ".vencejo-*.tmp",
        "__pycache__/", "*.py[co]", ".pytest_cache/", ".mypy_cache/", ".ruff_cache/", ".tox/", ".venv/",
        "node_modules/",
        ".build/", ".gradle/", ".DS_Store", "**/target/debug/", "**/target/release/", "**/target/.rustc_info.json",
        "**/target/CACHEDIR.TAG", "**/target/classes/", "**/target/test-classes/", "**/target/surefire-reports/",
        "**/target/maven-status/", "**/target/generated-sources/", "**/target/generated-test-sources/",
    ]
}

extension Repository {
    /// Keeps worktrees from being made at the same moment: git stumbles over one that is half made.
    func withWorktreeLock(_ body: () async throws -> Void) async throws {
        let path = commonDirectory / "vencejo-worktrees.lock"
        for _ in 0..<400 {
            do {
                return try await withFileLock(path, body)
            } catch let error as FileError where error.code == .busy && error.path == path {
                try await Task.sleep(for: .milliseconds(25))
            } catch let error as FileError where [.readOnly, .permission].contains(error.code) && error.path == path {
                throw WorkbenchError(
                    .readOnly,
                    "\(commonDirectory) cannot be written, and a run needs a branch and a worktree there: make it writable, or clone the repository to a place that is."
                )
            }
        }
        throw WorkbenchError(.locked, "Another process has been making a worktree for ten seconds: look at \(path).")
    }
}
