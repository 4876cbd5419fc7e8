package import Conversation
package import Identity
package import Money
package import Timekeeping

/// Money set aside before a model call.
package struct Reservation: Sendable, Hashable, Codable {
    package var id: ReservationID
    package var run: RunID
    package var session: SessionID
    package var turn: Int
    package var model: String
    package var amount: USD
    package var reservedAt: Timestamp
    /// Nil in journals from before budgets had scopes, as what follows.
    package var step: StepKey?
    /// Who spends: what `VENCEJO_USER`, `USER` or `LOGNAME` says, or the name of the process's user.
    package var user: String?
    /// The name of the key that pays, never the key.
    package var key: String?
    /// The session that a sub-agent works for.
    package var parent: SessionID?
    /// Where the call waits for a batch: it outlives the process, and so does the reservation.
    package var waits: BatchWait?

    package init(
        id: ReservationID, run: RunID, session: SessionID, turn: Int, model: String, amount: USD,
        reservedAt: Timestamp, step: StepKey? = nil, user: String? = nil, key: String? = nil, parent: SessionID? = nil,
        waits: BatchWait? = nil
    ) {
        self.waits = waits
        self.id = id
        self.run = run
        self.session = session
        self.turn = turn
        self.model = model
        self.amount = amount
        self.reservedAt = reservedAt
        self.step = step
        self.user = user
        self.key = key
        self.parent = parent
    }
}

/// Which call of a batch a reservation is for.
package struct BatchWait: Sendable, Hashable, Codable {
    /// The call's id among those of batches.
    package var call: String
    /// Who asks in the session: its agent, or whoever shortens the conversation.
    package var agent: String

    package init(call: String, agent: String) {
        self.call = call
        self.agent = agent
    }
}

/// What one model call cost: the ledger's line.
package struct Charge: Sendable, Hashable, Codable {
    package var id: ChargeID
    package var reservation: ReservationID
    package var run: RunID
    package var session: SessionID
    package var step: StepKey
    package var agent: String
    package var turn: Int
    package var model: String
    package var usage: Usage
    package var cost: USD
    package var outcome: Outcome
    package var milliseconds: Int64
    package var firstEventMilliseconds: Int64?
    package var at: Timestamp
    package var user: String?
    package var key: String?
    package var parent: SessionID?
    /// True where nobody knows the price, so that the cost of zero means nothing; nil everywhere else.
    package var isUnpriced: Bool?
    /// Where the answer came from the response cache, so that nothing was used; nil everywhere else.
    package var cached: CachedAnswer?
    /// True where it went at a batch's price; nil everywhere else.
    package var isBatch: Bool?
    /// True where it could have waited; nil everywhere else.
    package var canWait: Bool?
    /// How long it waited for a batch or for its hour, which no limit of time counts; nil everywhere else.
    package var waitedMilliseconds: Int64?

    package init(
        id: ChargeID, reservation: ReservationID, run: RunID, session: SessionID, step: StepKey, agent: String,
        turn: Int, model: String, usage: Usage, cost: USD, outcome: Outcome, milliseconds: Int64,
        firstEventMilliseconds: Int64?, at: Timestamp, user: String? = nil, key: String? = nil,
        parent: SessionID? = nil, isUnpriced: Bool? = nil, cached: CachedAnswer? = nil, isBatch: Bool? = nil,
        canWait: Bool? = nil, waitedMilliseconds: Int64? = nil
    ) {
        self.isBatch = isBatch
        self.canWait = canWait
        self.waitedMilliseconds = waitedMilliseconds
        self.id = id
        self.reservation = reservation
        self.run = run
        self.session = session
        self.step = step
        self.agent = agent
        self.turn = turn
        self.model = model
        self.usage = usage
        self.cost = cost
        self.outcome = outcome
        self.milliseconds = milliseconds
        self.firstEventMilliseconds = firstEventMilliseconds
        self.at = at
        self.user = user
        self.key = key
        self.parent = parent
        self.isUnpriced = isUnpriced
        self.cached = cached
    }

    package enum Outcome: String, Sendable, Hashable, Codable {
        case answered
        /// The call failed after something was used; the usage is what the provider said, or an estimate.
        case failed
        /// The process died during the call: what it cost is unknown, so the whole reservation is counted.
        case interrupted
    }
}
