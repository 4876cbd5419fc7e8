import Files
import InternetAddresses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The few calls on sockets that the proxy and its forwarder make; all descriptors are non-blocking and not inherited.
enum Sockets {
    #if canImport(Glibc)
        private static let stream = Int32(SOCK_STREAM.rawValue)
        private static let sendFlags = Int32(MSG_NOSIGNAL)
    #else
        private static let stream = SOCK_STREAM
        private static let sendFlags: Int32 = 0
    #endif

    /// How many bytes the path of a socket may have.
    static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// Listens at a path that does not exist yet, of no more than ``longestPath``.
    static func listen(at path: FilePath) throws(FileError) -> Int32 {
        let file = try make(AF_UNIX, path)
        guard withAddress(path, { bind(file, $0, $1) }) == 0, Self.start(file) else {
            throw closing(file, "listen at", path)
        }
        return file
    }

    /// Listens on 127.0.0.1; port 0 takes any.
    ///
    /// The port is told.
    static func listen(onLoopback port: UInt16) throws(FileError) -> (file: Int32, port: UInt16) {
        let place = FilePath("127.0.0.1:\(port)")
        let file = try make(AF_INET, place)
        var yes: Int32 = 1
        setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let address = IPAddress(bytes: [127, 0, 0, 1])
        guard withAddress(address, port, { bind(file, $0, $1) }) == 0, Self.start(file) else {
            throw closing(file, "listen at", place)
        }
        var bound = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isTold = withUnsafeMutableBytes(of: &bound) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { $0.baseAddress.map { getsockname(file, $0, &length) } }
        }
        guard isTold == 0 else { throw closing(file, "listen at", place) }
        return (file, UInt16(bigEndian: bound.sin_port))
    }

    /// Begins to connect; the socket becomes writable when it has, or has failed.
    static func connect(to address: IPAddress, port: UInt16) throws(FileError) -> Int32 {
        let place = FilePath("\(address):\(port)")
        let file = try make(address.bytes.count == 4 ? AF_INET : AF_INET6, place)
        #if canImport(Glibc)
            let status = withAddress(address, port) { Glibc.connect(file, $0, $1) }
        #else
            let status = withAddress(address, port) { Darwin.connect(file, $0, $1) }
        #endif
        guard status == 0 || errno == EINPROGRESS else { throw closing(file, "connect to", place) }
        return file
    }

    static func connect(to path: FilePath) throws(FileError) -> Int32 {
        let file = try make(AF_UNIX, path)
        #if canImport(Glibc)
            let status = withAddress(path) { Glibc.connect(file, $0, $1) }
        #else
            let status = withAddress(path) { Darwin.connect(file, $0, $1) }
        #endif
        // EAGAIN is a full queue of connections that nobody took yet.
        guard status == 0 else { throw closing(file, "connect to", path) }
        return file
    }

    /// The next connection; nil where none waits.
    static func accept(_ listener: Int32) -> Int32? {
        #if canImport(Glibc)
            let file = Glibc.accept(listener, nil, nil)
        #else
            let file = Darwin.accept(listener, nil, nil)
        #endif
        guard file >= 0 else { return nil }
        prepare(file)
        return file
    }

    /// Whether a connection that was begun has come about.
    static func isConnected(_ file: Int32) -> Bool {
        var code: Int32 = -1
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(file, SOL_SOCKET, SO_ERROR, &code, &length) == 0 && code == 0
    }

    /// How many bytes were read: 0 at the end, nil where there are none yet, -1 on an error.
    static func read(_ file: Int32, into buffer: inout [UInt8]) -> Int? {
        let count = buffer.withUnsafeMutableBytes { recv(file, $0.baseAddress, $0.count, 0) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? nil : count
    }

    /// How many bytes were taken, nil where there is no room yet, -1 on an error.
    ///
    /// No signal is raised.
    static func write(_ file: Int32, _ bytes: ArraySlice<UInt8>) -> Int? {
        let count = bytes.withUnsafeBytes { send(file, $0.baseAddress, $0.count, sendFlags) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? nil : count
    }

    static func endWriting(_ file: Int32) { shutdown(file, Int32(SHUT_WR)) }
    static func endAll(_ file: Int32) { shutdown(file, Int32(SHUT_RDWR)) }

    // MARK: Making

    private static func make(_ family: Int32, _ place: FilePath) throws(FileError) -> Int32 {
        let file = socket(family, stream, 0)
        guard file >= 0 else { throw FileError(errno: errno, "make a socket for", place) }
        prepare(file)
        return file
    }

    private static func prepare(_ file: Int32) {
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        _ = fcntl(file, F_SETFL, O_NONBLOCK)
        #if canImport(Darwin)
            var yes: Int32 = 1
            setsockopt(file, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        #endif
    }

    private static func start(_ file: Int32) -> Bool {
        #if canImport(Glibc)
            Glibc.listen(file, 128) == 0
        #else
            Darwin.listen(file, 128) == 0
        #endif
    }

    private static func closing(_ file: Int32, _ action: String, _ place: FilePath) -> FileError {
        let code = errno
        close(file)
        return FileError(errno: code, action, place)
    }

    private static func withAddress(
        _ path: FilePath, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.string.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            errno = ENAMETOOLONG
            return -1
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withBytes(of: address, body)
    }

    private static func withAddress(
        _ address: IPAddress, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        if address.bytes.count == 4 {
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &place.sin_addr) { $0.copyBytes(from: address.bytes) }
            return withBytes(of: place, body)
        }
        var place = sockaddr_in6()
        place.sin6_family = sa_family_t(AF_INET6)
        place.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &place.sin6_addr) { $0.copyBytes(from: address.bytes) }
        return withBytes(of: place, body)
    }

    private static func withBytes<Address>(
        of address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }
}
