import Synchronization

/// Serves HTTP/1.1 on TCP and Unix sockets, in the clear or with TLS.
///
///     let server = try Server(ServerConfiguration([Listener(.tcp(port: 8080))]), handler: router.handler())
///     print("listening on \(server.addresses[0])")
///     await server.run()   // until its task is cancelled, and what was begun is finished
package final class Server: Sendable {
    private enum State {
        case bound
        case running([EventLoop])
        case ended
    }

    /// Where it listens, in the order of the configuration; a port that was 0 is the chosen one.
    package let addresses: [BoundAddress]
    private let core: ServerCore
    private let state = Mutex(State.bound)

    /// Listens from now on: connections wait in the system until ``run()``.
    package init(_ configuration: ServerConfiguration, handler: @escaping Handler) throws(ServerError) {
        var listeners: [ListeningSocket] = []
        for listener in configuration.listeners { listeners.append(try ListeningSocket(listener)) }
        addresses = listeners.map(\.address)
        core = ServerCore(configuration, listeners, handler)
    }

    /// Serves until ``drain()`` or ``stop()`` is called or its task is cancelled, which drains; once only.
    ///
    /// Returns when all connections are closed and all handlers have ended, except those that go on for five seconds
    /// behind their cancellation.
    ///
    /// - Throws: ``ServerError`` when threads or descriptors are short; nothing was served then.
    @discardableResult
    package func run() async throws(ServerError) -> ServerEnd {
        guard let loops = try makeLoops() else { return end }
        let threads = Countdown(loops.count)
        for loop in loops {
            do throws(ServerError) {
                try loop.start { threads.step() }
            } catch {
                stop()
                throw error
            }
        }
        await withTaskCancellationHandler {
            await threads.done()
        } onCancel: {
            drain()
        }
        state.withLock { $0 = .ended }
        return end
    }

    /// Ends in order: takes no connections, closes idle ones, answers what has come and closes behind it; what is not
    /// over within the configuration's `drainTime` is cut.
    package func drain() {
        end(within: core.configuration.drainTime.milliseconds)
    }

    /// Ends now: connections are cut and handlers cancelled.
    package func stop() {
        end(within: 0)
    }

    package var statistics: ServerStatistics {
        ServerStatistics(
            openConnections: core.open.load(ordering: .relaxed),
            acceptedConnections: core.accepted.load(ordering: .relaxed),
            refusedConnections: core.refused.load(ordering: .relaxed),
            requests: core.requests.load(ordering: .relaxed),
            refusedRequests: core.refusedRequests.load(ordering: .relaxed),
            runningHandlers: core.running.load(ordering: .relaxed))
    }

    private var end: ServerEnd {
        ServerEnd(
            cutConnections: core.cut.load(ordering: .relaxed), abandonedHandlers: core.running.load(ordering: .relaxed))
    }

    /// Nil when the server was ended before it ran.
    private func makeLoops() throws(ServerError) -> [EventLoop]? {
        let acceptor = Acceptor(core)
        var loops: [EventLoop] = []
        for number in 0..<max(1, core.configuration.loops) {
            loops.append(try EventLoop(core, number == 0 ? acceptor : nil))
        }
        acceptor.loops = loops
        let made = loops
        return state.withLock { state in
            switch state {
            case .bound:
                state = .running(made)
                return made
            case .running: preconditionFailure("a server runs once")
            case .ended:
                acceptor.loops = []
                return nil
            }
        }
    }

    private func end(within time: Milliseconds) {
        let loops = state.withLock { state -> [EventLoop] in
            switch state {
            case .bound:
                state = .ended
                core.closeListeners()
                return []
            case .running(let loops): return loops
            case .ended: return []
            }
        }
        for loop in loops { loop.post { loop.drain(within: time) } }
    }
}

/// What an ended server leaves behind.
package struct ServerEnd: Sendable, Hashable {
    /// Connections whose exchange was not over when the time to drain was.
    package let cutConnections: Int
    /// Handlers that still ran five seconds behind their cancellation.
    package let abandonedHandlers: Int

    package init(cutConnections: Int, abandonedHandlers: Int) {
        self.cutConnections = cutConnections
        self.abandonedHandlers = abandonedHandlers
    }
}

/// What a server has done and does, for metrics.
package struct ServerStatistics: Sendable, Hashable {
    package let openConnections: Int
    package let acceptedConnections: Int
    /// Those beyond the limit.
    package let refusedConnections: Int
    package let requests: Int
    /// Requests answered without a handler, or whose body broke the rules.
    package let refusedRequests: Int
    package let runningHandlers: Int
}
