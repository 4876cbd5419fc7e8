/// When a transfer has waited too long, decided from what happened to it.
///
/// Connecting is not watched here, for only curl knows when it begins.
struct Deadlines {
    typealias Instant = ContinuousClock.Instant

    private enum Phase {
        case connecting
        case waitingForHead
        case receiving
        case stalled
    }

    private let timeouts: HTTPRequest.Timeouts
    private let start: Instant
    /// Set where the rest is waited for no longer than this.
    private var end: Instant?
    private var phase = Phase.connecting
    /// When the transfer last moved.
    private var progress: Instant

    init(_ timeouts: HTTPRequest.Timeouts, start: Instant) {
        self.timeouts = timeouts
        self.start = start
        progress = start
    }

    mutating func connected(at now: Instant) {
        phase = .waitingForHead
        progress = now
    }

    mutating func sent(at now: Instant) {
        progress = now
    }

    /// The head, or a part of the body, has come.
    mutating func received(at now: Instant) {
        phase = .receiving
        progress = now
    }

    /// The transfer has to be over by then.
    mutating func end(by instant: Instant) { end = instant }

    /// The reader keeps the server waiting.
    mutating func stalled() {
        phase = .stalled
    }

    mutating func resumed(at now: Instant) {
        if phase == .stalled { received(at: now) }
    }

    /// The next instant to look at `expired`.
    var next: Instant? {
        switch (wait?.deadline, total) {
        case (let wait?, let total?): min(wait, total)
        case (let wait, let total): wait ?? total
        }
    }

    func expired(at now: Instant) -> HTTPError.Timeout? {
        if let total, total <= now { return .total }
        if let wait, wait.deadline <= now { return wait.kind }
        return nil
    }

    private var total: Instant? {
        let total = timeouts.total.map { start + $0 }
        return end.map { end in total.map { min($0, end) } ?? end } ?? total
    }

    private var wait: (kind: HTTPError.Timeout, deadline: Instant)? {
        switch phase {
        case .connecting, .stalled: nil
        case .waitingForHead: timeouts.firstByte.map { (.firstByte, progress + $0) }
        case .receiving: timeouts.idle.map { (.idle, progress + $0) }
        }
    }
}
