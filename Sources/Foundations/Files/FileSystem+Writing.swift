#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FileSystem {
    /// Replaces or creates a file in one step: a reader sees the old content or the new, never a part.
    ///
    /// An existing file keeps its mode and, where this user may give it, its owner; a new one gets `newMode`
    /// as it is, whatever the umask. A symlink at the path is an error unless it is to be followed; a hard link
    /// is cut. On an error the old content stands and nothing is left behind.
    package static func write(
        _ bytes: [UInt8], to path: FilePath, newMode: UInt32 = 0o644, durability: Durability = .cached,
        symlinks: Symlinks = .notFollowed
    ) throws(FileError) {
        let target = symlinks == .followed ? try linkTarget(path) : path
        let existing = try existingFile(target)
        let directory = target.parent
        let temporary = directory / ".vencejo-\(String(UInt64.random(in: 0 ... .max), radix: 36)).tmp"
        let mode = existing.map { UInt32($0.st_mode) & 0o7777 } ?? newMode
        // Errors name the file that was asked for, not the temporary one.
        FaultPoint.pass("file.write.before \(path.name)")
        let created = try at(path, temporary) { open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) }
        do throws(FileError) {
            let file = Descriptor(created)
            try file.write(bytes, "write", path)
            if let existing, existing.st_uid != geteuid() || existing.st_gid != getegid() {
                // Keeping the owner needs privileges; without them the file becomes this user's, as with any editor.
                _ = fchown(created, existing.st_uid, existing.st_gid)
            }
            guard fchmod(created, mode_t(mode)) == 0 else { throw FileError(errno: errno, "write", path) }
            if durability == .durable { try file.sync("write", path) }
            FaultPoint.pass("file.write.before-rename \(path.name)")
            try at(path, temporary) { from in target.string.withCString { rename(from, $0) } }
        } catch {
            _ = temporary.string.withCString { unlink($0) }
            throw error
        }
        FaultPoint.pass("file.write.after \(path.name)")
        if durability == .durable {
            try Descriptor(open: directory, O_RDONLY | O_DIRECTORY, "sync").sync("sync", directory)
        }
    }

    /// Replaces or creates a file with the text in UTF-8, as the same function does with bytes.
    package static func write(
        _ text: String, to path: FilePath, newMode: UInt32 = 0o644, durability: Durability = .cached,
        symlinks: Symlinks = .notFollowed
    ) throws(FileError) {
        try write(Array(text.utf8), to: path, newMode: newMode, durability: durability, symlinks: symlinks)
    }

    /// Adds to the end of a file, creating it with `newMode` less the umask; not atomic against a crash.
    package static func append(
        _ bytes: [UInt8], to path: FilePath, newMode: UInt32 = 0o644, durability: Durability = .cached,
        symlinks: Symlinks = .notFollowed
    ) throws(FileError) {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | (symlinks == .followed ? 0 : O_NOFOLLOW)
        let file = try Descriptor(open: path, flags, mode: mode_t(newMode), "append to")
        guard FileInfo(try file.status("append to", path)).kind == .regular else {
            throw FileError(.notRegular, path, "Cannot append to \(path): it is not a regular file.")
        }
        try file.write(bytes, "append to", path)
        if durability == .durable { try file.sync("append to", path) }
        FaultPoint.pass("file.append.after \(path.name)")
    }

    /// Adds the text in UTF-8 to the end of a file.
    package static func append(
        _ text: String, to path: FilePath, newMode: UInt32 = 0o644, durability: Durability = .cached,
        symlinks: Symlinks = .notFollowed
    ) throws(FileError) {
        try append(Array(text.utf8), to: path, newMode: newMode, durability: durability, symlinks: symlinks)
    }

    /// Sets the permission bits of a file or directory.
    package static func setMode(_ mode: UInt32, of path: FilePath) throws(FileError) {
        try systemCall("change the mode of", path) { chmod($0, mode_t(mode)) }
    }

    @discardableResult
    private static func at(
        _ shown: FilePath, _ actual: FilePath, _ body: (UnsafePointer<CChar>) -> Int32
    ) throws(FileError) -> Int32 {
        do {
            return try systemCall("write", actual, body)
        } catch {
            let message =
                error.code == .notFound
                ? "Cannot write \(shown): its directory \(shown.parent) does not exist."
                : "Cannot write \(shown)" + error.message.dropFirst("Cannot write \(actual)".count)
            throw FileError(error.code, shown, message)
        }
    }

    /// The regular file at the path, nil when there is none; what is no regular file is not for writing.
    private static func existingFile(_ path: FilePath) throws(FileError) -> stat? {
        var status = stat()
        do {
            try systemCall("write", path) { lstat($0, &status) }
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
        switch FileInfo(status).kind {
        case .regular: return status
        case .directory: throw FileError(errno: EISDIR, "write", path)
        case .symlink: throw FileError(errno: ELOOP, "write", path)
        case .other: throw FileError(.notRegular, path, "Cannot write \(path): it is not a regular file.")
        }
    }

    /// Where the links at the path end, be it at something that does not exist yet.
    private static func linkTarget(_ path: FilePath) throws(FileError) -> FilePath {
        var path = path
        for _ in 0..<40 {
            guard try info(path)?.kind == .symlink else { return path }
            path = try FilePath(readSymlink(path)).resolved(from: path.parent)
        }
        throw FileError(errno: ELOOP, "write", path)
    }
}
