package import Files

extension Workspace {
    /// Moves the ignored files and folders of the worktree into a folder outside of it, which is made where it is missing.
    ///
    /// Installed dependencies and build products, known by their names, stay: they are made from what is committed. What lies
    /// in the folder from before under the same name gets a number behind it.
    package func setAsideIgnored(to folder: FilePath) async throws {
        let listed = try await withIndex { git in
            try await git.text(["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"])
        }
        for name in listed.split(separator: "\0") {
            let path = name.hasSuffix("/") ? String(name.dropLast()) : String(name)
            guard Self.made.isDisjoint(with: path.split(separator: "/").map(String.init)) else { continue }
            let target = folder / path
            try FileSystem.createDirectory(target.parent)
            try makeWay(at: target)
            try FileSystem.move(root / path, to: target)
        }
    }

    private func makeWay(at target: FilePath) throws {
        guard FileSystem.exists(target) else { return }
        for number in 1... {
            let free = FilePath("\(target).~\(number)~")
            if !FileSystem.exists(free) { return try FileSystem.move(target, to: free) }
        }
    }

    static let made: Set<String> = [
        "node_modules", ".venv", "venv", ".build", "target", ".gradle", ".tox", "__pycache__", ".pytest_cache",
        ".mypy_cache", ".ruff_cache",
    ]
}
