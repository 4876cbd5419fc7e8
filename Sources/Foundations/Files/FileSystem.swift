#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The local disk as stateless functions.
///
/// Every call blocks its thread for as long as the disk takes, short for what a project holds; a caller on the
/// cooperative pool that reads very large files or a network share does so from a thread of its own.
package enum FileSystem {
    /// All bytes of a regular file; more than `limit` of them is the error `tooLarge`.
    ///
    /// Anything but a regular file is an error, so a named pipe never makes this wait.
    package static func readBytes(_ path: FilePath, limit: Int? = nil) throws(FileError) -> [UInt8] {
        let file = try Descriptor(open: path, O_RDONLY | O_NONBLOCK, "read")
        let info = FileInfo(try file.status("read", path))
        switch info.kind {
        case .regular: break
        case .directory: throw FileError(.isDirectory, path, "Cannot read \(path): it is a directory.")
        default: throw FileError(.notRegular, path, "Cannot read \(path): it is not a regular file.")
        }
        let limit = limit ?? Int.max - 1
        guard info.size <= limit else { throw tooLarge(path, limit) }
        var bytes: [UInt8] = []
        // One more than the size shows the end without another round; files of /proc claim a size of 0.
        var chunk = max(Int(info.size) + 1, 4096)
        while true {
            let wanted = min(chunk, limit + 1 - bytes.count)
            let piece = try read(file, count: wanted, path)
            bytes = bytes.isEmpty ? piece : bytes + piece
            if piece.isEmpty { return bytes }
            guard bytes.count <= limit else { throw tooLarge(path, limit) }
            chunk = 65536
        }
    }

    /// The text of a regular file, which must be UTF-8 without NUL bytes, else the error is `notText`.
    package static func readText(_ path: FilePath, limit: Int? = nil) throws(FileError) -> String {
        let bytes = try readBytes(path, limit: limit)
        if let offset = bytes.firstIndex(of: 0) {
            throw FileError(.notText, path, "\(path) is a binary file: byte \(offset) is NUL.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(.notText, path, "\(path) is not UTF-8 text: it is binary or in another encoding.")
        }
        return text
    }

    /// What is at the path, or nil when nothing is.
    package static func info(
        _ path: FilePath, symlinks: Symlinks = .notFollowed
    ) throws(FileError) -> FileInfo? {
        var status = stat()
        do {
            try systemCall("look at", path) { text in
                symlinks == .followed ? stat(text, &status) : lstat(text, &status)
            }
        } catch {
            guard error.code == .notFound || error.code == .notDirectory else { throw error }
            return nil
        }
        return FileInfo(status)
    }

    /// Whether something is at the path, be it a symlink that leads nowhere; false too where one may not look.
    package static func exists(_ path: FilePath) -> Bool {
        // An error means that nothing usable is there, which is the answer.
        (try? info(path)) != nil
    }

    /// Whether the path leads to a directory.
    package static func isDirectory(_ path: FilePath) -> Bool {
        // As in `exists`.
        (try? info(path, symlinks: .followed))?.kind == .directory
    }

    /// Whether the path leads to a regular file that this user may run.
    package static func isExecutable(_ path: FilePath) -> Bool {
        // As in `exists`.
        guard let info = try? info(path, symlinks: .followed), info.kind == .regular else { return false }
        return path.string.withCString { access($0, X_OK) } == 0
    }

    /// The first executable named `program` in the directories of `searchPath` (`:` between them), or nil.
    ///
    /// A program with a slash is looked at as it stands. Empty and relative directories are passed over: a search
    /// path must not find what lies in a project.
    package static func which(_ program: String, searchPath: String) -> FilePath? {
        guard !program.isEmpty, !program.utf8.contains(0) else { return nil }
        if program.contains("/") {
            let path = FilePath(program)
            return isExecutable(path) ? path : nil
        }
        return searchPath.split(separator: ":").lazy
            .filter { $0.hasPrefix("/") }
            .map { FilePath(String($0)) / program }
            .first(where: isExecutable)
    }

    /// The size of the file system that holds the path, and what is left of it.
    package static func diskSpace(at path: FilePath) throws(FileError) -> DiskSpace {
        var status = statvfs()
        try systemCall("measure the disk of", path) { statvfs($0, &status) }
        let unit = Int64(clamping: status.f_frsize)
        return DiskSpace(
            total: Int64(clamping: status.f_blocks) * unit, available: Int64(clamping: status.f_bavail) * unit)
    }

    private static func read(
        _ file: borrowing Descriptor, count: Int, _ path: FilePath
    ) throws(FileError) -> [UInt8] {
        var failure: Int32 = 0
        let raw = file.raw
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = readSome(raw, UnsafeMutableBufferPointer(rebasing: buffer[filled..<count]))
                if got == 0 { return }
                if got > 0 {
                    filled += got
                } else if errno != EINTR {
                    failure = errno
                    return
                }
            }
        }
        guard failure == 0 else { throw FileError(errno: failure, "read", path) }
        return bytes
    }

    private static func tooLarge(_ path: FilePath, _ limit: Int) -> FileError {
        FileError(.tooLarge, path, "\(path) is larger than the limit of \(limit) bytes.")
    }
}

private func readSome(_ file: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    read(file, buffer.baseAddress, buffer.count)
}
