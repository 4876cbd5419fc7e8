package import Timekeeping

/// Keeps calls away from a deployment that is unwell, and lets a few through to see whether it has recovered; pure.
///
/// Closed, calls pass. It opens when so many failed in a row within the window, when so large a share of the window's calls
/// failed, or when the provider says how long to stay away. Once that time is over it is half open: a limited number of
/// calls pass as probes. A probe that begins to answer closes it; one that fails opens it again, for twice as long.
package struct CircuitBreaker: Sendable, Hashable {
    package struct Limits: Sendable, Hashable {
        /// Failures in a row that open it, and the time within which they have to come.
        package var failures = 5
        package var window: Duration = .seconds(60)
        /// The share of failures that opens it, once the window has so many calls.
        package var share = 0.5
        package var calls = 20
        /// How long it stays open the first time; doubles with each failed probe.
        package var cooldown: Duration = .seconds(5)
        package var longestCooldown: Duration = .seconds(120)
        /// No word of a provider keeps it open for longer.
        package var longestOpen: Duration = .seconds(3600)
        /// Probes at the same time.
        package var probes = 1

        package init() {}
    }

    package enum State: Sendable, Hashable {
        case closed
        case open(until: Timestamp)
        case halfOpen
    }

    /// What a call was let through on; it comes back with the call's outcome, once.
    package struct Permit: Sendable, Hashable {
        fileprivate var generation: Int
        fileprivate var isProbe: Bool

        /// For a call that is made whatever the breaker says, and tells it nothing.
        static let outside = Permit(generation: -1, isProbe: false)
    }

    package private(set) var state = State.closed
    private let limits: Limits
    /// Counts changes of the state: what was let through before one says nothing about what is after it.
    private var generation = 0
    private var probesOut = 0
    /// When the failures in a row happened, at most as many as open the breaker.
    private var streak: [Timestamp] = []
    private var window: OutcomeWindow
    private var cooldown: Duration

    package init(_ limits: Limits = Limits()) {
        self.limits = limits
        window = OutcomeWindow(limits.window)
        cooldown = limits.cooldown
    }

    /// Lets a call through, or not.
    package mutating func admit(at now: Timestamp) -> Permit? {
        guard isPassable(at: now) else { return nil }
        if case .open = state { change(to: .halfOpen) }
        guard state == .halfOpen else { return Permit(generation: generation, isProbe: false) }
        probesOut += 1
        return Permit(generation: generation, isProbe: true)
    }

    /// Whether a call would be let through now.
    package func isPassable(at now: Timestamp) -> Bool {
        switch state {
        case .closed: true
        // A clock that was set back must not keep it open for ages.
        case .open(let until): now >= until || until - now > limits.longestOpen
        case .halfOpen: probesOut < limits.probes
        }
    }

    /// When a call may be let through; nil where that is now, or as soon as a probe has ended.
    package func opensAgain(at now: Timestamp) -> Timestamp? {
        guard case .open(let until) = state, !isPassable(at: now) else { return nil }
        return until
    }

    /// The answer has begun: that is enough for a probe, as answers may take long.
    package mutating func began(_ permit: Permit) {
        guard permit.isProbe, permit.generation == generation, state == .halfOpen else { return }
        close()
    }

    package mutating func succeeded(_ permit: Permit, at now: Timestamp) {
        began(permit)
        guard permit.generation == generation, state == .closed else { return }
        streak.removeAll()
        window.add(isGood: true, at: now)
    }

    /// - Parameter retryAfter: how long the provider wants to be left alone, which opens the breaker by itself.
    package mutating func failed(_ permit: Permit, at now: Timestamp, retryAfter: Duration? = nil) {
        guard permit.generation == generation else {
            // It was let through before the state changed, but what the provider says now holds all the same.
            if let retryAfter, retryAfter > .zero { open(for: retryAfter, at: now) }
            return
        }
        if permit.isProbe { cooldown = min(cooldown * 2, limits.longestCooldown) }
        if let retryAfter, retryAfter > .zero { return open(for: retryAfter, at: now) }
        if permit.isProbe { return open(for: cooldown, at: now) }
        window.add(isGood: false, at: now)
        streak.append(now)
        streak.removeAll { now - $0 > limits.window }
        let (good, bad) = window.counts(at: now)
        if streak.count >= limits.failures
            || (good + bad >= limits.calls && Double(bad) >= limits.share * Double(good + bad))
        {
            open(for: cooldown, at: now)
        }
    }

    /// The call ended without saying anything about the service: it was cancelled, or the request was at fault.
    package mutating func abandoned(_ permit: Permit) {
        guard permit.isProbe, permit.generation == generation else { return }
        probesOut -= 1
    }

    private mutating func open(for time: Duration, at now: Timestamp) {
        let until = now + min(time, limits.longestOpen)
        if case .open(let before) = state, before > until { return }
        change(to: .open(until: until))
    }

    private mutating func close() {
        change(to: .closed)
        cooldown = limits.cooldown
    }

    private mutating func change(to next: State) {
        state = next
        generation += 1
        probesOut = 0
        streak.removeAll()
        window.clear()
    }
}
