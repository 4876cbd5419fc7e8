import Files

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file of a Unix socket, told apart from another of the same name by its inode.
struct SocketFile: Sendable {
    private let path: FilePath
    private let device: UInt64
    private let inode: UInt64

    init?(_ path: FilePath) {
        guard let found = Self.status(path) else { return nil }
        self.path = path
        device = UInt64(found.st_dev)
        inode = UInt64(found.st_ino)
    }

    /// Removes the file, unless another has taken its place.
    func remove() {
        guard let found = Self.status(path), UInt64(found.st_dev) == device, UInt64(found.st_ino) == inode else {
            return
        }
        unlink(path.string)
    }

    /// Removes a socket file that nobody listens on; refuses one that is alive, and any other file.
    static func makeWay(_ path: FilePath, _ address: inout SocketAddress) throws(ServerError) {
        guard let found = status(path) else { return }
        guard found.st_mode & S_IFMT == S_IFSOCK else {
            throw ServerError(
                .addressInUse,
                "Cannot listen on \(path.string): it is a file and no socket; remove it or choose another.")
        }
        #if canImport(Glibc)
            let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let probe = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        defer { if probe >= 0 { close(probe) } }
        // A full backlog says EAGAIN, and then somebody listens.
        _ = fcntl(probe, F_SETFL, O_NONBLOCK)
        let isRefused = address.withPointer { connect(probe, $0, $1) } != 0 && errno == ECONNREFUSED
        guard isRefused else {
            throw ServerError(
                .addressInUse,
                "Cannot listen on \(path.string): another program does; stop it or choose another path.")
        }
        unlink(path.string)
    }

    private static func status(_ path: FilePath) -> stat? {
        var found = stat()
        return lstat(path.string, &found) == 0 ? found : nil
    }
}
