import Synchronization

/// One client's connection: its bytes, its requests one behind the other, and when it has waited long enough.
///
/// Unchecked: touched on its loop's thread only. What is not private to a file is for the extensions beside it.
final class Connection: @unchecked Sendable {
    enum Phase {
        case handshake
        case open
        /// Nothing is read for requests any more; what is left is sent.
        case closing
        /// All is sent; what the client still sends is dropped until it has seen the end.
        case lingering
        case closed
    }

    static let readsPerTurn = 16
    /// How much of requests that are not their turn yet is read ahead.
    static let readAhead = 64 * 1024
    /// How much may wait to be sent before the next request is begun.
    static let outputMark = 256 * 1024

    let token: UInt64
    unowned let loop: EventLoop
    let core: ServerCore
    let stream: ByteStream
    let info: ConnectionInfo

    var phase = Phase.open
    var deadlines: Deadlines
    var interest: Poller.State = []

    var parser: RequestParser
    var input: [UInt8] = []
    var inputStart = 0
    var exchange: Exchange?
    var bodyPipe: BodyPipe?
    var isBodyDone = true
    var isBodyStalled = false
    /// Another protocol is spoken: all that comes goes to the pipe, for as long as it takes.
    var isRaw = false
    /// The body of the current request broke the rules: what follows it means nothing.
    var isInputBroken = false
    var requestCount = 0
    var hasReceived = false

    var output = OutputQueue()
    var isOutputBlocked = false
    var isFlushPlanned = false
    var handshakeWants = Poller.State.readable
    var hasPeerFinished = false

    /// Nil when memory for TLS is short; the descriptor then is the caller's.
    init?(_ descriptor: Int32, _ token: UInt64, _ loop: EventLoop, _ listener: Int) {
        core = loop.core
        self.token = token
        self.loop = loop
        parser = RequestParser(core.parserLimits)
        deadlines = Deadlines(progress: core.configuration.limits.progress)
        let tls = core.tls[listener]
        var session: TLSSession?
        if let tls {
            session = tls.makeSession(descriptor)
            guard session != nil else { return nil }
        }
        stream = ByteStream(descriptor, session)
        let peer = SocketAddress.peer(of: descriptor)?.text ?? "unknown"
        info = ConnectionInfo(peer: peer, isEncrypted: tls != nil, listener: listener)
    }

    var limits: ServerConfiguration.Limits { core.configuration.limits }
    var buffered: Int { input.count - inputStart }
    var nextDeadline: Milliseconds? { deadlines.next }
    /// How much of the response waits to be sent.
    var pendingOutput: Int { output.size }
    /// Whether something is lost when it ends now.
    var isBusy: Bool { exchange != nil || !output.isEmpty }

    // MARK: What the loop tells

    /// Begins to listen to the client, or to tell it that there are too many.
    func open(isWelcome: Bool) {
        interest = [.readable, .hungUp]
        guard loop.add(stream.descriptor, token, interest) else {
            vanish(reset: true)
            return
        }
        guard isWelcome else {
            guard !stream.isEncrypted else {
                vanish(reset: false)
                return
            }
            let message = "The server has as many connections as it takes; try again in a moment."
            refuse(Refusal(.serviceUnavailable, message, headers: ["retry-after": "1"]), nil)
            return
        }
        if stream.isEncrypted {
            phase = .handshake
            wait(for: .handshake, limits.handshakeTime)
        } else {
            wait(for: .head, limits.headTime)
        }
    }

    func ready(_ state: Poller.State) {
        guard phase != .closed else { return }
        if state.contains(.broken) {
            vanish(reset: false)
            return
        }
        if phase == .handshake {
            continueHandshake()
            return
        }
        if state.contains(.readable) { read() }
        // Where nothing is read, this is the only sign of a client that went away.
        if phase != .closed, state.contains(.hungUp), !interest.contains(.readable) { peerFinished() }
        if phase != .closed, state.contains(.writable) { flush() }
    }

    func checkDeadlines() {
        guard phase != .closed, let expiry = deadlines.expired(now: loop.now) else { return }
        switch expiry {
        case .writing, .reading(.handshake):
            vanish(reset: true)
        case .reading(.linger):
            vanish(reset: false)
        case .reading(.idle):
            // A slow reader of the last answer is not idle.
            if output.isEmpty { close() } else { wait(for: .idle, limits.idleTime) }
        case .reading(.head):
            if output.size >= Self.outputMark {
                // It is the server that does not read on, until the client takes its answers.
                wait(for: .head, limits.headTime)
            } else if hasReceived {
                refuse(Refusal(.requestTimeout, "The head of the request did not come in time."), nil)
            } else {
                close()
            }
        case .reading(.body):
            breakInput(Refusal(.requestTimeout, "The body of the request did not come in time."))
        }
    }

    /// The server ends: an idle connection does too, others when their exchange is over.
    func drain() {
        if phase == .handshake || phase == .open && exchange == nil && buffered == 0 && output.isEmpty { close() }
    }

    /// Sends what waits, as far as the client takes it.
    func flush() {
        isFlushPlanned = false
        guard phase == .open || phase == .closing else { return }
        while !output.isEmpty {
            switch output.withFirst({ stream.write($0, isLast: $1) }) {
            case .moved(let count):
                output.drop(count)
                deadlines.wrote(count)
            case .blocked:
                isOutputBlocked = true
                deadlines.writeBlocked(limits.writeTime.milliseconds, now: loop.now)
                noteDeadline()
                updateInterest()
                return
            case .ended, .broken:
                vanish(reset: false)
                return
            }
        }
        isOutputBlocked = false
        deadlines.writeFinished()
        if phase == .closing {
            linger()
        } else if let exchange {
            exchange.pullMore()
        } else if hasPeerFinished {
            vanish(reset: false)
        } else {
            parseBuffered()
        }
        updateInterest()
    }

    // MARK: What the exchange tells

    /// Adds bytes to what is sent at the end of this turn.
    func send(_ bytes: [UInt8]) {
        guard phase == .open || phase == .closing else { return }
        output.append(bytes)
        planFlush()
    }

    func isCurrent(_ other: Exchange) -> Bool { exchange === other }

    var date: [UInt8] { loop.date }

    /// Whether the connection can stay behind an answer that is complete now.
    var canPersist: Bool { isBodyDone && !isInputBroken && mayPersist }

    /// Whether it can stay if the body of the request comes to its end.
    var mayPersist: Bool { !loop.isDraining && !isInputBroken && requestCount < limits.requestsPerConnection }

    /// The answer is complete, and on its way.
    func exchangeEnded(keepsAlive: Bool) {
        exchange = nil
        guard keepsAlive, canPersist else {
            bodyPipe?.fail(Disconnected())
            bodyPipe = nil
            close()
            return
        }
        if buffered == 0 {
            wait(for: .idle, limits.idleTime)
        } else {
            parseBuffered()
        }
        updateInterest()
    }

    /// Tells a client that waits to send its body.
    func sendContinue() {
        guard !isBodyDone, !isInputBroken, phase == .open else { return }
        wait(for: .body, limits.bodyTime)
        send(ResponseWriter.proceed)
    }

    /// The reader of the body has room again.
    func resumeBody() {
        isBodyStalled = false
        if !isBodyDone, !isRaw { wait(for: .body, limits.bodyTime) }
        parseBuffered()
        updateInterest()
        // TLS may hold bytes back that the socket does not show.
        if stream.isEncrypted { loop.readSoon(self) }
    }

    // MARK: Details

    func continueHandshake() {
        switch stream.handshake() {
        case .moved:
            phase = .open
            wait(for: .head, limits.headTime)
            updateInterest()
            read()
        case .blocked(let readiness):
            handshakeWants = readiness == .readable ? .readable : .writable
            updateInterest()
        case .ended, .broken:
            vanish(reset: false)
        }
    }

    func planFlush() {
        guard !isFlushPlanned else { return }
        isFlushPlanned = true
        loop.flushSoon(self)
    }

    func wait(for wait: Deadlines.Wait, _ time: Duration) {
        deadlines.wait(for: wait, time.milliseconds, now: loop.now)
        noteDeadline()
    }

    func noteDeadline() {
        if let next = deadlines.next { loop.note(next) }
    }

    var isReadingWanted: Bool {
        switch phase {
        case .lingering: true
        case .handshake, .closing, .closed: false
        case .open:
            !hasPeerFinished && !isBodyStalled && !isInputBroken && (buffered < Self.readAhead || !isWaitingForTurn)
        }
    }

    /// Whether what was read has to wait for the current exchange.
    var isWaitingForTurn: Bool { isBodyDone && exchange != nil || output.size >= Self.outputMark }

    func updateInterest() {
        guard phase != .closed else { return }
        var wanted: Poller.State = hasPeerFinished ? [] : .hungUp
        if phase == .handshake { wanted.insert(handshakeWants) }
        let wasReading = interest.contains(.readable)
        if isReadingWanted { wanted.insert(.readable) }
        if isOutputBlocked, phase == .open || phase == .closing { wanted.insert(.writable) }
        guard wanted != interest else { return }
        interest = wanted
        loop.change(stream.descriptor, token, wanted)
        if !wasReading, isReadingWanted, stream.isEncrypted { loop.readSoon(self) }
    }
}
