#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FileSystem {
    /// The absolute path without symlinks, `.` and `..` of something that exists.
    package static func realPath(_ path: FilePath) throws(FileError) -> FilePath {
        var resolved = ""
        try systemCall("resolve", path) { text in
            guard let real = realpath(text, nil) else { return -1 }
            resolved = String(cString: real)
            free(real)
            return 0
        }
        return FilePath(resolved)
    }

    /// The real path of `path` seen from `root`, which must end inside `root` and need not exist yet.
    ///
    /// Every symlink on the way is resolved, also one that leads nowhere, so that writing to the result stays inside
    /// `root`. An absolute `path` must lie below `root`. Throws `symlinkEscape`, naming the link that leads out, or
    /// `outsideRoot`. The answer holds for the moment: who can change the tree meanwhile can change where it leads.
    package static func realPathInside(_ root: FilePath, _ path: FilePath) throws(FileError) -> FilePath {
        let realRoot = try realPath(root)
        guard let asked = path.isAbsolute ? relative(path, to: [root, realRoot]) : path else {
            throw outside(path, root)
        }
        var current = realRoot
        var exit: FilePath?
        var followed = 0
        var ahead = Array(asked.components.reversed())
        while let component = ahead.popLast() {
            if component == "." { continue }
            if component == ".." {
                current = current.parent
                continue
            }
            let next = current / component
            guard try kindOnTheWay(next, last: ahead.isEmpty) == .symlink else {
                current = next
                continue
            }
            followed += 1
            guard followed <= 40 else { throw FileError(errno: ELOOP, "resolve", path) }
            if current.isInside(realRoot) { exit = next }
            let target = FilePath(try readSymlink(next))
            if target.isAbsolute { current = "/" }
            ahead.append(contentsOf: target.components.reversed())
        }
        if current.isInside(realRoot) { return current }
        guard let exit else { throw outside(path, root) }
        throw FileError(
            .symlinkEscape, path,
            "\(path) is outside \(root): the symbolic link \(exit) leads to \(current).")
    }

    /// The directory this process works in.
    package static func currentDirectory() throws(FileError) -> FilePath {
        guard let text = getcwd(nil, 0) else { throw FileError(errno: errno, "find the current directory", ".") }
        defer { free(text) }
        return FilePath(String(cString: text))
    }

    /// Creates a directory for this user alone, named `prefix` and something random, in `parent`, `$TMPDIR` or `/tmp`.
    ///
    /// The caller removes it; the result has no symlinks.
    package static func temporaryDirectory(
        prefix: String, in parent: FilePath? = nil
    ) throws(FileError) -> FilePath {
        let base = parent ?? getenv("TMPDIR").map { FilePath(String(cString: $0)) }.flatMap { $0.isAbsolute ? $0 : nil }
        let pattern = (base ?? "/tmp") / (prefix + "XXXXXX")
        guard !pattern.string.utf8.contains(0) else {
            throw FileError(.invalidPath, pattern, "Cannot create a directory whose name contains a NUL byte.")
        }
        var name = Array(pattern.string.utf8CString)
        guard mkdtemp(&name) != nil else { throw FileError(errno: errno, "create the directory", pattern) }
        return try realPath(FilePath(String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)))
    }

    /// Lends a new directory to `body` and removes it with all that is in it afterwards, whatever happens.
    package static func withTemporaryDirectory<Result>(
        prefix: String = "vencejo-", _ body: (FilePath) throws -> Result
    ) throws -> Result {
        let path = try temporaryDirectory(prefix: prefix)
        // A rest in the temporary directory is no reason to lose the result.
        defer { try? removeTree(path) }
        return try body(path)
    }

    /// Lends a new directory to `body` and removes it with all that is in it afterwards, whatever happens.
    package static func withTemporaryDirectory<Result>(
        prefix: String = "vencejo-", _ body: (FilePath) async throws -> Result
    ) async throws -> Result {
        let path = try temporaryDirectory(prefix: prefix)
        // As above.
        defer { try? removeTree(path) }
        return try await body(path)
    }

    private static func relative(_ path: FilePath, to roots: [FilePath]) -> FilePath? {
        // The `..` after a symlink must reach the walk, so the root is cut off by components, not by normalizing.
        for root in roots.map({ $0.components }) where path.components.starts(with: root) {
            return FilePath(path.components.dropFirst(root.count).joined(separator: "/"))
        }
        return nil
    }

    private static func outside(_ path: FilePath, _ root: FilePath) -> FileError {
        FileError(.outsideRoot, path, "\(path) is outside \(root).")
    }

    private static func kindOnTheWay(_ path: FilePath, last: Bool) throws(FileError) -> FileKind? {
        let kind = try info(path)?.kind
        if kind == .regular || kind == .other, !last { throw FileError(errno: ENOTDIR, "resolve", path) }
        return kind
    }
}
