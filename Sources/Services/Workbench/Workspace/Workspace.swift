package import Files
package import Identity

/// A run's own working tree of the user's repository, on a branch of its own, with its private snapshots.
///
/// The user's working tree, index and branches are never touched by it. git finds the worktree by what the repository
/// registered, never by the `.git` file in the folder, which an agent might have changed.
///
/// ```swift
/// let repository = try await Repository.open(at: project)
/// let workspace = Workspace(
///     repository: repository, run: run, branch: "vencejo/1a2b3c4d-json-flag", base: repository.head, root: folder)
/// try await workspace.prepare()
/// ```
package struct Workspace: Sendable, Hashable {
    package let repository: Repository
    package let run: RunID
    /// The run's branch, without `refs/heads/`.
    package let branch: String
    /// The commit the run starts from.
    package let base: String
    /// The top folder of the worktree.
    package let root: FilePath
    /// Where the branch of a run begins that was forked from others, and the runs whose commits it has taken over.
    package let ancestry: Ancestry?
    /// The task that has this worktree to itself, beside the run's own; nil for the run's own.
    package let lane: String?

    package struct Ancestry: Sendable, Hashable {
        package var start: String
        package var runs: [RunID]

        package init(start: String, runs: [RunID]) {
            self.start = start
            self.runs = runs
        }
    }

    /// Describes a workspace without touching anything; `root` must be absolute.
    package init(
        repository: Repository, run: RunID, branch: String, base: String, root: FilePath, ancestry: Ancestry? = nil,
        lane: String? = nil
    ) {
        self.ancestry = ancestry
        self.lane = lane
        self.repository = repository
        self.run = run
        self.branch = branch
        self.base = base
        self.root = Self.withoutSymlinks(root)
    }

    /// The run's id as it stands in references, trailers and files.
    var runName: String { run.string }
    var reference: String { "refs/heads/\(branch)" }
    /// The runs whose commits count as this one's: itself and those it was forked from.
    var runNames: Set<String> { Set([runName] + (ancestry?.runs.map(\.string) ?? [])) }

    /// The commit that the run's branch stands at.
    package func head() async throws -> String {
        guard let tip = try await repository.commit(reference) else {
            throw WorkbenchError(
                .notFound,
                "The run's branch \(branch) is gone from \(repository.root): a snapshot under \(snapshotPrefix) has its files."
            )
        }
        return tip
    }

    /// The git tree of every file in the worktree that is not ignored, untracked ones included, as they are now.
    ///
    /// It is made in an index of its own that is kept between calls, so that only what changed is read again.
    package func tree() async throws -> String {
        try await withIndex { try await everything(into: $0) }
    }

    /// The git tree of the commit that the run's branch stands at.
    package func headTree() async throws -> String {
        try await repository.store.text(["rev-parse", "--verify", "\(reference)^{tree}"])
    }

    /// The committed text of a file, or nil where the branch has no such file.
    package func committedText(of path: String) async throws -> String? {
        let output = try await repository.store.run(
            ["cat-file", "blob", "\(reference):\(path)"], accepting: [0, 128])
        return output.succeeded ? output.text : nil
    }

    /// git in this worktree, with the worktree's usual index or another.
    func git(index: FilePath? = nil) throws -> GitCommand {
        let registration = try registration()
        var git = GitCommand(
            program: repository.program,
            place: .exactly(gitDirectory: registration.directory, workTree: root, index: index))
        git.settings = repository.settings + ["core.excludesFile=\(registration.excludes)"]
        return git
    }

    func registration() throws -> WorktreeRegistration {
        guard let found = try WorktreeRegistration.find(root, in: repository) else {
            throw WorkbenchError(
                .notFound,
                "\(root) is not a worktree of \(repository.root) any more: resume the run to have it made again.")
        }
        return found
    }

    private static func withoutSymlinks(_ path: FilePath) -> FilePath {
        let path = path.normalized()
        // What does not exist yet has no symlinks; its parent may.
        if let real = try? FileSystem.realPath(path) { return real }
        return path.parent == path ? path : withoutSymlinks(path.parent) / path.name
    }
}

extension Repository {
    /// The full id of a commit, or nil where there is none of that name.
    func commit(_ name: String) async throws -> String? {
        let output = try await store.run(
            ["rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{commit}"], accepting: [0, 1, 128])
        guard output.succeeded else { return nil }
        return output.text.split(separator: "\n").first.map(String.init)
    }

    /// The tree of a commit.
    func tree(of commit: String) async throws -> String {
        try await store.text(["rev-parse", "--verify", "--end-of-options", "\(commit)^{tree}"])
    }

    func isAncestor(_ commit: String, of other: String) async throws -> Bool {
        try await store.run(["merge-base", "--is-ancestor", commit, other], accepting: [0, 1]).succeeded
    }

    /// Moves, creates or deletes references in one transaction, each only from where it was read.
    func update(_ changes: [ReferenceChange], reason: String) async throws {
        let lines = changes.map(\.line).joined(separator: "\n") + "\n"
        _ = try await store.run(["update-ref", "-m", reason, "--stdin"], .writes, input: Array(lines.utf8))
    }
}

/// A change of a reference that fails where the reference is not what it was thought to be.
enum ReferenceChange: Sendable, Hashable {
    case create(String, at: String)
    case move(String, to: String, from: String)
    case delete(String, from: String)

    var line: String {
        switch self {
        case .create(let name, let commit): "create \(name) \(commit)"
        case .move(let name, let commit, let old): "update \(name) \(commit) \(old)"
        case .delete(let name, let old): "delete \(name) \(old)"
        }
    }
}
