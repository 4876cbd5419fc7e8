#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whether a directory's missing parents are created too.
package enum MissingParents: Sendable {
    case create, refuse
}

extension FileSystem {
    /// Creates a directory; with `parents: .create` one that exists already is no error.
    package static func createDirectory(
        _ path: FilePath, parents: MissingParents = .create, mode: UInt32 = 0o755
    ) throws(FileError) {
        do {
            try systemCall("create the directory", path) { mkdir($0, mode_t(mode)) }
            FaultPoint.pass("file.create-directory.after \(path.name)")
        } catch {
            guard parents == .create else { throw error }
            switch error.code {
            case .alreadyExists where isDirectory(path): return
            case .notFound where path.parent != path:
                try createDirectory(path.parent, mode: mode)
                try createDirectory(path, mode: mode)
            default: throw error
            }
        }
    }

    /// Removes a file, a symlink (not what it leads to) or an empty directory.
    package static func remove(_ path: FilePath) throws(FileError) {
        FaultPoint.pass("file.remove.before \(path.name)")
        try systemCall("remove", path) { text in
            let result = unlink(text)
            // Linux says EISDIR for a directory, POSIX and macOS EPERM.
            guard result != 0, errno == EISDIR || errno == EPERM else { return result }
            let code = errno
            guard rmdir(text) != 0 else { return 0 }
            if errno == ENOTDIR { errno = code }
            return -1
        }
    }

    /// Removes a directory with all that is in it, or a single file; what does not exist is no error.
    ///
    /// Symlinks are removed, never followed, also when they appear while it works. Directories without write
    /// permission are opened up first, as package caches make them. What was removed before an error stays removed.
    package static func removeTree(_ path: FilePath) throws(FileError) {
        guard let kind = try info(path)?.kind else { return }
        guard kind == .directory else { return try remove(path) }
        let opened = try systemCall("remove", path) { openDirectory(AT_FDCWD, $0) }
        try removeContents(of: Descriptor(opened), path)
        try remove(path)
    }

    /// Moves a file or directory within its file system, replacing a file (or an empty directory) at the target.
    package static func move(_ path: FilePath, to target: FilePath) throws(FileError) {
        guard !target.string.utf8.contains(0) else {
            throw FileError(.invalidPath, target, "Cannot move \(path) to a path that contains a NUL byte.")
        }
        FaultPoint.pass("file.move.before \(target.name)")
        try systemCall("move to \(target) the file", path) { from in target.string.withCString { rename(from, $0) } }
        FaultPoint.pass("file.move.after \(target.name)")
    }

    /// The entries of a directory ordered by the bytes of their names, without `.` and `..`.
    ///
    /// A name that is not UTF-8 shows U+FFFD in place of the broken bytes and cannot be opened under that name.
    package static func list(_ path: FilePath) throws(FileError) -> [DirectoryEntry] {
        let opened = try systemCall("list", path) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        var entries: [DirectoryEntry] = []
        try forEachEntry(of: opened, "list", path) { name, type in
            let kind: FileKind
            switch Int32(type) {
            case 8: kind = .regular
            case 4: kind = .directory
            case 10: kind = .symlink
            case 0: kind = kindByStatus(opened, name)
            default: kind = .other
            }
            entries.append(DirectoryEntry(name: String(cString: name), kind: kind))
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Creates a symlink at `path` whose content is `target`, as it stands.
    package static func createSymlink(at path: FilePath, to target: String) throws(FileError) {
        try systemCall("create the symbolic link", path) { link in target.withCString { symlink($0, link) } }
    }

    /// The content of a symlink.
    package static func readSymlink(_ path: FilePath) throws(FileError) -> String {
        let capacity = Int(PATH_MAX) + 1
        var buffer = [CChar](repeating: 0, count: capacity)
        let count = try systemCall("read the symbolic link", path) { text in
            Int32(readlink(text, &buffer, capacity))
        }
        return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Calls `body` with the raw name and the `d_type` of every entry, then closes `directory`.
    private static func forEachEntry(
        of directory: Int32, _ action: String, _ path: FilePath, _ body: (UnsafePointer<CChar>, UInt8) -> Void
    ) throws(FileError) {
        guard let stream = fdopendir(directory) else {
            let code = errno
            close(directory)
            throw FileError(errno: code, action, path)
        }
        defer { closedir(stream) }
        // The record is only as long as its name: it is read in place, never copied as a `dirent`.
        guard let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name),
            let typeOffset = MemoryLayout<dirent>.offset(of: \.d_type)
        else { return }
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw FileError(errno: errno, action, path) }
                return
            }
            let record = UnsafeRawPointer(entry)
            let name = (record + nameOffset).assumingMemoryBound(to: CChar.self)
            if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { continue }
            body(name, (record + typeOffset).load(as: UInt8.self))
        }
    }

    private static func kindByStatus(_ directory: Int32, _ name: UnsafePointer<CChar>) -> FileKind {
        var status = stat()
        guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return .other }
        return FileInfo(status).kind
    }

    private static func openDirectory(_ directory: Int32, _ name: UnsafePointer<CChar>) -> Int32 {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let opened = openat(directory, name, flags)
        guard opened == -1, errno == EACCES else { return opened }
        var status = stat()
        guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0, FileInfo(status).kind == .directory,
            fchmodat(directory, name, 0o700, 0) == 0
        else {
            errno = EACCES
            return -1
        }
        return openat(directory, name, flags)
    }

    private static func removeContents(
        of directory: borrowing Descriptor, _ path: FilePath
    ) throws(FileError) {
        // The listing closes its own duplicate; names are kept as bytes, they need not be UTF-8.
        let duplicate = fcntl(directory.raw, F_DUPFD_CLOEXEC, 0)
        guard duplicate != -1 else { throw FileError(errno: errno, "remove", path) }
        var names: [[CChar]] = []
        try forEachEntry(of: duplicate, "remove", path) { name, _ in
            names.append(Array(UnsafeBufferPointer(start: name, count: strlen(name) + 1)))
        }
        for name in names {
            FaultPoint.pass("file.remove-tree.before \(path.name)")
            try removeEntry(name, of: directory, path)
        }
    }

    private static func removeEntry(
        _ name: [CChar], of directory: borrowing Descriptor, _ path: FilePath
    ) throws(FileError) {
        let shown = path / String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if unlinkat(directory.raw, name, 0) == 0 || errno == ENOENT { return }
        if errno == EACCES, fchmod(directory.raw, 0o700) == 0, unlinkat(directory.raw, name, 0) == 0 { return }
        guard errno == EISDIR || errno == EPERM else { throw FileError(errno: errno, "remove", shown) }
        let opened = openDirectory(directory.raw, name)
        guard opened != -1 else { throw FileError(errno: errno, "remove", shown) }
        try removeContents(of: Descriptor(opened), shown)
        guard unlinkat(directory.raw, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw FileError(errno: errno, "remove", shown)
        }
    }
}
