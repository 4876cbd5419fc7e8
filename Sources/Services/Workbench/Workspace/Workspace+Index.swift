import Files

extension Workspace {
    /// Lends git on this worktree with a private index, which is kept for the next time if nothing fails.
    ///
    /// The index is moved, not copied: its age tells git which files it must read again. Who comes meanwhile, or after a
    /// crash, starts from the branch's tree; that is slower and just as right.
    func withIndex<Result>(_ body: (GitCommand) async throws -> Result) async throws -> Result {
        let directory = try registration().directory
        let kept = directory / "vencejo-index"
        let lent = directory / "vencejo-index.\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        let git = try git(index: lent)
        do {
            do throws(FileError) {
                try FileSystem.move(kept, to: lent)
            } catch {
                guard error.code == .notFound else { throw error }
                _ = try await git.run(["read-tree", reference], .writes)
            }
            let result = try await body(git)
            try FileSystem.move(lent, to: kept)
            return result
        } catch {
            for left in [lent, FilePath(lent.string + ".lock")] where FileSystem.exists(left) {
                // The first error counts; what stays behind is removed when the run is resumed.
                try? FileSystem.remove(left)
            }
            throw error
        }
    }

    /// Puts every file that is not ignored into the lent index and writes its tree.
    func everything(into git: GitCommand) async throws -> String {
        try await addAll(git)
        return try await git.text(["write-tree"], .writes)
    }

    /// Makes the worktree's files equal a tree, but for ignored files.
    ///
    /// The lent index must hold the files as they are.
    func place(_ tree: String, with git: GitCommand) async throws {
        _ = try await git.run(["read-tree", "--reset", "-u", tree], .writes)
    }

    /// Makes the worktree's files equal a tree; what they were must be saved already.
    func place(_ tree: String) async throws {
        try await withIndex { git in
            try await addAll(git)
            try await place(tree, with: git)
        }
    }

    // MARK: - Repositories inside the workspace

    /// Adds all files, also those below a `.git` folder of their own, which git would leave out or stumble over.
    private func addAll(_ git: GitCommand) async throws {
        var excluded: [String] = []
        for _ in 0..<64 {
            let output = try await git.run(["add", "--all", "--", "."] + excluded, .writes, accepting: [0, 128])
            let embedded = Self.embeddedRepositories(output.errors)
            guard !embedded.isEmpty else {
                guard output.succeeded else { throw GitFailure.error(of: "add", in: root.string, output) }
                return
            }
            for folder in embedded {
                if try await !adopt(folder, git) { excluded.append(":(exclude,literal)\(folder)") }
            }
        }
        throw WorkbenchError(.git, "\(root) holds too many git repositories of its own: remove their .git folders.")
    }

    private static func embeddedRepositories(_ complaints: String) -> [String] {
        complaints.split(separator: "\n").compactMap { line in
            let warning = "warning: adding embedded git repository: "
            if line.hasPrefix(warning) { return String(line.dropFirst(warning.count)) }
            let error = (prefix: "error: '", suffix: "/' does not have a commit checked out")
            guard line.hasPrefix(error.prefix), line.hasSuffix(error.suffix) else { return nil }
            return String(line.dropFirst(error.prefix.count).dropLast(error.suffix.count))
        }
    }

    /// Puts one file of the folder into the index; from then on git takes it for a folder like any other.
    private func adopt(_ folder: String, _ git: GitCommand) async throws -> Bool {
        _ = try await git.run(["update-index", "--force-remove", "--", folder], .writes)
        let files = try Self.files(below: root / folder).compactMap { $0.relative(to: root) }
        guard !files.isEmpty else { return false }
        let list = Array(files.joined(separator: "\0").utf8) + [0]
        let ignored = try await git.run(
            ["check-ignore", "--no-index", "-z", "--stdin"], input: list, accepting: [0, 1]
        ).fields
        guard let seed = Set(files).subtracting(ignored).min() else { return false }
        _ = try await git.run(["update-index", "--add", "-z", "--stdin"], .writes, input: Array(seed.utf8) + [0])
        return true
    }

    static func files(below folder: FilePath) throws -> [FilePath] {
        try FileSystem.list(folder).filter { $0.name != ".git" }.flatMap { entry in
            switch entry.kind {
            case .directory: try files(below: folder / entry.name)
            case .regular, .symlink: [folder / entry.name]
            case .other: [FilePath]()
            }
        }
    }
}
