import Synchronization

/// One request and its response on a connection.
///
/// Unchecked: `onLoop`, `respond` and what the stream's sink calls may be called from anywhere and only post to the
/// loop; all else is touched on its thread.
final class Exchange: ResponseSink, @unchecked Sendable {
    /// How much of a streamed body is framed at once.
    private static let pullSize = 32 * 1024

    private let connection: Connection
    private let loop: EventLoop
    private let head: RequestHead
    private var task: Task<Void, Never>?

    private var outPipe: OutPipe?
    private var framing = ResponseWriter.Framing.none
    private var persists = false
    private var hasStarted = false
    private var isFailed = false
    private var status = Status.ok
    private var sent = 0
    private var observers: [@Sendable (ResponseOutcome) -> Void] = []

    init(_ connection: Connection, _ head: RequestHead) {
        self.connection = connection
        loop = connection.loop
        self.head = head
    }

    /// Starts the handler's task; its owner is the connection, which cancels it in `connectionEnded`.
    func run(_ request: Request, _ core: ServerCore) {
        core.running.add(1, ordering: .relaxed)
        task = Task {
            await ResponseDriver.run(request, core.rules, self)
            core.running.subtract(1, ordering: .releasing)
        }
    }

    /// Has the loop do something with the connection, if this exchange is still its current one.
    func onLoop(_ body: @escaping @Sendable (Connection) -> Void) {
        loop.post { [self] in
            if connection.isCurrent(self) { body(connection) }
        }
    }

    // MARK: From the handler's task

    /// The handler reads a body that the client holds back until it is asked for.
    func bodyWanted() {
        onLoop { [self] connection in
            if !hasStarted { connection.sendContinue() }
        }
    }

    func respond(_ response: Response) {
        let isTaken = loop.post { [self] in sendWhole(response, length: nil) }
        if !isTaken { Self.tell(response.observers, ResponseOutcome(status: response.status, bytes: 0, ending: .cut)) }
    }

    func respondWithoutBody(_ response: Response, length: Int?) {
        loop.post { [self] in sendWhole(response, length: .some(length)) }
    }

    func openStream(length: Int?) -> any BodySink {
        let pipe = OutPipe { [self] in onLoop { [self] _ in pullMore() } }
        return StreamSink(exchange: self, pipe: pipe, length: length)
    }

    func upgrade(_ response: Response, to name: String) -> (UpgradedConnection, @Sendable () -> Void)? {
        let input = BodyPipe { [self] signal in
            if signal == .resume { onLoop { $0.resumeBody() } }
        }
        let output = OutPipe { [self] in onLoop { [self] _ in pullMore() } }
        let isTaken = loop.post { [self] in startUpgrade(response, name, input, output) }
        if !isTaken {
            input.fail(Disconnected())
            output.close()
        }
        return (UpgradedConnection(input: input, output: output), { output.finish() })
    }

    fileprivate func startStream(_ response: Response, _ pipe: OutPipe, _ length: Int?) {
        let isTaken = loop.post { [self] in start(response, pipe, length) }
        if !isTaken { pipe.close() }
    }

    // MARK: On the loop

    /// - Parameter length: Not nil where the body is left out that would be streamed; then its length, if known.
    private func sendWhole(_ response: Response, length: Int??) {
        guard connection.isCurrent(self) else {
            Self.tell(response.observers, ResponseOutcome(status: response.status, bytes: 0, ending: .cut))
            return
        }
        var body: [UInt8] = []
        if case .bytes(let bytes) = response.body { body = bytes }
        let framing: ResponseWriter.Framing
        if response.status.isBodiless {
            framing = .none
            body = []
        } else if let length {
            framing = length.map { .length($0) } ?? (head.minorVersion == 1 ? .chunked : .close)
        } else {
            framing = .length(body.count)
        }
        if head.method == .head { body = [] }
        persists = head.keepsAlive && connection.canPersist
        var bytes: [UInt8] = []
        let isSmall = body.count <= 8 * 1024
        bytes.reserveCapacity(256 + response.headers.wire.count + (isSmall ? body.count : 0))
        ResponseWriter.head(
            response.status, response.headers, framing, persistence, date: connection.date, to: &bytes)
        if isSmall {
            bytes.append(contentsOf: body)
            connection.send(bytes)
        } else {
            connection.send(bytes)
            connection.send(body)
        }
        task = nil
        connection.exchangeEnded(keepsAlive: persists)
        Self.tell(response.observers, ResponseOutcome(status: response.status, bytes: body.count, ending: .sent))
    }

    private func start(_ response: Response, _ pipe: OutPipe, _ length: Int?) {
        guard connection.isCurrent(self) else {
            pipe.close()
            Self.tell(response.observers, ResponseOutcome(status: response.status, bytes: 0, ending: .cut))
            return
        }
        outPipe = pipe
        status = response.status
        observers = response.observers
        framing = length.map { .length($0) } ?? (head.minorVersion == 1 ? .chunked : .close)
        persists = head.keepsAlive && connection.mayPersist && framing != .close
        hasStarted = true
        var bytes: [UInt8] = []
        ResponseWriter.head(
            response.status, response.headers, framing, persistence, date: connection.date, to: &bytes)
        connection.send(bytes)
        pullMore()
    }

    private func startUpgrade(_ response: Response, _ name: String, _ input: BodyPipe, _ output: OutPipe) {
        guard connection.isCurrent(self), connection.canPersist else {
            input.fail(Disconnected())
            output.close()
            Self.tell(response.observers, ResponseOutcome(status: response.status, bytes: 0, ending: .cut))
            if connection.isCurrent(self) { connection.exchangeEnded(keepsAlive: false) }
            return
        }
        outPipe = output
        status = response.status
        observers = response.observers
        framing = .close
        hasStarted = true
        var bytes: [UInt8] = []
        ResponseWriter.head(
            response.status, response.headers, .none, .upgrade(name), date: connection.date, to: &bytes)
        connection.send(bytes)
        connection.becomeRaw(input)
        pullMore()
    }

    /// Frames what the handler has written, as long as the client takes it.
    func pullMore() {
        guard hasStarted, let outPipe, connection.isCurrent(self) else { return }
        while connection.pendingOutput < OutPipe.highWaterMark {
            switch outPipe.pull(upTo: Self.pullSize) {
            case .bytes(let bytes):
                sent += bytes.count
                if case .length(let length) = framing, sent > length {
                    fail()
                    return
                }
                sendPart(bytes)
            case .empty:
                return
            case .finished:
                finish()
                return
            case .failed:
                fail()
                return
            }
        }
    }

    private func sendPart(_ bytes: [UInt8]) {
        guard bytes.count > 8 * 1024, framing == .chunked else {
            var framed: [UInt8] = []
            framed.reserveCapacity(bytes.count + 16)
            ResponseWriter.body(bytes, framing, to: &framed)
            connection.send(framed)
            return
        }
        connection.send(ResponseWriter.chunkLine(bytes.count))
        connection.send(bytes)
        connection.send(ResponseWriter.lineEnd)
    }

    private func finish() {
        if case .length(let length) = framing, sent < length {
            fail()
            return
        }
        if framing == .chunked { connection.send(ResponseWriter.lastChunk) }
        task = nil
        outPipe?.close()
        outPipe = nil
        connection.exchangeEnded(keepsAlive: persists)
        over(.sent)
    }

    /// The connection is gone, before this exchange was complete.
    func connectionEnded() {
        task?.cancel()
        task = nil
        outPipe?.close()
        outPipe = nil
        if hasStarted { over(isFailed ? .failed : .cut) }
    }

    /// Ends the connection behind what was written, without the end of the body: the client sees that it has not all.
    private func fail() {
        isFailed = true
        guard framing != .close else {
            // Only a reset tells this end from a good one.
            connection.cut()
            return
        }
        task?.cancel()
        task = nil
        outPipe?.close()
        outPipe = nil
        connection.exchangeEnded(keepsAlive: false)
        over(.failed)
    }

    private func over(_ ending: ResponseOutcome.Ending) {
        let observers = observers
        self.observers = []
        Self.tell(observers, ResponseOutcome(status: status, bytes: sent, ending: ending))
    }

    private var persistence: ResponseWriter.Persistence {
        if !persists { return .close }
        return head.minorVersion == 1 ? .keep : .keepSaid
    }

    private static func tell(_ observers: [@Sendable (ResponseOutcome) -> Void], _ outcome: ResponseOutcome) {
        for observer in observers { observer(outcome) }
    }
}

/// The way of a streamed body from its writer to the connection.
private struct StreamSink: BodySink {
    let exchange: Exchange
    let pipe: OutPipe
    let length: Int?

    func start(_ response: Response) { exchange.startStream(response, pipe, length) }
    func respond(_ response: Response) { exchange.respond(response) }
    func write(_ bytes: [UInt8]) async throws { try await pipe.write(bytes) }
    func finish(failed: Bool) { pipe.finish(failed: failed) }
}
