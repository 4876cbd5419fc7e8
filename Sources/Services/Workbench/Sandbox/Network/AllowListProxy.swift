import Files
import InternetAddresses
import Policy
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An HTTP proxy for one command: `CONNECT` and plain HTTP, to listed hosts alone.
///
/// It runs on threads of its own. A name is looked up here, once for each connection, and the address that was judged
/// is the one connected to. Ending it ends all connections.
final class AllowListProxy: Sendable {
    private struct State {
        var refusals: [String] = []
        var leftOut = 0
    }

    typealias Resolver = @Sendable (String) -> [IPAddress]

    private static let mostRefusals = 20
    private static let connectTime: Int32 = 15_000
    private static let headTime: Int32 = 30_000

    private let list: HostAllowList
    private let resolve: Resolver
    private let state = Mutex(State())
    /// Set once, before the first connection can come.
    private let server = Mutex<SocketServer?>(nil)

    private init(_ list: HostAllowList, resolve: @escaping Resolver) {
        self.list = list
        self.resolve = resolve
    }

    /// Starts one that listens at a path, for a sandbox with a network of its own.
    static func start(
        at path: FilePath, allowing list: HostAllowList, resolve: @escaping Resolver = HostLookup.blockingAddresses
    ) throws -> AllowListProxy {
        let proxy = AllowListProxy(list, resolve: resolve)
        try proxy.serve(try Sockets.listen(at: path))
        return proxy
    }

    /// Starts one that listens on a port of the loopback, for a sandbox that lets commands reach that port alone.
    static func start(
        onLoopback list: HostAllowList, resolve: @escaping Resolver = HostLookup.blockingAddresses
    ) throws -> (AllowListProxy, port: UInt16) {
        let proxy = AllowListProxy(list, resolve: resolve)
        let (file, port) = try Sockets.listen(onLoopback: 0)
        try proxy.serve(file)
        return (proxy, port)
    }

    private func serve(_ listener: Int32) throws {
        let started = SocketServer(listener: listener) { self.handle($0) }
        guard let started else {
            throw WorkbenchError(
                .sandboxBroken, "The proxy for the sandbox's network cannot start: no threads or files are left.")
        }
        server.withLock { $0 = started }
    }

    /// Ends it with all its connections, and tells what it refused: each reason once, in order.
    func close() -> [String] {
        server.withLock { server in
            server?.close()
            // The server holds the proxy by what it calls.
            server = nil
        }
        return state.withLock { state in
            state.refusals + (state.leftOut > 0 ? ["and \(state.leftOut) more were refused."] : [])
        }
    }

    // MARK: One connection, on its thread

    private func handle(_ connection: SocketServer.Connection) {
        guard let (head, rest) = readHead(connection.file) else { return }
        let request: ProxyRequest
        do {
            request = try ProxyRequest(head: head)
        } catch {
            return answer(connection.file, "400 Bad Request", "vencejo: \(error.message).")
        }
        switch list.decide(host: request.host, port: request.port, resolve: resolve) {
        case .refuse(let reason):
            note(reason)
            answer(connection.file, "403 Forbidden", "vencejo: \(reason)")
        case .allow(let addresses):
            guard let upstream = connect(connection, addresses, request.port) else {
                let text = "vencejo: \(request.host):\(request.port) is allowed, but does not answer."
                return answer(connection.file, "502 Bad Gateway", text)
            }
            if request.forwarded == nil {
                guard send(connection.file, Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)) else { return }
            }
            SocketRelay(connection.file, upstream, first: (request.forwarded ?? []) + rest).run()
        }
    }

    private func note(_ reason: String) {
        state.withLock { state in
            guard !state.refusals.contains(reason) else { return }
            if state.refusals.count < Self.mostRefusals { state.refusals.append(reason) } else { state.leftOut += 1 }
        }
    }

    /// The head up to its empty line, and what came with it; nil where none comes.
    private func readHead(_ file: Int32) -> (head: [UInt8], rest: [UInt8])? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while bytes.count <= ProxyRequest.longestHead {
            guard waits(file, for: POLLIN, Self.headTime) else { return nil }
            switch Sockets.read(file, into: &buffer) {
            case nil: continue
            case let count? where count > 0: bytes += buffer[..<count]
            default: return nil
            }
            if let end = bytes.firstRange(of: [13, 10, 13, 10]) {
                return (Array(bytes[..<end.upperBound]), Array(bytes[end.upperBound...]))
            }
        }
        answer(file, "431 Request Header Fields Too Large", "vencejo: the request's head is too long.")
        return nil
    }

    private func connect(_ connection: SocketServer.Connection, _ addresses: [IPAddress], _ port: UInt16) -> Int32? {
        for address in addresses.prefix(4) {
            // An address that cannot be reached gives the next its turn.
            guard let socket = try? Sockets.connect(to: address, port: port) else { continue }
            guard connection.adopt(socket) else { return nil }
            if waits(socket, for: POLLOUT, Self.connectTime), Sockets.isConnected(socket) { return socket }
        }
        return nil
    }

    private func waits(_ file: Int32, for event: Int32, _ milliseconds: Int32) -> Bool {
        var polled = [pollfd(fd: file, events: Int16(event), revents: 0)]
        return poll(&polled, 1, milliseconds) > 0
    }

    private func answer(_ file: Int32, _ status: String, _ text: String) {
        let body = text + "\n"
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(body.utf8.count)\r\n"
        _ = send(file, Array((head + "Connection: close\r\n\r\n" + body).utf8))
    }

    private func send(_ file: Int32, _ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard waits(file, for: POLLOUT, Self.headTime) else { return false }
            switch Sockets.write(file, rest) {
            case nil: continue
            case let count? where count > 0: rest = rest.dropFirst(count)
            default: return false
            }
        }
        return true
    }
}
