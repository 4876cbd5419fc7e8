import Files

/// Walks the files below a folder in order, without following symbolic links.
///
/// Folders that hold what tools made rather than what people wrote are left out.
struct FileWalk {
    static let skipped: Set<String> = [
        ".git", ".hg", ".svn", ".build", ".gradle", ".venv", "venv", "node_modules", "__pycache__", ".pytest_cache",
        ".mypy_cache", ".ruff_cache", ".tox", "target", ".next", ".idea",
    ]

    private let root: FilePath
    /// Paths still to be visited, the next one last.
    private var waiting: [(path: String, kind: FileKind)]

    init(root: FilePath) {
        self.root = root
        waiting = [("", .directory)]
    }

    /// The next file's path below the root, or nil at the end.
    mutating func next() throws -> String? {
        while let (path, kind) = waiting.popLast() {
            switch kind {
            case .regular: return path
            case .directory: try enter(path)
            default: continue
            }
        }
        return nil
    }

    private mutating func enter(_ path: String) throws {
        try Task.checkCancellation()
        let folder = path.isEmpty ? root : root.appending(path)
        // A folder that cannot be read, or that vanished meanwhile, has nothing to show.
        guard let entries = try? FileSystem.list(folder) else { return }
        for entry in entries.reversed() where !Self.skipped.contains(entry.name) {
            waiting.append((path.isEmpty ? entry.name : "\(path)/\(entry.name)", entry.kind))
        }
    }
}
