import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock on a file that only one process holds, released at the latest when that process ends.
///
/// The holder's process id is written into the file for the error that others get. The file stays: removing it
/// would let two processes lock two files of the same name. Children do not inherit the lock.
package final class FileLock: Sendable {
    package let path: FilePath
    private let file: Mutex<Int32?>

    /// Takes the lock at once or throws `busy` with the holder's process id; creates the file, not its directory.
    package init(_ path: FilePath) throws(FileError) {
        let opened = try systemCall("lock", path) { open($0, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644) }
        self.path = path
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Self.holder(opened)
            close(opened)
            file = Mutex(nil)
            guard code == EWOULDBLOCK else { throw FileError(errno: code, "lock", path) }
            throw FileError(.busy, path, "Cannot lock \(path): it is held by \(holder).")
        }
        file = Mutex(opened)
        let text = Array("\(getpid())\n".utf8)
        // The id is for people only: the lock holds also on a full disk.
        _ = ftruncate(opened, 0)
        _ = pwrite(opened, text, text.count, 0)
    }

    deinit {
        release()
    }

    /// Gives the lock back; a second call does nothing.
    package func release() {
        file.withLock { file in
            guard let open = file else { return }
            _ = ftruncate(open, 0)
            close(open)
            file = nil
        }
    }

    private static func holder(_ file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(file, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).prefix { $0.isNumber }
        return text.isEmpty ? "another process" : "process \(text)"
    }
}

/// Runs `body` while holding the lock at `path`; throws `busy` at once when another process holds it.
package func withFileLock<Result>(_ path: FilePath, _ body: () throws -> Result) throws -> Result {
    let lock = try FileLock(path)
    defer { lock.release() }
    return try body()
}

/// Runs `body` while holding the lock at `path`; throws `busy` at once when another process holds it.
package func withFileLock<Result>(_ path: FilePath, _ body: () async throws -> Result) async throws -> Result {
    let lock = try FileLock(path)
    defer { lock.release() }
    return try await body()
}
