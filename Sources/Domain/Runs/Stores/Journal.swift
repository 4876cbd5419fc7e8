package import Identity
package import JSON
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
    /// Raises what an account other than a run's may spend; a limit that is higher already stands.
    case allowance(BudgetAccount, USD)
    /// Removes the reservation and writes the ledger's line in its place.
    case settle(Charge)
    /// Removes a reservation of which nothing was spent.
    case release(ReservationID)
    case event(RunEvent)
    /// Appends an event that was recorded elsewhere at another time: a fork's inheritance.
    case pastEvent(RunEvent, at: Timestamp)
    /// Takes a record out of what the run goes on from; it is kept apart.
    case supersede(SupersededRecord)
}

/// A record that a rewound run has left behind.
package enum SupersededRecord: Sendable, Hashable {
    /// With its inputs, turns and actions.
    case session(SessionID)
    case gate(GateID)
    case receipt(ReceiptID)
}

/// What became of an attempt to set money aside.
package enum ReservationOutcome: Sendable, Hashable {
    case reserved
    /// The spent and reserved money of an account would exceed its limit; nothing was written.
    case refused(BudgetRefusal)
}

/// What became of an answer to a gate.
package enum AnswerOutcome: Sendable, Hashable {
    case accepted(Gate)
    /// Somebody was first.
    case alreadyAnswered(Gate)
    /// The time had run out; nothing was written, and the gate is to expire.
    case overdue(Gate)
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
    /// The records that a rewound run has left behind, as they were, oldest first.
    func superseded(of run: RunID) async throws -> [JSONValue]
}

/// Gates of every run: opened with the journal, answered by anyone once.
package protocol GateStore: Sendable {
    func gate(_ id: GateID) async throws -> Gate?
    func gates(matching typed: String) async throws -> [Gate]
    func gates(of run: RunID?, openOnly: Bool) async throws -> [Gate]
    /// Records the first answer with its event and the changes that follow from it, and puts a waiting run back to running.
    ///
    /// A gate whose time had run out by then takes no answer.
    func answer(_ id: GateID, with answer: GateAnswer, _ changes: [JournalChange]) async throws -> AnswerOutcome
    /// Decides on a gate and its run as they are, and records what follows, in one transaction; a run whose gate is
    /// answered by it goes back to running. Returns the gate as it is then, or nil where nothing was decided.
    func change(
        _ id: GateID, at time: Timestamp, _ decide: @escaping @Sendable (Gate, Run) throws -> [JournalChange]?
    ) async throws -> Gate?
}

/// Money: set aside before a call, settled after.
package protocol LedgerStore: Sendable {
    /// Sets money aside if the run's budget and every limit allow it, with the changes that go with it, in one transaction.
    func reserve(
        _ reservation: Reservation, within limits: BudgetLimits, with changes: [JournalChange]
    ) async throws -> ReservationOutcome
    /// What is spent and set aside on accounts, in their order, with the limits in force.
    func standings(of accounts: [BudgetAccount], within limits: BudgetLimits) async throws -> [BudgetStanding]
    func openReservations(of run: RunID) async throws -> [Reservation]
    func charges(of run: RunID) async throws -> [Charge]
    func spent(by run: RunID) async throws -> USD
    /// The ledger added up, the dearest first; by day the oldest first.
    func costs(by grouping: CostGrouping, _ filter: CostFilter) async throws -> [CostLine]
    /// What each task of a project's finished runs has cost, the newest first.
    func taskCosts(in project: String, limit: Int) async throws -> [USD]
    /// What each finished run of a project has cost, the newest first.
    func runCosts(in project: String, limit: Int) async throws -> [USD]
    /// Every account of a scope on which money was ever spent or set aside.
    func accounts(of scope: BudgetScope) async throws -> [BudgetAccount]
}

extension LedgerStore {
    /// Sets money aside if the run's budget allows it.
    package func reserve(_ reservation: Reservation, with changes: [JournalChange]) async throws -> ReservationOutcome {
        try await reserve(reservation, within: .none, with: changes)
    }
}

/// The log of everything that happened.
package protocol EventStore: Sendable {
    /// Events after a position, oldest first; of one run, or of all.
    func events(of run: RunID?, after position: Int64, limit: Int) async throws -> [EventRecord]
    /// A run's events that are milestones, after a position, oldest first.
    func milestones(of run: RunID, after position: Int64) async throws -> [EventRecord]
    /// The position of the last event of a run, or of all; 0 where there is none.
    func lastPosition(of run: RunID?) async throws -> Int64
    /// The position of a run's event of that number, or of the last one before it; 0 before the first.
    func position(ofEvent number: Int64, in run: RunID) async throws -> Int64
    /// Returns as soon as there are events of the run, or of any, after the position, from this process or another.
    func waitForEvents(of run: RunID?, after position: Int64) async throws
}

/// Everything a run needs to remember.
package typealias Journal = EventStore & GateStore & LedgerStore & RunStore
