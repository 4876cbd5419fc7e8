package import Batches
import Conversation
package import Identity
import Money
package import Runs
import Synchronization
package import Timekeeping

/// Where the calls of runs of low priority wait, and how their money is settled when nobody waits for them any more.
package struct BatchDesk: Sendable {
    package struct Rules: Sendable, Hashable {
        /// When calls go out whose provider takes no batches; nil is at once.
        package var hours: DailyHours?
        /// In how many batches a call may go unanswered before it is made at once.
        package var tries: Int

        package init(hours: DailyHours? = nil, tries: Int = 3) {
            self.hours = hours
            self.tries = tries
        }
    }

    package let service: BatchService
    let rules: Rules
    /// The account that takes a provider's batches, by the provider's name.
    let accounts: [String: String]
    let sleep: @Sendable (Duration) async throws -> Void
    private let told: ToldRuns

    /// - Parameters:
    ///   - accounts: by the names of providers, the names under which the service knows their ways to batches.
    ///   - told: what other desks of the process have said.
    package init(
        service: BatchService, accounts: [String: String], rules: Rules = Rules(), told: ToldRuns = ToldRuns(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.service = service
        self.accounts = accounts
        self.rules = rules
        self.told = told
        self.sleep = sleep
    }

    /// Says true once for a run.
    func isFirstWord(to run: RunID) -> Bool { told.runs.withLock { $0.insert(run).inserted } }

    /// The runs that were told that their calls go at once.
    package final class ToldRuns: Sendable {
        fileprivate let runs = Mutex<Set<RunID>>([])

        package init() {}
    }

    // MARK: - Owners

    /// Whose call of a batch it is: that of a run, with the reservation that pays for it.
    static func owner(_ reservation: Reservation) -> String { "run/\(reservation.run)/\(reservation.id)" }

    static func reservation(ofOwner owner: String) -> (RunID, ReservationID)? {
        let parts = owner.split(separator: "/").map(String.init)
        guard parts.count == 3, parts[0] == "run", let run = RunID(parts[1]), let id = ReservationID(parts[2]) else {
            return nil
        }
        return (run, id)
    }
}

/// The money of calls of batches that a run has left behind.
package struct BatchBooks: Sendable {
    let journal: any RunStore & LedgerStore
    let catalogue: ModelCatalogue
    let clock: WallClock
    let ids: IdentifierSource

    package init(
        journal: any RunStore & LedgerStore, catalogue: ModelCatalogue, clock: WallClock, ids: IdentifierSource
    ) {
        self.journal = journal
        self.catalogue = catalogue
        self.clock = clock
        self.ids = ids
    }

    /// Settles a call whose run has ended; that of a run that goes on is settled by the run itself.
    package func settle(_ call: BatchCall) async throws {
        guard let outcome = call.outcome, let (run, id) = BatchDesk.reservation(ofOwner: call.owner),
            try await journal.run(run)?.status.isEnded == true,
            let open = try await journal.openReservations(of: run).first(where: { $0.id == id })
        else { return }
        try await close(open, outcome, queuedAt: call.queuedAt)
    }

    /// Writes what came of a call in the place of its reservation.
    func close(_ open: Reservation, _ outcome: BatchOutcome, queuedAt: Timestamp) async throws {
        let change: JournalChange
        switch outcome {
        case .reply(let reply):
            change = .settle(charge(for: open, reply.usage, .answered, since: queuedAt))
        case .failed(code: .malformedStream, _), .unknown:
            change = .settle(full(open, .interrupted, since: queuedAt))
        case .failed, .expired, .cancelled:
            change = .release(open.id)
        }
        try await journal.record([change], for: open.run, at: clock.now())
    }

    /// What an answer from a batch cost.
    func charge(
        for open: Reservation, _ usage: Usage, _ outcome: Charge.Outcome, since queuedAt: Timestamp
    ) -> Charge {
        let prices = ModelName(open.model).flatMap { catalogue.card(of: $0, unknownPrices: .allow) }?.prices
        var charge = full(open, outcome, since: queuedAt)
        charge.usage = usage
        charge.cost = (prices?.inBatch ?? prices)?.cost(of: usage) ?? open.amount
        if prices?.isKnown != true { charge.isUnpriced = true }
        return charge
    }

    /// All that was set aside, as what was used is not known.
    func full(_ open: Reservation, _ outcome: Charge.Outcome, since queuedAt: Timestamp) -> Charge {
        let waited = max(0, clock.now().milliseconds - queuedAt.milliseconds)
        return Charge(
            id: ids.next(), reservation: open.id, run: open.run, session: open.session,
            step: open.step ?? StepKey(rawValue: "unknown"), agent: open.waits?.agent ?? "unknown", turn: open.turn,
            model: open.model, usage: .zero, cost: open.amount, outcome: outcome, milliseconds: waited,
            firstEventMilliseconds: nil, at: clock.now(), user: open.user, key: open.key, parent: open.parent,
            isBatch: true, canWait: true, waitedMilliseconds: waited)
    }
}
