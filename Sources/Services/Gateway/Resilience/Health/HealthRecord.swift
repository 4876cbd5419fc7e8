import Conversation
import Timekeeping

/// What is known of every deployment and key, and which key of a provider a call should take; pure.
struct HealthRecord: Sendable {
    struct Entry: Sendable {
        var breaker: CircuitBreaker
        var aside: Aside?
        var lastFailure: Failure?
        /// Services limit each model of a key by itself.
        var rates = RateLimits()
        var counts = DeploymentHealth.Counts()
    }

    /// Why a key is passed over, and until when.
    struct Aside: Sendable, Hashable {
        var because: String
        var until: Timestamp
    }

    struct Failure: Sendable, Hashable {
        var error: ModelError
        var at: Timestamp
    }

    /// In an array and by place, where they are changed as they lie: they are large, and change with every call.
    private var list: [Entry] = []
    private var places: [Deployment: Int] = [:]
    private var lastUses: [ProviderKey: UInt64] = [:]
    private var uses: UInt64 = 0
    private let limits: CircuitBreaker.Limits
    /// How long a refused key is passed over.
    private let asideTime: Duration

    init(limits: CircuitBreaker.Limits, asideTime: Duration) {
        self.limits = limits
        self.asideTime = asideTime
    }

    /// All that is known.
    var entries: [(deployment: Deployment, entry: Entry)] { places.map { ($0.key, list[$0.value]) } }

    /// Where the entry of a deployment is, a new one if need be.
    private mutating func place(of deployment: Deployment) -> Int {
        if let place = places[deployment] { return place }
        list.append(Entry(breaker: CircuitBreaker(limits)))
        places[deployment] = list.count - 1
        return list.count - 1
    }

    // MARK: - Choosing

    /// The best of the keys that can be used now: the one with most room, and of equals the one that was used least recently.
    ///
    /// - Parameter isPressing: nothing else is left to ask, so that keys that were put aside, or are thought to be used up,
    ///   are asked all the same. An open breaker holds.
    mutating func choose(
        _ model: ModelName, keys count: Int, besides excluded: Set<Int>, _ need: RateLimits.Need, isPressing: Bool,
        at now: Timestamp
    ) -> DeploymentHealth.Choice {
        var best: (deployment: Deployment, room: Double, lastUse: UInt64)?
        var hindrance: Hindrance?
        for index in 0..<count where !excluded.contains(index) {
            let deployment = Deployment(name: model, keyIndex: index)
            if let found = self.hindrance(of: deployment, need, isPressing: isPressing, at: now) {
                hindrance = Hindrance.sooner(hindrance, found)
                continue
            }
            let room = places[deployment].map { list[$0].rates.room(at: now) } ?? 1
            let lastUse = lastUses[deployment.key] ?? 0
            if let best, (best.room, lastUse) >= (room, best.lastUse) { continue }
            best = (deployment, room, lastUse)
        }
        if let best {
            let place = place(of: best.deployment)
            if let permit = list[place].breaker.admit(at: now) {
                return .use(take(best.deployment, need, permit, at: now))
            }
        }
        return .notNow(
            hindrance ?? Hindrance(.aside, until: nil, because: "there is no other key of \(model.provider)"))
    }

    /// Whether some key of the model could be used now.
    func isUsable(_ model: ModelName, keys count: Int, _ need: RateLimits.Need, at now: Timestamp) -> Bool {
        (0..<count).contains { index in
            hindrance(of: Deployment(name: model, keyIndex: index), need, isPressing: false, at: now) == nil
        }
    }

    /// A key of the model, the best that there is, though all be hindered.
    mutating func insist(
        on model: ModelName, keys count: Int, _ need: RateLimits.Need, at now: Timestamp
    ) -> DeploymentHealth.Permit {
        for isPressing in [false, true] {
            let choice = choose(model, keys: count, besides: [], need, isPressing: isPressing, at: now)
            if case .use(let permit) = choice { return permit }
        }
        let uses = (0..<count).map { lastUses[ProviderKey(provider: model.provider, index: $0)] ?? 0 }
        let index = uses.indices.min { uses[$0] < uses[$1] } ?? 0
        return take(Deployment(name: model, keyIndex: index), need, .outside, at: now)
    }

    private func hindrance(
        of deployment: Deployment, _ need: RateLimits.Need, isPressing: Bool, at now: Timestamp
    ) -> Hindrance? {
        guard let place = places[deployment] else { return nil }
        let entry = list[place]
        if !entry.breaker.isPassable(at: now) {
            let last = entry.lastFailure.map { ": \($0.error.message)" } ?? ""
            guard let until = entry.breaker.opensAgain(at: now) else {
                return Hindrance(.probing, until: nil, because: "\(deployment) is being tried again\(last)")
            }
            return Hindrance(
                .open, until: until, because: "\(deployment) is left alone for \((until - now).brief)\(last)")
        }
        if isPressing { return nil }
        if let aside = entry.aside, now < aside.until {
            return Hindrance(.aside, until: aside.until, because: aside.because)
        }
        guard let wait = entry.rates.wait(for: need, at: now) else {
            return Hindrance(.rate, until: nil, because: "the rate of \(deployment) is used up")
        }
        guard wait > .zero else { return nil }
        return Hindrance(.rate, until: now + wait, because: "the rate of \(deployment) is used up for \(wait.brief)")
    }

    private mutating func take(
        _ deployment: Deployment, _ need: RateLimits.Need, _ permit: CircuitBreaker.Permit, at now: Timestamp
    ) -> DeploymentHealth.Permit {
        uses += 1
        lastUses[deployment.key] = uses
        let mark = list[place(of: deployment)].take(need, at: now)
        return DeploymentHealth.Permit(deployment: deployment, breaker: permit, mark: mark)
    }

    // MARK: - What became of it

    mutating func began(_ permit: DeploymentHealth.Permit) {
        guard let place = places[permit.deployment] else { return }
        list[place].breaker.began(permit.breaker)
        list[place].aside = nil
    }

    mutating func learn(_ report: RateReport, _ permit: DeploymentHealth.Permit, at now: Timestamp) {
        guard let place = places[permit.deployment] else { return }
        list[place].rates.learn(report, from: permit.mark, at: now)
    }

    mutating func ended(_ permit: DeploymentHealth.Permit, _ ending: DeploymentHealth.Ending, at now: Timestamp) {
        guard let place = places[permit.deployment] else { return }
        list[place].ended(permit, ending, asideTime: asideTime, at: now)
    }
}

extension HealthRecord.Entry {
    fileprivate mutating func take(_ need: RateLimits.Need, at now: Timestamp) -> RateLimits.Mark {
        counts.inFlight += 1
        return rates.admit(need, at: now)
    }

    /// In place, as this happens with every call.
    fileprivate mutating func ended(
        _ permit: DeploymentHealth.Permit, _ ending: DeploymentHealth.Ending, asideTime: Duration, at now: Timestamp
    ) {
        counts.inFlight -= 1
        switch ending {
        case .unasked:
            breaker.abandoned(permit.breaker)
        case .abandoned:
            counts.abandoned += 1
            breaker.abandoned(permit.breaker)
        case .answered:
            counts.answered += 1
            breaker.succeeded(permit.breaker, at: now)
            aside = nil
        case .failed(let error):
            counts.failed += 1
            lastFailure = HealthRecord.Failure(error: error, at: now)
            let kind = error.failureClass
            if kind.isFaultOfService {
                breaker.failed(permit.breaker, at: now, retryAfter: error.retryAfter)
            } else {
                // The service is there: it has said no.
                breaker.began(permit.breaker)
                breaker.abandoned(permit.breaker)
            }
            if kind.scope == .key, kind.isLasting {
                aside = HealthRecord.Aside(
                    because: "\(permit.deployment.key) is put aside: \(error.message)", until: now + asideTime)
            }
        }
    }
}
