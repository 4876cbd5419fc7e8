import DetachedThreads
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A thread that reads and writes the sockets of its connections.
///
/// Unchecked: all but the members marked as callable from anywhere are touched on the loop's thread only.
final class EventLoop: @unchecked Sendable {
    private struct Inbox {
        var jobs: [@Sendable () -> Void] = []
        var isSignalled = false
        var isClosed = false
    }

    private static let shortestNap: Milliseconds = 10
    private static let drainNap: Milliseconds = 20
    /// How long handlers that ignore their cancellation are waited for.
    private static let abandonTime: Milliseconds = 5000

    let core: ServerCore
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 * 1024, alignment: 16)
    private(set) var now = monotonicMilliseconds()
    private var dateLine = DateLine()
    private(set) var isDraining = false

    private let poller: Poller
    private let inbox = Mutex(Inbox())
    private let acceptor: Acceptor?
    private var connections: [UInt64: Connection] = [:]
    private var lastToken: UInt64 = 1 << 16
    private var dirty: [Connection] = []
    private var unread: [Connection] = []
    private var nextDeadline = Milliseconds.max
    private var drainEnd = Milliseconds.max
    private var abandonEnd = Milliseconds.max

    /// - Parameter acceptor: Takes connections for all loops; one loop has it.
    init(_ core: ServerCore, _ acceptor: Acceptor?) throws(ServerError) {
        self.core = core
        self.acceptor = acceptor
        poller = try Poller()
    }

    deinit { buffer.deallocate() }

    // MARK: From anywhere

    /// Has the loop's thread do something soon; says false, and does nothing, when the loop has ended.
    @discardableResult
    func post(_ job: @escaping @Sendable () -> Void) -> Bool {
        let (isTaken, mustWake) = inbox.withLock { inbox in
            guard !inbox.isClosed else { return (false, false) }
            inbox.jobs.append(job)
            defer { inbox.isSignalled = true }
            return (true, !inbox.isSignalled)
        }
        if mustWake { poller.wake() }
        return isTaken
    }

    /// Starts the thread, which keeps this object until the loop has ended; `ended` is its last deed.
    func start(ended: @escaping @Sendable () -> Void) throws(ServerError) {
        let failure = DetachedThread.start(blockingSignals: true) {
            self.run()
            ended()
        }
        guard failure == 0 else {
            throw ServerError(.resources, "The server cannot be started: no thread is left.")
        }
    }

    // MARK: For connections

    var date: [UInt8] { dateLine.bytes }

    func add(_ descriptor: Int32, _ token: UInt64, _ interest: Poller.State) -> Bool {
        poller.add(descriptor, token, interest)
    }

    func change(_ descriptor: Int32, _ token: UInt64, _ interest: Poller.State) {
        poller.change(descriptor, token, interest)
    }

    func remove(_ descriptor: Int32) { poller.remove(descriptor) }

    /// Sends what the connection has before the loop waits again.
    func flushSoon(_ connection: Connection) { dirty.append(connection) }

    /// Reads from the connection again although its socket may not be ready: TLS may have kept something back.
    func readSoon(_ connection: Connection) { unread.append(connection) }

    func forget(_ connection: Connection) {
        connections[connection.token] = nil
        core.open.subtract(1, ordering: .relaxed)
    }

    func note(_ deadline: Milliseconds) { nextDeadline = min(nextDeadline, deadline) }

    // MARK: The loop

    /// Takes over a connected socket.
    func adopt(_ descriptor: Int32, _ listener: Int, isWelcome: Bool) {
        guard !isDraining else {
            closeDescriptor(descriptor)
            core.open.subtract(1, ordering: .relaxed)
            return
        }
        lastToken += 1
        guard let connection = Connection(descriptor, lastToken, self, listener) else {
            closeDescriptor(descriptor)
            core.open.subtract(1, ordering: .relaxed)
            return
        }
        connections[connection.token] = connection
        connection.open(isWelcome: isWelcome)
    }

    /// Ends in order: nothing new, idle connections go, the others may finish until the time has passed.
    func drain(within time: Milliseconds) {
        isDraining = true
        drainEnd = min(drainEnd, now + time)
        acceptor?.stop(self)
        for connection in Array(connections.values) { connection.drain() }
    }

    private func run() {
        acceptor?.start(self)
        while !hasEnded {
            poller.wait(napTime)
            // Before anything is done: a deadline that is set by the time before a long nap would have passed already.
            now = monotonicMilliseconds()
            dateLine.refresh()
            poller.report { token, state in
                if let connection = connections[token] {
                    connection.ready(state)
                } else if let acceptor, acceptor.owns(token) {
                    acceptor.accept(self, token)
                }
            }
            runJobs()
            let unread = Self.take(&unread)
            for connection in unread { connection.ready(.readable) }
            expire()
            let dirty = Self.take(&dirty)
            for connection in dirty { connection.flush() }
        }
        close()
    }

    private var napTime: Milliseconds {
        guard dirty.isEmpty, unread.isEmpty else { return 0 }
        var end = nextDeadline
        if let retry = acceptor?.retryTime { end = min(end, retry) }
        if isDraining { end = min(end, now + Self.drainNap) }
        guard end != .max else { return -1 }
        return min(max(end - monotonicMilliseconds(), 0), 60_000)
    }

    private static func take(_ list: inout [Connection]) -> [Connection] {
        guard !list.isEmpty else { return [] }
        let taken = list
        list = []
        list.reserveCapacity(taken.count)
        return taken
    }

    private func runJobs() {
        let jobs = inbox.withLock { inbox in
            inbox.isSignalled = false
            let jobs = inbox.jobs
            inbox.jobs = []
            return jobs
        }
        for job in jobs { job() }
    }

    private func expire() {
        acceptor?.retry(self)
        if now >= drainEnd {
            drainEnd = .max
            abandonEnd = now + Self.abandonTime
            core.cut.add(connections.values.count(where: \.isBusy), ordering: .relaxed)
            for connection in Array(connections.values) { connection.vanish(reset: false) }
        }
        guard now >= nextDeadline else { return }
        for connection in Array(connections.values) { connection.checkDeadlines() }
        // Many deadlines close to each other are looked at together.
        nextDeadline = connections.values.compactMap(\.nextDeadline).min() ?? .max
        if nextDeadline != .max { nextDeadline = max(nextDeadline, now + Self.shortestNap) }
    }

    /// Whether all is over; the handlers of all loops are waited for, as nobody knows whose they were.
    private var hasEnded: Bool {
        guard isDraining, connections.isEmpty else { return false }
        return core.running.load(ordering: .acquiring) == 0 || now >= abandonEnd
    }

    private func close() {
        let jobs = inbox.withLock { inbox in
            inbox.isClosed = true
            return inbox.jobs
        }
        // Connections that were handed over in the last moment are closed by `adopt`.
        for job in jobs { job() }
        dirty = []
        unread = []
    }
}
