import Files

/// Walks the files below a folder of the workspace in order, without following symbolic links.
///
/// Folders that hold what tools made rather than what people wrote are left out, and so is, unless it is asked for, what
/// `.gitignore` and `.ignore` files between the workspace's top folder and the file name.
struct FileWalk {
    static let skipped: Set<String> = [
        ".git", ".hg", ".svn", ".build", ".gradle", ".venv", "venv", "node_modules", "__pycache__", ".pytest_cache",
        ".mypy_cache", ".ruff_cache", ".tox", "target", ".next", ".idea",
    ]

    enum IgnoredFiles: Sendable { case skipped, walked }

    private let root: FilePath
    private let ignored: IgnoredFiles
    /// Paths still to be visited, the next one last.
    private var waiting: [Place]

    private struct Place {
        /// Relative to the workspace; empty for its top folder.
        var path: String
        var kind: FileKind
        var rules: IgnoreRules
    }

    /// - Parameter start: The folder to begin at, relative to `root`; `.` is all of it. It is walked even if it is ignored.
    init(root: FilePath, from start: String = ".", ignored: IgnoredFiles = .skipped) {
        self.root = root
        self.ignored = ignored
        let rules = ignored == .skipped ? IgnoreRules(above: start, in: root) : IgnoreRules()
        waiting = [Place(path: start == "." ? "" : start, kind: .directory, rules: rules)]
    }

    /// The next file's path relative to the workspace, or nil at the end.
    mutating func next() throws -> String? {
        while let place = waiting.popLast() {
            switch place.kind {
            case .regular: return place.path
            case .directory: try enter(place)
            default: continue
            }
        }
        return nil
    }

    private mutating func enter(_ place: Place) throws {
        try Task.checkCancellation()
        let folder = place.path.isEmpty ? root : root.appending(place.path)
        // A folder that cannot be read, or that vanished meanwhile, has nothing to show.
        guard let entries = try? FileSystem.list(folder) else { return }
        var rules = place.rules
        if ignored == .skipped { rules.enter(place.path, in: root) }
        for entry in entries.reversed() where !Self.skipped.contains(entry.name) {
            let path = place.path.isEmpty ? entry.name : "\(place.path)/\(entry.name)"
            guard !rules.ignores(path, isFolder: entry.kind == .directory) else { continue }
            waiting.append(Place(path: path, kind: entry.kind, rules: rules))
        }
    }
}
