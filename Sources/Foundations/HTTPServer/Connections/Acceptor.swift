import CPlatform
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Takes connections and deals them out to the loops in turn; lives on the thread of the first one.
///
/// Unchecked: touched on that thread only, but for `loops`, which is set before any thread starts.
final class Acceptor: @unchecked Sendable {
    private static let firstToken: UInt64 = 1
    private static let batch = 64
    private static let retryPause: Milliseconds = 100

    private let core: ServerCore
    private var listeners: [ListeningSocket]
    var loops: [EventLoop] = []
    private var turn = 0
    /// When listening goes on that was interrupted because descriptors ran out.
    private(set) var retryTime: Milliseconds?

    init(_ core: ServerCore) {
        self.core = core
        listeners = core.listening
    }

    func owns(_ token: UInt64) -> Bool {
        token >= Self.firstToken && token < Self.firstToken + UInt64(listeners.count)
    }

    func start(_ loop: EventLoop) {
        for (number, listener) in listeners.enumerated() {
            _ = loop.add(listener.descriptor, Self.firstToken + UInt64(number), .readable)
        }
    }

    /// Closes the listeners: whoever connects from now on is refused by the system.
    func stop(_ loop: EventLoop) {
        for listener in listeners { loop.remove(listener.descriptor) }
        listeners = []
        core.closeListeners()
        loops = []
        retryTime = nil
    }

    func accept(_ loop: EventLoop, _ token: UInt64) {
        let number = Int(token - Self.firstToken)
        let listener = listeners[number]
        for _ in 0..<Self.batch {
            let descriptor = vj_accept(listener.descriptor)
            guard descriptor >= 0 else {
                switch errno {
                case EAGAIN, EWOULDBLOCK: return
                case EINTR, ECONNABORTED: continue
                default:
                    pause(loop)
                    return
                }
            }
            take(descriptor, number, loop)
        }
    }

    /// Goes on listening when the pause is over.
    func retry(_ loop: EventLoop) {
        guard let retryTime, loop.now >= retryTime else { return }
        self.retryTime = nil
        start(loop)
    }

    /// Without it the loop would turn at full speed, as the listener stays ready.
    private func pause(_ loop: EventLoop) {
        for listener in listeners { loop.remove(listener.descriptor) }
        retryTime = loop.now + Self.retryPause
    }

    private func take(_ descriptor: Int32, _ listener: Int, _ loop: EventLoop) {
        let limit = core.configuration.limits.connections
        let open = core.open.add(1, ordering: .relaxed).newValue
        core.accepted.add(1, ordering: .relaxed)
        if open > limit { core.refused.add(1, ordering: .relaxed) }
        guard open <= limit + ServerCore.politeRefusals else {
            core.open.subtract(1, ordering: .relaxed)
            closeDescriptor(descriptor)
            return
        }
        let target = loops[turn % loops.count]
        turn &+= 1
        let isWelcome = open <= limit
        if target === loop {
            loop.adopt(descriptor, listener, isWelcome: isWelcome)
        } else if !target.post({ target.adopt(descriptor, listener, isWelcome: isWelcome) }) {
            core.open.subtract(1, ordering: .relaxed)
            closeDescriptor(descriptor)
        }
    }
}
