package import Conversation
import Synchronization
package import Timekeeping

/// How all deployments are, shared by every call of the process.
///
/// It is told what becomes of calls and says which key of a model to use next. It lives in memory: a new process knows
/// nothing and finds out.
package final class DeploymentHealth: Sendable {
    /// Leave to make one call; it comes back through `ended`, exactly once.
    package struct Permit: Sendable, Hashable {
        package let deployment: Deployment
        let breaker: CircuitBreaker.Permit
        let mark: RateLimits.Mark
    }

    package enum Choice: Sendable, Hashable {
        case use(Permit)
        case notNow(Hindrance)
    }

    /// How a call ended, for what it says of the deployment.
    package enum Ending: Sendable, Hashable {
        case answered
        case failed(ModelError)
        /// It was ended from this side, and says nothing.
        case abandoned
        /// It was not made after all.
        case unasked
    }

    package struct Counts: Sendable, Hashable {
        package var answered = 0
        package var failed = 0
        package var abandoned = 0
        package var inFlight = 0
    }

    private let record: Mutex<HealthRecord>
    private let clock: WallClock

    /// - Parameter asideTime: how long a key that was refused is passed over while there is another.
    package init(
        clock: WallClock, breaker: CircuitBreaker.Limits = .init(), asideTime: Duration = .seconds(300)
    ) {
        self.clock = clock
        record = Mutex(HealthRecord(limits: breaker, asideTime: asideTime))
    }

    /// Chooses a key of a model for a call, and gives leave to make it.
    ///
    /// - Parameters:
    ///   - count: how many keys the provider has.
    ///   - excluded: the keys that this call has tried in vain.
    ///   - isPressing: nothing else is left to ask, so that what is only a forecast does not hold the call back.
    package func choose(
        _ model: ModelName, keys count: Int, besides excluded: Set<Int> = [], _ need: RateLimits.Need,
        isPressing: Bool = false
    ) -> Choice {
        let now = clock.now()
        return record.withLock {
            $0.choose(model, keys: count, besides: excluded, need, isPressing: isPressing, at: now)
        }
    }

    /// Whether a call of the model would be given leave now.
    package func isUsable(_ model: ModelName, keys count: Int, _ need: RateLimits.Need) -> Bool {
        let now = clock.now()
        return record.withLock { $0.isUsable(model, keys: count, need, at: now) }
    }

    /// Gives leave to call a model whatever its health is, with the best of its keys.
    package func insist(on model: ModelName, keys count: Int, _ need: RateLimits.Need) -> Permit {
        let now = clock.now()
        return record.withLock { $0.insist(on: model, keys: count, need, at: now) }
    }

    /// The first piece of the answer is there.
    package func began(_ permit: Permit) { record.withLock { $0.began(permit) } }

    package func heard(_ report: RateReport, _ permit: Permit) {
        let now = clock.now()
        record.withLock { $0.learn(report, permit, at: now) }
    }

    package func ended(_ permit: Permit, _ ending: Ending) {
        let now = clock.now()
        record.withLock { $0.ended(permit, ending, at: now) }
    }

    /// Everything that is known, for metrics and for the router, in a stable order.
    package func snapshot() -> HealthSnapshot {
        let now = clock.now()
        return HealthSnapshot(record.withLock { $0 }, at: now)
    }
}
