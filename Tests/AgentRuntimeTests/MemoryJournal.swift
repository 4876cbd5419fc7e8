import Conversation
import Identity
import JSON
import Money
import Runs
import Synchronization
import Testing
import Timekeeping

/// A journal in memory that complains of every write a real run must not make, and that can die at any write.
final class MemoryJournal: EventStore, GateStore, LedgerStore, RunStore, Sendable {
    struct State: Sendable {
        var runs: [Run] = []
        var sessions: [Session] = []
        var inputs: [SessionInput] = []
        var turns: [Turn] = []
        var actions: [Action] = []
        var gates: [Gate] = []
        var receipts: [Receipt] = []
        var reservations: [Reservation] = []
        var charges: [Charge] = []
        var events: [EventRecord] = []
        var writes = 0
        var crash: CrashPoint?
    }

    /// Where the process dies: the write with this number, from 0, is lost or is the last one kept.
    enum CrashPoint: Sendable, Hashable {
        case before(Int)
        case after(Int)
    }

    struct Crash: Error {}
    struct Misuse: Error { var text: String }

    private let state = Mutex(State())

    var now: State { state.withLock { $0 } }

    /// Dies at a write counted from here; nil lives on.
    func crash(at point: CrashPoint?) {
        state.withLock {
            $0.crash = point
            $0.writes = 0
        }
    }

    /// Puts records there that an earlier process has written.
    func seed(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    private func write<Result>(_ body: (inout State) throws -> Result) throws -> Result {
        try state.withLock { state in
            let number = state.writes
            state.writes += 1
            if state.crash == .before(number) { throw Crash() }
            var next = state
            let result: Result
            do {
                result = try body(&next)
            } catch let misuse as Misuse {
                Issue.record("the journal was misused: \(misuse.text)")
                throw misuse
            }
            state = next
            if state.crash == .after(number) { throw Crash() }
            return result
        }
    }

    // MARK: - RunStore

    func record(_ changes: [JournalChange], for run: RunID, at time: Timestamp) async throws -> Int64? {
        try write { state in
            try state.apply(changes, for: run, at: time)
            return state.events.last?.position
        }
    }

    func run(_ id: RunID) async throws -> Run? { now.runs.first { $0.id == id } }
    func runs(project: String?, limit: Int) async throws -> [Run] { now.runs }
    func runs(matching typed: String) async throws -> [Run] { now.runs.filter { $0.id.matches(typed) } }
    func session(of run: RunID, step: StepKey) async throws -> Session? { now.sessions.first { $0.step == step } }
    func sessions(of run: RunID) async throws -> [Session] { now.sessions }
    func inputs(of session: SessionID) async throws -> [SessionInput] { now.inputs.filter { $0.session == session } }
    func turns(of session: SessionID) async throws -> [Turn] { now.turns.filter { $0.session == session } }
    func actions(of session: SessionID) async throws -> [Action] { now.actions.filter { $0.session == session } }
    func receipts(of run: RunID) async throws -> [Receipt] { now.receipts }

    // MARK: - GateStore

    func gate(_ id: GateID) async throws -> Gate? { now.gates.first { $0.id == id } }
    func gates(matching typed: String) async throws -> [Gate] { now.gates.filter { $0.id.matches(typed) } }
    func gates(of run: RunID?, openOnly: Bool) async throws -> [Gate] {
        now.gates.filter { !openOnly || $0.answer == nil }
    }

    func answer(_ id: GateID, with answer: GateAnswer, _ changes: [JournalChange]) async throws -> AnswerOutcome {
        try write { state in
            guard let index = state.gates.firstIndex(where: { $0.id == id }) else { return .noSuchGate }
            guard state.gates[index].answer == nil else { return .alreadyAnswered(state.gates[index]) }
            state.gates[index].answer = answer
            let gate = state.gates[index]
            try state.apply(changes, for: gate.run, at: answer.answeredAt)
            return .accepted(gate)
        }
    }

    func change(
        _ id: GateID, at time: Timestamp, _ decide: @escaping @Sendable (Gate, Run) throws -> [JournalChange]?
    ) async throws -> Gate? {
        throw Misuse(text: "time changes no gate in these tests")
    }

    func superseded(of run: RunID) async throws -> [JSONValue] { [] }

    // MARK: - LedgerStore

    func reserve(
        _ reservation: Reservation, within limits: BudgetLimits, with changes: [JournalChange]
    ) async throws -> ReservationOutcome {
        try write { state in
            guard let budget = state.runs.first(where: { $0.id == reservation.run })?.budget else {
                throw Misuse(text: "a reservation of an unknown run")
            }
            let spent = state.charges.reduce(USD.zero) { $0 + $1.cost }
            let reserved = state.reservations.reduce(USD.zero) { $0 + $1.amount }
            guard spent + reserved + reservation.amount <= budget else {
                return .refused(
                    BudgetRefusal(
                        account: .run(reservation.run), spent: spent, reserved: reserved, needed: reservation.amount,
                        limit: budget))
            }
            state.reservations.append(reservation)
            try state.apply(changes, for: reservation.run, at: reservation.reservedAt)
            return .reserved
        }
    }

    func standings(of accounts: [BudgetAccount], within limits: BudgetLimits) async throws -> [BudgetStanding] {
        throw Misuse(text: "nobody asks for standings in these tests")
    }

    func openReservations(of run: RunID) async throws -> [Reservation] { now.reservations }
    func charges(of run: RunID) async throws -> [Charge] { now.charges }
    func spent(by run: RunID) async throws -> USD { now.charges.reduce(.zero) { $0 + $1.cost } }

    func costs(by grouping: CostGrouping, _ filter: CostFilter) async throws -> [CostLine] {
        throw Misuse(text: "nobody asks for costs in these tests")
    }

    func taskCosts(in project: String, limit: Int) async throws -> [USD] { [] }
    func runCosts(in project: String, limit: Int) async throws -> [USD] { [] }
    func accounts(of scope: BudgetScope) async throws -> [BudgetAccount] { [] }

    // MARK: - EventStore

    func events(of run: RunID?, after position: Int64, limit: Int) async throws -> [EventRecord] {
        Array(now.events.filter { $0.position > position }.prefix(limit))
    }

    func milestones(of run: RunID, after position: Int64) async throws -> [EventRecord] {
        now.events.filter { $0.position > position && $0.event.isMilestone }
    }

    func lastPosition(of run: RunID?) async throws -> Int64 { Int64(now.events.count) }
    func position(ofEvent number: Int64, in run: RunID) async throws -> Int64 { number }

    func waitForEvents(of run: RunID?, after position: Int64) async throws {
        throw Misuse(text: "nobody waits for events in these tests")
    }
}

extension MemoryJournal.State {
    fileprivate mutating func apply(_ changes: [JournalChange], for run: RunID, at time: Timestamp) throws {
        for change in changes { try apply(change, beside: changes, for: run, at: time) }
    }

    private mutating func apply(
        _ change: JournalChange, beside changes: [JournalChange], for run: RunID, at time: Timestamp
    ) throws {
        switch change {
        case .run(let run):
            runs.removeAll { $0.id == run.id }
            runs.append(run)
        case .session(let session):
            try expect(!sessions.contains { $0.id == session.id }, "a session is opened twice")
            sessions.append(session)
        case .input(let input):
            try expect(sessions.contains { $0.id == input.session }, "an input of an unknown session")
            inputs.append(input)
        case .turn(let turn):
            let last = turns.count { $0.session == turn.session }
            try expect(turn.number == last + 1, "turn \(turn.number) is written after \(last) turns")
            let isPaid = changes.contains { if case .settle = $0 { true } else { false } }
            try expect(isPaid, "a turn is written without its charge")
            turns.append(turn)
        case .action(let action):
            try write(action)
        case .gate(let gate):
            try expect(!gates.contains { $0.id == gate.id }, "a gate is opened twice")
            gates.append(gate)
        case .receipt(let receipt):
            receipts.append(receipt)
        case .budget(let amount):
            for index in runs.indices where runs[index].id == run { runs[index].budget = amount }
        case .settle(let charge):
            try close(charge.reservation)
            charges.append(charge)
        case .allowance:
            throw MemoryJournal.Misuse(text: "nobody raises a limit in these tests")
        case .release(let reservation):
            try close(reservation)
        case .event(let event):
            events.append(
                EventRecord(
                    position: Int64(events.count + 1), number: Int64(events.count + 1), run: run, at: time,
                    event: event))
        case .pastEvent, .supersede:
            try expect(false, "agents neither fork nor rewind")
        }
    }

    private mutating func write(_ action: Action) throws {
        let turn = turns.first { $0.session == action.session && $0.number == action.turn }
        let calls = turn?.reply.message.toolCalls ?? []
        try expect(
            calls.indices.contains(action.index) && calls[action.index].id == action.callID,
            "an action belongs to no call of a recorded turn")
        let place = actions.firstIndex {
            $0.session == action.session && $0.turn == action.turn && $0.index == action.index
        }
        guard let place else { return actions.append(action) }
        try expect(actions[place].result == nil, "the result of a call is written twice")
        actions[place] = action
    }

    private mutating func close(_ reservation: ReservationID) throws {
        let index = reservations.firstIndex { $0.id == reservation }
        try expect(index != nil, "a reservation is settled that is not open")
        if let index { reservations.remove(at: index) }
    }

    private func expect(_ condition: Bool, _ text: String) throws {
        if !condition { throw MemoryJournal.Misuse(text: text) }
    }
}
