package import Conversation
package import Timekeeping

/// Which of several models a call asks next, and when it gives up; pure.
///
/// A call goes in rounds. In a round each model is asked at most once with each key, in the order given: a key's failure
/// leads to the next key at once, any other to the next model at once. When a round is over and somebody may still answer,
/// there is a wait, and then the next round begins with the first model again.
package struct CallPlan: Sendable, Hashable {
    package enum RoundEnd: Sendable, Hashable {
        case wait(Duration)
        /// Nothing but forecasts and old refusals held models back: they are asked all the same.
        case press
        case giveUp
    }

    private struct Standing: Sendable, Hashable {
        var keys: Int
        /// Keys that were tried in this round, and those that will not serve this call at all.
        var spentKeys: Set<Int> = []
        var deadKeys: Set<Int> = []
        /// Not in this round any more; not in this call.
        var isSpent = false
        var isOut = false
        var error: ModelError?
        var hindrance: Hindrance?
        /// When it may be asked again, where that is within reach.
        var due: Timestamp?
    }

    private var standings: [Standing]
    private let retries: RetryPolicy
    package private(set) var round = 1
    package private(set) var isPressing = false
    private var isOver = false

    /// - Parameter keys: how many keys each model has.
    package init(keys: [Int], retries: RetryPolicy) {
        standings = keys.map { Standing(keys: $0) }
        self.retries = retries
    }

    /// The models that may be asked in this round, in order.
    package var open: [Int] {
        isOver ? [] : standings.indices.filter { !standings[$0].isOut && !standings[$0].isSpent }
    }

    /// The keys of a model that are not to be used now.
    package func excluded(_ index: Int) -> Set<Int> { standings[index].deadKeys.union(standings[index].spentKeys) }

    // MARK: - What happened

    package mutating func failed(_ index: Int, key: Int, _ error: ModelError, at now: Timestamp, jitter: Double) {
        let kind = error.failureClass
        standings[index].error = error
        standings[index].hindrance = nil
        if let delay = retries.delay(after: error, attempt: round, jitter: jitter) {
            standings[index].due = min(now + delay, standings[index].due ?? now + delay)
        }
        switch kind.scope {
        case .key:
            if kind.isLasting { standings[index].deadKeys.insert(key) } else { standings[index].spentKeys.insert(key) }
            if standings[index].deadKeys.count == standings[index].keys { standings[index].isOut = true }
            if excluded(index).count == standings[index].keys { standings[index].isSpent = true }
        case .service: standings[index].isSpent = true
        case .model: standings[index].isOut = true
        case .request:
            standings[index].isOut = true
            // What the model that was asked for would not take is not carried elsewhere.
            if index == 0 { isOver = true }
        }
    }

    /// The model cannot be asked now.
    package mutating func hindered(_ index: Int, _ hindrance: Hindrance, at now: Timestamp, jitter: Double) {
        standings[index].isSpent = true
        standings[index].hindrance = hindrance
        let due: Timestamp? =
            switch hindrance.kind {
            case .probing: now + retries.backoff(attempt: round, jitter: jitter)
            case .open, .rate: hindrance.until
            // Waiting mends no key.
            case .aside: nil
            }
        guard let due, due - now <= retries.longest else { return }
        standings[index].due = min(due, standings[index].due ?? due)
    }

    /// Nobody pays for this model, which is not the one that was asked for.
    package mutating func refused(_ index: Int) { standings[index].isOut = true }

    // MARK: - Rounds

    /// Ends a round in which nothing is open any more.
    package mutating func endRound(at now: Timestamp) -> RoundEnd {
        let live = isOver ? [] : standings.indices.filter { !standings[$0].isOut }
        if round < retries.attempts, let due = live.compactMap({ standings[$0].due }).min() {
            round += 1
            for index in live { begin(index) }
            return .wait(max(.zero, due - now))
        }
        let held = live.filter { standings[$0].hindrance?.isForecast == true }
        guard !isPressing, !held.isEmpty else { return .giveUp }
        isPressing = true
        for index in held { begin(index) }
        return .press
    }

    private mutating func begin(_ index: Int) {
        standings[index].isSpent = false
        standings[index].spentKeys = []
        standings[index].due = nil
    }

    /// Whether some model was asked in vain.
    package var hasFailed: Bool { standings.contains { $0.error != nil } }

    /// Why no answer came: what the first of the models said, and then the others.
    package func failure(of models: [ModelName], at now: Timestamp) -> ModelError {
        let told = standings.indices.filter { standings[$0].error != nil }
        guard let first = told.first, var error = standings[first].error else {
            let hindrance = standings.lazy.compactMap(\.hindrance).first
            return ModelError(
                hindrance?.kind == .rate ? .rateLimited : .overloaded,
                hindrance?.because ?? "there is no model that may be asked",
                retryAfter: hindrance?.until.map { max(.zero, $0 - now) })
        }
        for other in told.dropFirst() {
            error.message += "; \(models[other]) failed too: \(standings[other].error?.message ?? "")"
        }
        return error
    }

    /// Why the call does not go to the first model: its failure, or what holds it back.
    package var reasonAgainstFirst: String {
        standings.first.flatMap { $0.hindrance?.because ?? $0.error?.message } ?? "it cannot be asked"
    }
}
