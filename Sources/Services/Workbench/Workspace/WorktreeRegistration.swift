import Files

/// What a repository knows of one of its worktrees: the folder `.git/worktrees/NAME`.
struct WorktreeRegistration: Sendable, Hashable {
    let directory: FilePath
    /// The branch that is checked out there; nil where HEAD is detached or unreadable.
    let branch: String?
    /// The run that made it, or nil where none of ours did, or died before it could say so.
    let run: String?
    /// Whether every file was checked out once.
    let isReady: Bool

    private static let marker = "vencejo-run"

    /// The registration of the worktree at a path, or nil.
    static func find(_ root: FilePath, in repository: Repository) throws -> WorktreeRegistration? {
        let all = repository.commonDirectory / "worktrees"
        guard FileSystem.isDirectory(all) else { return nil }
        // git names the folder after the worktree's, so nearly always the first look finds it.
        for candidate in [all / root.name] + (try FileSystem.list(all).map { all / $0.name }) {
            guard let text = text(candidate / "gitdir") else { continue }
            if FilePath(text).parent == root { return read(candidate) }
        }
        return nil
    }

    private static func read(_ directory: FilePath) -> WorktreeRegistration {
        let head = text(directory / "HEAD") ?? ""
        let prefix = "ref: refs/heads/"
        let marks = (text(directory / marker) ?? "").split(separator: "\n").map(String.init)
        return WorktreeRegistration(
            directory: directory, branch: head.hasPrefix(prefix) ? String(head.dropFirst(prefix.count)) : nil,
            run: marks.first, isReady: marks.count > 1 && marks[1] == "ready")
    }

    func markReady(for run: String) throws {
        try FileSystem.write("\(run)\nready\n", to: directory / Self.marker, durability: .durable)
    }

    /// From here on the folder's files may be incomplete.
    func markUnready(for run: String) throws {
        try FileSystem.write("\(run)\n", to: directory / Self.marker, durability: .durable)
    }

    /// What git takes for ignored in the worktree besides what the project says.
    var excludes: FilePath { directory / "vencejo-exclude" }

    /// Indexes that a killed process left behind.
    func removeLeftovers() throws {
        for entry in try FileSystem.list(directory) where entry.name.hasPrefix("vencejo-index.") {
            try FileSystem.remove(directory / entry.name)
        }
    }

    private static func text(_ path: FilePath) -> String? {
        // A file that cannot be read is a registration that cannot be used, which is what nil says.
        guard let text = try? FileSystem.readText(path, limit: 65536) else { return nil }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
