import CPlatform
import Files

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a server listens, once it does.
package enum BoundAddress: Sendable, Hashable, CustomStringConvertible {
    case tcp(host: String, port: Int)
    case unix(String)

    /// `127.0.0.1:8080`, `[::1]:8080`, or the path of a socket file.
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }

    package var port: Int? { if case .tcp(_, let port) = self { port } else { nil } }
}

/// A socket that takes connections; closes itself, and removes its file if it is still its own.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    let address: BoundAddress
    let tls: TLSContext?
    private let file: SocketFile?

    init(_ listener: Listener) throws(ServerError) {
        tls = if let files = listener.tls { try TLSContext(files) } else { nil }
        switch listener.address {
        case .tcp(let host, let port):
            (descriptor, address) = try Self.listen(host, port)
            file = nil
        case .unix(let path):
            (descriptor, file) = try Self.listen(path)
            address = .unix(path.string)
        }
    }

    deinit {
        // The file goes first, so that nobody finds it without a listener.
        file?.remove()
        closeDescriptor(descriptor)
    }

    // MARK: TCP

    private static func listen(_ host: String, _ port: Int) throws(ServerError) -> (Int32, BoundAddress) {
        let name = host == "localhost" ? "127.0.0.1" : host
        guard (0...65535).contains(port) else {
            throw ServerError(.invalidAddress, "Port \(port) is not between 0 and 65535.")
        }
        guard var wanted = SocketAddress(ip: name, port: UInt16(port)) else {
            throw ServerError(
                .invalidAddress, "'\(host)' is not an IP address or 'localhost'; listen on 127.0.0.1 or 0.0.0.0, say.")
        }
        let place = BoundAddress.tcp(host: name, port: port).description
        let descriptor = try open(wanted.family, place)
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        if wanted.family == AF_INET6 {
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        let bound = wanted.withPointer { bind(descriptor, $0, $1) } == 0
        guard bound, systemListen(descriptor) else { throw failure(descriptor, place) }
        guard let port = SocketAddress.local(of: descriptor)?.port else { throw failure(descriptor, place) }
        return (descriptor, .tcp(host: name, port: port))
    }

    // MARK: Unix sockets

    private static func listen(_ path: FilePath) throws(ServerError) -> (Int32, SocketFile) {
        guard var address = SocketAddress(path: path.string) else {
            throw ServerError(
                .invalidAddress,
                "The path of the socket \(path.string) is longer than the system allows; choose one of 100 bytes.")
        }
        try SocketFile.makeWay(path, &address)
        let descriptor = try open(AF_UNIX, path.string)
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else { throw failure(descriptor, path.string) }
        // Nobody can connect before `listen`, so the mode is in force when the first one comes.
        guard chmod(path.string, 0o600) == 0, systemListen(descriptor), let file = SocketFile(path) else {
            throw failure(descriptor, path.string)
        }
        return (descriptor, file)
    }

    // MARK: Both

    private static func open(_ family: Int32, _ place: String) throws(ServerError) -> Int32 {
        #if canImport(Glibc)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let descriptor = socket(family, stream, 0)
        guard descriptor >= 0 else { throw failure(-1, place) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return descriptor
    }

    private static func systemListen(_ descriptor: Int32) -> Bool {
        #if canImport(Glibc)
            Glibc.listen(descriptor, 1024) == 0
        #else
            Darwin.listen(descriptor, 1024) == 0
        #endif
    }

    /// The error of what just failed.
    private static func failure(_ descriptor: Int32, _ place: String) -> ServerError {
        let code = errno
        if descriptor >= 0 { closeDescriptor(descriptor) }
        switch code {
        case EADDRINUSE:
            return ServerError(
                .addressInUse, "Cannot listen on \(place): another program does; stop it or choose another address.")
        case EACCES, EPERM:
            return ServerError(
                .notPermitted,
                "Cannot listen on \(place): this user may not; choose a port above 1023 or a folder of your own.")
        case EADDRNOTAVAIL:
            return ServerError(
                .invalidAddress, "Cannot listen on \(place): this machine does not have that address.")
        case ENOENT, ENOTDIR:
            return ServerError(.invalidAddress, "Cannot listen on \(place): its folder does not exist; make it first.")
        default:
            return ServerError(.resources, "Cannot listen on \(place): \(String(cString: strerror(code))).")
        }
    }
}
