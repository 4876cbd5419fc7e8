import DetachedThreads
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Takes connections and gives each a thread, until it is closed; then all their sockets end.
final class SocketServer: Sendable {
    /// A connection's sockets, which are ended with the server and closed with the connection.
    struct Connection: Sendable {
        fileprivate let id: Int
        fileprivate let server: SocketServer
        let file: Int32

        /// Takes a further socket of this connection into care; false, and closed, where the server was closed.
        func adopt(_ socket: Int32) -> Bool {
            server.state.withLock { state in
                guard !state.isClosed else {
                    closeFile(socket)
                    return false
                }
                state.sockets[id, default: []].append(socket)
                return true
            }
        }
    }

    private struct State {
        var isClosed = false
        var sockets: [Int: [Int32]] = [:]
        var next = 0
    }

    private static let mostConnections = 128

    private let state = Mutex(State())
    private let listener: Int32
    /// A pipe that wakes the thread which takes connections.
    private let wake: (reading: Int32, writing: Int32)
    private let serve: @Sendable (Connection) -> Void

    /// Owns the listener; `serve` blocks on a thread of its connection, which closes when it returns.
    init?(listener: Int32, serve: @escaping @Sendable (Connection) -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            closeFile(listener)
            return nil
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        self.listener = listener
        self.serve = serve
        wake = (ends[0], ends[1])
        // The thread holds the server and ends when it is closed.
        guard DetachedThread.start({ self.takeConnections() }) == 0 else {
            for file in [listener] + ends { closeFile(file) }
            return nil
        }
    }

    /// Ends all connections at once; what they still do ends by itself.
    func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.isClosed = true
            for socket in state.sockets.values.joined() { Sockets.endAll(socket) }
            closeFile(wake.writing)
        }
    }

    private func takeConnections() {
        while true {
            var polled = [
                pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.reading, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polled, 2, -1) >= 0 || errno == EINTR else { break }
            guard polled[1].revents == 0 else { break }
            if polled[0].revents != 0, let socket = Sockets.accept(listener) { begin(socket) }
        }
        closeFile(listener)
        closeFile(wake.reading)
    }

    private func begin(_ socket: Int32) {
        let id: Int? = state.withLock { state in
            guard !state.isClosed, state.sockets.count < Self.mostConnections else { return nil }
            state.next += 1
            state.sockets[state.next] = [socket]
            return state.next
        }
        guard let id else { return closeFile(socket) }
        let failure = DetachedThread.start {
            self.serve(Connection(id: id, server: self, file: socket))
            self.end(id)
        }
        if failure != 0 { end(id) }
    }

    private func end(_ id: Int) {
        state.withLock { state in
            for socket in state.sockets.removeValue(forKey: id) ?? [] { closeFile(socket) }
        }
    }
}

/// `close` by another name, where a type has a `close` of its own.
private func closeFile(_ file: Int32) {
    close(file)
}
