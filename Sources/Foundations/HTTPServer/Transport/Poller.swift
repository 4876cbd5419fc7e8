import CPlatform

/// Waits for many descriptors, and lets other threads end the wait; what it stands on is in `CPlatform`.
///
/// Unchecked: all but `wake` is called on one thread, and `wake` touches a descriptor that lives as long as this object.
final class Poller: @unchecked Sendable {
    /// What is waited for, or was found.
    struct State: OptionSet {
        let rawValue: Int32

        static let readable = State(rawValue: Int32(VJ_READABLE))
        static let writable = State(rawValue: Int32(VJ_WRITABLE))
        static let hungUp = State(rawValue: Int32(VJ_HUNG_UP))
        static let broken = State(rawValue: Int32(VJ_BROKEN))
    }

    static let wakeToken: UInt64 = 0
    private static let capacity = 256

    private let poller: Int32
    private let waker: Int32
    private var ready = [vj_ready](repeating: vj_ready(), count: capacity)
    private var readyCount = 0

    init() throws(ServerError) {
        poller = vj_poller_open()
        waker = vj_waker_open()
        guard poller >= 0, waker >= 0, vj_poller_add(poller, waker, Self.wakeToken, Int32(VJ_READABLE)) == 0 else {
            if poller >= 0 { closeDescriptor(poller) }
            if waker >= 0 { closeDescriptor(waker) }
            throw ServerError(.resources, "No event loop can be made: the system gives no descriptors or no epoll.")
        }
    }

    deinit {
        closeDescriptor(poller)
        closeDescriptor(waker)
    }

    func add(_ descriptor: Int32, _ token: UInt64, _ interest: State) -> Bool {
        vj_poller_add(poller, descriptor, token, interest.rawValue) == 0
    }

    func change(_ descriptor: Int32, _ token: UInt64, _ interest: State) {
        _ = vj_poller_change(poller, descriptor, token, interest.rawValue)
    }

    func remove(_ descriptor: Int32) {
        _ = vj_poller_remove(poller, descriptor)
    }

    /// Returns when a descriptor is ready or it was woken, at the latest after the time.
    func wait(_ time: Milliseconds) {
        readyCount = max(0, Int(vj_poller_wait(poller, &ready, Int32(Self.capacity), Int32(clamping: time))))
    }

    /// Calls `body` with each descriptor that the last wait found ready; being woken is not reported.
    func report(_ body: (UInt64, State) -> Void) {
        for place in 0..<readyCount {
            let found = ready[place]
            if found.token == Self.wakeToken {
                vj_waker_clear(waker)
            } else {
                body(found.token, State(rawValue: Int32(found.state)))
            }
        }
    }

    /// Ends the wait, or the next one; may be called on any thread.
    func wake() {
        vj_waker_wake(waker)
    }
}
