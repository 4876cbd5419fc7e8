#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs a C call on a path: refuses a NUL byte, repeats on `EINTR`, throws on `-1`.
@discardableResult
func systemCall(
    _ action: String, _ path: FilePath, _ body: (UnsafePointer<CChar>) -> Int32
) throws(FileError) -> Int32 {
    // C would stop at the NUL and act on another file.
    guard !path.string.utf8.contains(0) else {
        throw FileError(.invalidPath, path, "Cannot \(action) a path that contains a NUL byte.")
    }
    while true {
        let (result, code) = path.string.withCString { text in
            let result = body(text)
            return (result, errno)
        }
        if result != -1 { return result }
        guard code == EINTR else { throw FileError(errno: code, action, path) }
    }
}

/// An open file that is closed when the value goes.
struct Descriptor: ~Copyable {
    let raw: Int32

    init(_ raw: Int32) {
        self.raw = raw
    }

    init(
        open path: FilePath, _ flags: Int32, mode: mode_t = 0, _ action: String
    ) throws(FileError) {
        raw = try systemCall(action, path) { open($0, flags | O_CLOEXEC, mode) }
    }

    deinit {
        close(raw)
    }

    borrowing func status(_ action: String, _ path: FilePath) throws(FileError) -> stat {
        var status = stat()
        guard fstat(raw, &status) == 0 else { throw FileError(errno: errno, action, path) }
        return status
    }

    /// Writes all of `bytes`, however many calls it takes.
    borrowing func write(_ bytes: [UInt8], _ action: String, _ path: FilePath) throws(FileError) {
        let failure = bytes.withUnsafeBytes { buffer -> Int32 in
            var rest = buffer[...]
            while !rest.isEmpty {
                #if canImport(Darwin)
                    let count = Darwin.write(raw, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #else
                    let count = Glibc.write(raw, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #endif
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
        if failure != 0 { throw FileError(errno: failure, action, path) }
    }

    /// Waits until the file's bytes are on the disk.
    borrowing func sync(_ action: String, _ path: FilePath) throws(FileError) {
        guard fsync(raw) == 0 else { throw FileError(errno: errno, action, path) }
    }
}
