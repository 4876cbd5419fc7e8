import Crypto
import Files
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A log file that keeps the beginning and the end of an output, and counts and hashes all of it.
///
/// The end goes round in the second half of the file until ``finish()`` puts it in order, so that neither the disk nor
/// the memory holds more than the limit, whatever a command prints.
final class OutputLog: Sendable {
    private struct State: ~Copyable {
        var file: Int32
        var hash = SHA256()
        var bytes = 0
        /// The first failure to write; the hash and the count go on.
        var failure: Int32 = 0
    }

    private let path: FilePath?
    private let headLimit: Int
    private let tailLimit: Int
    private let state: Mutex<State>

    /// Opens the file anew, with its folder; without a path it only counts and hashes.
    init(_ path: FilePath?, limit: Int) throws(FileError) {
        self.path = path
        headLimit = max(1, limit / 2)
        tailLimit = max(1, limit - limit / 2)
        guard let path else {
            state = Mutex(State(file: -1))
            return
        }
        try FileSystem.createDirectory(path.parent)
        let file = path.string.withCString { open($0, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644) }
        guard file != -1 else { throw FileError(errno: errno, "write", path) }
        state = Mutex(State(file: file))
    }

    deinit {
        state.withLock { if $0.file != -1 { close($0.file) } }
    }

    func append(_ bytes: [UInt8]) {
        state.withLock { state in
            state.hash.update(bytes)
            if state.file != -1, state.failure == 0 { state.failure = write(bytes, at: state.bytes, state.file) }
            state.bytes += bytes.count
        }
    }

    /// Closes the file, in order; tells how much was printed and its SHA-256.
    ///
    /// Throws where the file could not be written, such as on a full disk.
    func finish() throws(FileError) -> (bytes: Int, hash: String) {
        let (bytes, hash, failure) = state.withLock { state in
            var finished = SHA256()
            swap(&finished, &state.hash)
            if state.file != -1 {
                if state.failure == 0 { state.failure = putInOrder(state.file, state.bytes) }
                close(state.file)
                state.file = -1
            }
            return (state.bytes, finished.finalize().hex, state.failure)
        }
        if failure != 0, let path { throw FileError(errno: failure, "write", path) }
        return (bytes, hash)
    }

    /// Returns an `errno`, or 0.
    private func write(_ bytes: [UInt8], at offset: Int, _ file: Int32) -> Int32 {
        var done = 0
        while done < bytes.count {
            let position = offset + done
            let (place, room) =
                position < headLimit
                ? (position, headLimit - position)
                : (
                    headLimit + (position - headLimit) % tailLimit,
                    tailLimit - (position - headLimit) % tailLimit
                )
            let count = min(room, bytes.count - done)
            let written = bytes.withUnsafeBytes {
                pwrite(file, $0.baseAddress?.advanced(by: done), count, off_t(place))
            }
            if written > 0 {
                done += written
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }

    private func putInOrder(_ file: Int32, _ total: Int) -> Int32 {
        let beyond = total - headLimit
        guard beyond > tailLimit else { return 0 }
        var tail = [UInt8](repeating: 0, count: tailLimit)
        let count = tail.withUnsafeMutableBytes { pread(file, $0.baseAddress, tailLimit, off_t(headLimit)) }
        guard count == tailLimit else { return EIO }
        let start = beyond % tailLimit
        let mark = Array("\n[… \(beyond - tailLimit) bytes left out …]\n".utf8)
        var place = headLimit
        for piece in [mark, Array(tail[start...]), Array(tail[..<start])] {
            var rest = piece[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(place)) }
                if written > 0 {
                    rest = rest.dropFirst(written)
                    place += written
                } else if errno != EINTR {
                    return errno
                }
            }
        }
        return 0
    }
}
