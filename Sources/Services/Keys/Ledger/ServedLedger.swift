import Identity
package import Money
package import Runs
package import ServedCalls
import Synchronization
package import Timekeeping

/// Admits served calls within the rates and budgets of their keys, and keeps the record of what became of them.
///
/// Money is held in memory in slices that the database has reserved for this server, so that most calls are admitted and
/// ended without a transaction; what was spent and the records are written behind, in groups, within 100 ms. A slice is
/// reserved before it is used: whatever becomes of this process, no budget is exceeded by calls that cost no more than
/// was estimated. If the process dies, its slices count as spent once its lease has ended.
///
/// ```swift
/// guard case .admitted(let ticket) = try await ledger.admit(key, estimate) else { … }
/// ledger.settle(ticket, call)
/// ```
package final class ServedLedger: Sendable {
    /// How the ledger behaves in time.
    package struct Settings: Sendable, Hashable {
        /// How long records may gather before they are written.
        package var gathering: Duration
        /// How long slices stay this server's own without a word from it.
        package var lease: Duration
        /// How long records may fail to be written before calls are refused.
        package var patience: Duration
        /// How often, 20 ms each, a call waits for other servers to give unused money back before it is refused.
        package var pausesForOthers: Int

        package init(
            gathering: Duration = .milliseconds(40), lease: Duration = .seconds(15), patience: Duration = .seconds(5),
            pausesForOthers: Int = 25
        ) {
            self.gathering = gathering
            self.lease = lease
            self.patience = patience
            self.pausesForOthers = pausesForOthers
        }
    }

    private struct Guarded {
        var ledger: LedgerState
        /// The write under way.
        var flush: Task<Void, any Error>?
        /// The write that is to come, for records that gather.
        var scheduled: Task<Void, Never>?
        var failingSince: Timestamp?
        var isClosed = false
        var leaseRenewedAt: Timestamp?
    }

    package let server: GatewayServerID
    private let store: any ServedBookStore
    private let clock: WallClock
    private let settings: Settings
    private let sleep: @Sendable (Duration) async throws -> Void
    private let alertPercent: Int
    private let tell: @Sendable (BudgetAlert) -> Void
    private let state: Mutex<Guarded>

    /// - Parameters:
    ///   - limits: what all runs and served calls together may spend, by scope; steps and runs do not apply.
    ///   - sleep: how to wait; in tests, without time.
    ///   - tell: told of shares of limits that were reached, once whichever server sees it; must not block.
    package init(
        store: any ServedBookStore, server: GatewayServerID, limits: BudgetLimits, clock: WallClock,
        settings: Settings = Settings(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        tell: @escaping @Sendable (BudgetAlert) -> Void = { _ in }
    ) {
        self.store = store
        self.server = server
        self.clock = clock
        self.settings = settings
        self.sleep = sleep
        self.tell = tell
        alertPercent = limits.alertPercent
        state = Mutex(Guarded(ledger: LedgerState(limits: limits, mostPauses: settings.pausesForOthers)))
    }

    // MARK: - Calls

    /// Admits a call, or says which limit is in the way.
    ///
    /// It waits for a transaction only where this server holds too little money. Throws where the ledger cannot be
    /// written, or was drained: then no call may be made.
    package func admit(_ key: KnownKey, _ estimate: CallEstimate) async throws -> Admission {
        try await attempt { state, attempt, now in state.admit(key, estimate, &attempt, now: now) }
    }

    /// Goes on to another attempt of the same call: what the last one has cost is spent, and the next is admitted
    /// by its own estimate, without counting as another request.
    ///
    /// Where it is refused the ticket stays open without money set aside, to be settled or released.
    package func advance(
        _ ticket: ServedTicket, spent: USD, to estimate: CallEstimate, for key: KnownKey
    ) async throws -> Admission {
        // Only the first try ends the attempt before.
        let ended = Mutex(false)
        return try await attempt { state, attempt, now in
            let isFirst = ended.withLock { ended in
                defer { ended = true }
                return !ended
            }
            return state.advance(
                ticket, spent: isFirst ? spent : .zero, to: key, estimate, &attempt, now: now)
        }
    }

    /// Ends a call with what became of it; says false where the ticket was ended before.
    ///
    /// The call's cost is that of all its attempts. It returns at once; the record is durable within 100 ms.
    @discardableResult
    package func settle(_ ticket: ServedTicket, _ call: ServedCall) -> Bool {
        state.withLock { state in
            let wasOpen = state.ledger.settle(ticket, call, now: clock.now())
            if wasOpen { schedule(&state) }
            return wasOpen
        }
    }

    /// Ends a call of which nothing was made; says false where the ticket was ended before.
    @discardableResult
    package func release(_ ticket: ServedTicket) -> Bool {
        state.withLock { state in
            let wasOpen = state.ledger.release(ticket, now: clock.now())
            if wasOpen, !state.ledger.records.isEmpty { schedule(&state) }
            return wasOpen
        }
    }

    /// What a call of a batch sets aside in the books themselves, as it may outlive this server by days, or why it may not
    /// be made.
    ///
    /// - Parameter holder: who holds the money, for this call alone.
    package func durable(
        _ key: KnownKey, _ estimate: CallEstimate, holder: GatewayServerID, for time: Duration
    ) throws -> BookEntry {
        let now = clock.now()
        let limits = state.withLock { $0.ledger.limits }
        if let refusal = LedgerState.refusal(of: key, model: estimate.model, now: now) { throw refusal }
        let accounts = LedgerState.limits(of: key.key, provider: estimate.provider, limits, at: now)
        if let limit = limits[.call], let cost = estimate.cost, cost > limit {
            throw KeyRefusal(.call, "this call may need \(cost), and a single call may cost \(limit)")
        }
        guard let cost = estimate.cost else {
            if accounts.contains(where: { $0.limit != nil }) || limits[.call] != nil {
                throw KeyRefusal(
                    .unpriced, "no price is known for \(estimate.model), so its cost cannot be held to a budget")
            }
            return BookEntry(server: holder, now: now, leaseUntil: now + time)
        }
        return BookEntry(
            server: holder, now: now, leaseUntil: now + time,
            movements: accounts.map { AccountMovement(account: $0.account, needed: cost, limit: $0.limit) })
    }

    /// Why an account could not bear a call of a batch.
    package func refusal(of account: SpendingAccount, _ reply: AccountReply, needed: USD) -> KeyRefusal {
        .budget(account, reply, needed: needed, free: .zero)
    }

    // MARK: - Life

    /// Keeps the lease, answers other servers and takes in what dead ones held, until its task is cancelled.
    package func run() async throws {
        var round = 0
        while true {
            let isEngaged = state.withLock { $0.ledger.isEngaged }
            try await sleep(isEngaged ? .milliseconds(100) : .seconds(1))
            do {
                try await look(reclaims: !isEngaged || round % 10 == 0)
            } catch {
                try Task.checkCancellation()
                // The next look tries again; `isWritable` tells of writes that go on failing.
            }
            round += 1
        }
    }

    /// One look at what other servers want, and at what has to move without a call.
    package func look(reclaims: Bool = true) async throws {
        if state.withLock({ $0.ledger.isEngaged }) {
            let wanted = try await store.accountsWanted(from: server)
            state.withLock { state in for account in wanted { state.ledger.slices.want(account) } }
            try await flush()
        }
        if reclaims { _ = try await store.reclaim(at: clock.now()) }
    }

    /// Writes everything, gives all money back and ends the ledger; later calls are refused with an error.
    ///
    /// To be called when no call is under way any more: one that still is, is charged in full.
    package func drain() async throws {
        let scheduled = state.withLock { state in
            state.isClosed = true
            state.ledger.interruptAll(now: clock.now())
            defer { state.scheduled = nil }
            return state.scheduled
        }
        scheduled?.cancel()
        await scheduled?.value
        // A write that was under way has not everything; the one after it has.
        try await flush()
        try await flush()
        try await store.leave(server)
    }

    /// Writes what has gathered and waits until it is durable.
    package func flush() async throws {
        let task = state.withLock { state in
            if let task = state.flush { return task }
            // Owned by `state.flush`: it ends by itself with its one transaction, whoever stops waiting for it.
            let task = Task { try await write() }
            state.flush = task
            return task
        }
        try await task.value
    }

    // MARK: - What there is to see

    /// How many calls were admitted and have not ended.
    package var callsUnderWay: Int { state.withLock { $0.ledger.open.count } }

    /// Whether what was recorded last could be written.
    package var isWritable: Bool { state.withLock { $0.failingSince == nil } }

    /// What is left on each account with a limit that calls of this server counted for lately.
    package var budgetsLeft: [(account: SpendingAccount, left: USD)] {
        state.withLock { state in
            state.ledger.slices.pools.compactMap { pool in
                guard pool.isInUse, let limit = pool.reply?.limit ?? pool.limit else { return nil }
                let others = max((pool.reply?.reserved ?? .zero) - (pool.reply?.held ?? .zero), .zero)
                let spent = (pool.reply?.spent ?? .zero) + pool.spent
                return (pool.account, max(limit - spent - others - pool.setAside, .zero))
            }
        }
    }

    // MARK: - Private

    private func attempt(
        _ body: (inout LedgerState, inout LedgerState.Attempt, Timestamp) -> LedgerState.Step?
    ) async throws -> Admission {
        var attempt = LedgerState.Attempt()
        while true {
            let step = try state.withLock { state in
                let now = clock.now()
                try check(state, now)
                return body(&state.ledger, &attempt, now)
            }
            switch step {
            case .done(let admission):
                if case .refused = admission { tellOfRefusal() }
                return admission
            case .flush: try await flushForCall()
            case .pause: try await sleep(.milliseconds(20))
            case nil: throw KeysError(.invalid, "the call has ended already, so that it has no next attempt")
            }
        }
    }

    /// What was refused for want of money is written soon, as it is to be told.
    private func tellOfRefusal() {
        state.withLock { state in
            if state.ledger.slices.hasRefusals { schedule(&state) }
        }
    }

    private func check(_ state: borrowing Guarded, _ now: Timestamp) throws {
        if state.isClosed { throw KeysError(.closed, "the gateway is shutting down and takes no more calls") }
        if let since = state.failingSince, now - since > settings.patience {
            throw KeysError(
                .unavailable,
                "calls cannot be recorded since \(since): see that the disk is not full and the journal can be written")
        }
    }

    private func flushForCall() async throws {
        do {
            try await flush()
        } catch {
            try Task.checkCancellation()
            throw KeysError(.unavailable, "the call's money cannot be set aside: \(error)")
        }
    }

    private func schedule(_ state: inout Guarded) {
        guard state.scheduled == nil, !state.isClosed else { return }
        // Owned by `state.scheduled`; `drain` cancels it.
        state.scheduled = Task {
            // Cancelled only by `drain`, which writes by itself.
            guard (try? await sleep(settings.gathering)) != nil else { return }
            self.state.withLock { $0.scheduled = nil }
            // A failure is kept in the state, and what was not written is still there for the next time.
            _ = try? await flush()
        }
    }

    /// Writes one build; exactly one is under way at a time.
    private func write() async throws {
        let now = clock.now()
        let (entry, build, isDue) = state.withLock { state in
            let build = state.ledger.slices.build(now: now, isLast: state.isClosed)
            let entry = BookEntry(
                server: server, now: now, leaseUntil: now + settings.lease, records: state.ledger.records,
                movements: build?.movements ?? [], alertPercent: alertPercent)
            state.ledger.records.removeAll(keepingCapacity: true)
            let renewed = state.leaseRenewedAt.map { now - $0 < settings.lease / 5 } ?? false
            return (entry, build, !renewed && state.ledger.slices.isEngaged)
        }
        guard !entry.records.isEmpty || !entry.movements.isEmpty || isDue else {
            state.withLock { $0.flush = nil }
            return
        }
        do {
            let replies = try await store.keep(entry)
            state.withLock { state in
                if let build { state.ledger.slices.apply(replies, to: build) }
                state.flush = nil
                state.failingSince = nil
                state.leaseRenewedAt = now
            }
            for alert in replies.flatMap(\.alerts) { tell(alert) }
        } catch {
            state.withLock { state in
                if let build { state.ledger.slices.undo(build) }
                state.ledger.records.insert(contentsOf: entry.records, at: 0)
                state.flush = nil
                state.failingSince = state.failingSince ?? now
            }
            throw error
        }
    }
}
