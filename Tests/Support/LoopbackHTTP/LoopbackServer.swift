import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An HTTP/1.1 server on a free port of 127.0.0.1, scripted by a handler, for tests of things that speak HTTP.
///
///     let server = try LoopbackServer { request, exchange in
///         exchange.respond(200, [("Content-Type", "text/plain")], body: "hello")
///     }
///     defer { server.stop() }
///
/// Each connection has a thread, on which its handler may block. Connections are kept alive. Request bodies need a
/// `Content-Length`. Losing the last reference stops it too.
package final class LoopbackServer: Sendable {
    /// Why the server could not start.
    package struct StartError: Error, CustomStringConvertible {
        package let description: String
    }

    package typealias Handler = @Sendable (LoopbackRequest, LoopbackExchange) -> Void

    package let port: Int
    private let registry = Registry()
    private let listener: Listener

    /// Listens at once; `handler` runs on the thread of the connection.
    package init(handler: @escaping Handler) throws {
        let listener = try Listener()
        let registry = registry
        self.listener = listener
        port = listener.port
        startThread {
            while let accepted = listener.accept() {
                let socket = LoopbackSocket(accepted)
                guard let number = registry.add(socket) else { continue }
                startThread {
                    LoopbackConnection(socket, number: number).serve({ registry.add($0) }, handler)
                    registry.remove(number)
                }
            }
        }
    }

    deinit {
        stop()
    }

    /// `http://127.0.0.1:` and the port, without a slash at the end.
    package var baseURL: String { "http://127.0.0.1:\(port)" }

    /// All requests received so far, in the order their bodies were complete.
    package var requests: [LoopbackRequest] { registry.requests }

    /// How many connections were accepted so far.
    package var connectionCount: Int { registry.connectionCount }

    /// Stops listening and cuts every connection; returns at once, and handlers see their peer gone.
    package func stop() {
        listener.stop()
        registry.stop()
    }
}

/// What the threads of a server share.
private final class Registry: Sendable {
    private struct State {
        var requests: [LoopbackRequest] = []
        var sockets: [Int: LoopbackSocket] = [:]
        var connectionCount = 0
        var isStopped = false
    }

    private let state = Mutex(State())

    var requests: [LoopbackRequest] { state.withLock { $0.requests } }
    var connectionCount: Int { state.withLock { $0.connectionCount } }

    func add(_ request: LoopbackRequest) {
        state.withLock { $0.requests.append(request) }
    }

    /// The number of the connection; nil once the server is stopped.
    func add(_ socket: LoopbackSocket) -> Int? {
        state.withLock { state in
            guard !state.isStopped else { return nil }
            let number = state.connectionCount
            state.connectionCount += 1
            state.sockets[number] = socket
            return number
        }
    }

    func remove(_ number: Int) {
        state.withLock { $0.sockets[number] = nil }
    }

    func stop() {
        let sockets = state.withLock { state in
            state.isStopped = true
            return Array(state.sockets.values)
        }
        for socket in sockets { socket.shutDown() }
    }
}

/// The listening socket; a pipe wakes its thread, for closing it would not.
private final class Listener: Sendable {
    private let bound: LoopbackPort
    private let wake: (read: Int32, write: Int32)
    private let isStopped = Mutex(false)

    var port: Int { bound.number }

    init() throws {
        bound = try LoopbackPort(.silent)
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw LoopbackServer.StartError(description: "Cannot make a pipe: errno \(errno).")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wake = (ends[0], ends[1])
    }

    deinit {
        for raw in [wake.read, wake.write] { close(raw) }
    }

    func accept() -> Int32? {
        while true {
            var entries = [bound.descriptor, wake.read].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&entries, 2, -1) > 0 else { continue }
            guard entries[1].revents == 0 else { return nil }
            #if canImport(Darwin)
                let raw = Darwin.accept(bound.descriptor, nil, nil)
            #else
                let raw = Glibc.accept(bound.descriptor, nil, nil)
            #endif
            if raw >= 0 {
                _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
                return raw
            }
        }
    }

    func stop() {
        let isFirst = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        if isFirst { _ = write(wake.write, "x", 1) }
    }
}
