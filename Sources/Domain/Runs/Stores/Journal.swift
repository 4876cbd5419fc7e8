package import Identity
package import Money
package import Timekeeping

/// A change of a run's recorded state.
///
/// A list of them is one transaction, together with the events that tell of it.
package enum JournalChange: Sendable, Hashable {
    case run(Run)
    case session(Session)
    case input(SessionInput)
    case turn(Turn)
    /// Inserts the action, or replaces it by the same action with its result.
    case action(Action)
    case gate(Gate)
    case receipt(Receipt)
    /// Sets the run's budget, whatever else has changed in its record.
    case budget(USD)
    /// Removes the reservation and writes the ledger's line in its place.
    case settle(Charge)
    /// Removes a reservation of which nothing was spent.
    case release(ReservationID)
    case event(RunEvent)
}

/// What became of an attempt to set money aside.
package enum ReservationOutcome: Sendable, Hashable {
    case reserved
    /// The run's spent and reserved money would exceed its budget; nothing was written.
    case refused(spent: USD, reserved: USD, budget: USD)
}

/// What became of an answer to a gate.
package enum AnswerOutcome: Sendable, Hashable {
    case accepted(Gate)
    /// Somebody was first.
    case alreadyAnswered(Gate)
    /// Nobody waits for the answer any more.
    case runEnded(Gate)
    case noSuchGate
}

/// The durable record of runs: written before the world is told.
///
/// Each call that writes is one transaction, durable when it returns.
package protocol RunStore: Sendable {
    /// Applies the changes in order, all or none. Returns the position of the last event appended, or nil.
    @discardableResult
    func record(_ changes: [JournalChange], for run: RunID, at time: Timestamp) async throws -> Int64?
    func run(_ id: RunID) async throws -> Run?
    /// The newest first.
    func runs(project: String?, limit: Int) async throws -> [Run]
    /// Every run whose id a user may have meant by what was typed.
    func runs(matching typed: String) async throws -> [Run]
    func session(of run: RunID, step: StepKey) async throws -> Session?
    func sessions(of run: RunID) async throws -> [Session]
    func inputs(of session: SessionID) async throws -> [SessionInput]
    func turns(of session: SessionID) async throws -> [Turn]
    func actions(of session: SessionID) async throws -> [Action]
    func receipts(of run: RunID) async throws -> [Receipt]
}

/// Gates of every run: opened with the journal, answered by anyone once.
package protocol GateStore: Sendable {
    func gate(_ id: GateID) async throws -> Gate?
    func gates(matching typed: String) async throws -> [Gate]
    func gates(of run: RunID?, openOnly: Bool) async throws -> [Gate]
    /// Records the first answer with its event and the changes that follow from it, and puts a waiting run back to running.
    func answer(_ id: GateID, with answer: GateAnswer, _ changes: [JournalChange]) async throws -> AnswerOutcome
}

/// Money: set aside before a call, settled after.
package protocol LedgerStore: Sendable {
    /// Sets money aside if the run's budget allows it, with the changes that go with it, in one transaction.
    func reserve(_ reservation: Reservation, with changes: [JournalChange]) async throws -> ReservationOutcome
    func openReservations(of run: RunID) async throws -> [Reservation]
    func charges(of run: RunID) async throws -> [Charge]
    func spent(by run: RunID) async throws -> USD
}

/// The log of everything that happened.
package protocol EventStore: Sendable {
    /// Events after a position, oldest first; of one run, or of all.
    func events(of run: RunID?, after position: Int64, limit: Int) async throws -> [EventRecord]
    /// Returns as soon as there are events of the run after the position, from this process or another.
    func waitForEvents(of run: RunID, after position: Int64) async throws
}

/// Everything a run needs to remember.
package typealias Journal = EventStore & GateStore & LedgerStore & RunStore
