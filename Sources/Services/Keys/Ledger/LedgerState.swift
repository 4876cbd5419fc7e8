import Conversation
import Identity
import Money
import Runs
import ServedCalls
import Timekeeping

/// Everything the ledger of served calls knows in memory; pure but for what it is given.
struct LedgerState {
    /// A call that was admitted and has not ended.
    struct OpenCall {
        var key: VirtualKey
        var mark: KeyMeter.Mark
        var at: Timestamp
        var places: [Int]
        /// What is set aside on each of them.
        var amount: USD
        var model: String
        /// What attempts before the one under way have cost.
        var spentBefore = USD.zero
    }

    /// The accounts of a key on one day.
    private struct Named {
        var day: Int64
        var user: String?
        var project: String?
        var accounts: [SpendingAccount]
    }

    /// What one caller has waited for so far.
    struct Attempt {
        /// How many builds there had been when the need was put in.
        var registered: Int?
        var hasAsked = false
        var pauses = 0
        var flushes = 0
    }

    /// What a caller has to do next.
    enum Step {
        case done(Admission)
        /// Wait for the next build to be written, then try again.
        case flush
        /// Give other servers a moment to give money back, then try again.
        case pause
    }

    var slices = SliceBook()
    var open: [UInt64: OpenCall] = [:]
    var records: [ServedRecord] = []
    private var meters: [VirtualKeyID: KeyMeter] = [:]
    private var lastTicket: UInt64 = 0
    private var named: [VirtualKeyID: Named] = [:]
    let limits: BudgetLimits
    /// A caller to whom others are preferred so often is refused in the end.
    private static let mostFlushes = 200
    /// How often other servers are given a moment, before what they hold is taken as held.
    private let mostPauses: Int

    init(limits: BudgetLimits, mostPauses: Int) {
        self.limits = limits
        self.mostPauses = mostPauses
    }

    /// Whether there is anything to write, or money in hand.
    var isEngaged: Bool { !records.isEmpty || slices.isEngaged || slices.hasRefusals }

    // MARK: - Admission

    mutating func admit(
        _ known: KnownKey, _ estimate: CallEstimate, _ attempt: inout Attempt, now: Timestamp
    ) -> Step {
        let key = known.key
        if let refusal = Self.refusal(of: known, model: estimate.model, now: now) { return .done(.refused(refusal)) }
        if let refusal = meters[key.id, default: KeyMeter()]
            .refusal(of: key.rates, tokens: estimate.tokens, at: now)
        {
            return .done(.refused(refusal))
        }
        let places = places(of: key, provider: estimate.provider, now: now)
        if let refusal = refusal(of: estimate, on: places) { return .done(.refused(refusal)) }
        let amount = estimate.cost ?? .zero
        if let step = fund(amount, on: places, &attempt, now: now) { return step }
        slices.open(amount, on: places, now: now)
        lastTicket += 1
        let mark = meters[key.id, default: KeyMeter()].begin(tokens: estimate.tokens)
        open[lastTicket] = OpenCall(
            key: key, mark: mark, at: now, places: places, amount: amount, model: estimate.model)
        return .done(.admitted(ServedTicket(number: lastTicket)))
    }

    /// Moves a call on to its next attempt, with another model's price and provider.
    ///
    /// Where that is refused nothing is set aside for the call any more; it still has to be ended.
    mutating func advance(
        _ ticket: ServedTicket, spent: USD, to known: KnownKey, _ estimate: CallEstimate, _ attempt: inout Attempt,
        now: Timestamp
    ) -> Step? {
        guard var call = open[ticket.number] else { return nil }
        if call.amount != .zero || spent != .zero || attempt.registered == nil {
            slices.close(call.amount, spent: spent, on: call.places, now: now)
            call.spentBefore += spent
            call.amount = .zero
            // The pools stay open for a call that costs nothing yet.
            slices.open(.zero, on: call.places, now: now)
            open[ticket.number] = call
        }
        if let refusal = Self.refusal(of: known, model: estimate.model, now: now) { return .done(.refused(refusal)) }
        let places = places(of: call.key, provider: estimate.provider, at: call.at, now: now)
        if let refusal = refusal(of: estimate, on: places) { return .done(.refused(refusal)) }
        let amount = estimate.cost ?? .zero
        if let step = fund(amount, on: places, &attempt, now: now) { return step }
        slices.close(.zero, spent: .zero, on: call.places, now: now)
        slices.open(amount, on: places, now: now)
        call.places = places
        call.amount = amount
        call.model = estimate.model
        open[ticket.number] = call
        return .done(.admitted(ticket))
    }

    // MARK: - Ends

    /// Ends a call with its record; says whether the ticket was open.
    mutating func settle(_ ticket: ServedTicket, _ served: ServedCall, now: Timestamp) -> Bool {
        guard let call = open.removeValue(forKey: ticket.number) else { return false }
        let rest = max((served.cost ?? .zero) - call.spentBefore, .zero)
        slices.close(call.amount, spent: rest, on: call.places, now: now)
        meters[call.key.id]?.end(call.mark, tokens: served.usage.total)
        var served = served
        // What attempts cost is spent, also where the last of them was free or unknown.
        if call.spentBefore > (served.cost ?? .zero) { served.cost = call.spentBefore }
        records.append(
            ServedRecord(
                at: call.at, key: call.key.id, user: call.key.user, project: call.key.project, call: served))
        return true
    }

    /// Ends a call that was never made; what attempts before have cost stays spent, with a record of it.
    mutating func release(_ ticket: ServedTicket, now: Timestamp) -> Bool {
        guard let call = open[ticket.number] else { return false }
        if call.spentBefore > .zero {
            let served = ServedCall(
                request: "", asked: call.model, model: call.model, cost: call.spentBefore, status: 0)
            return settle(ticket, served, now: now)
        }
        open[ticket.number] = nil
        slices.close(call.amount, spent: .zero, on: call.places, now: now)
        meters[call.key.id]?.end(call.mark, tokens: 0)
        return true
    }

    /// Charges in full for calls that were not ended when the ledger is.
    mutating func interruptAll(now: Timestamp) {
        for (number, call) in open.sorted(by: { $0.key < $1.key }) {
            let served = ServedCall(
                request: "", asked: call.model, model: call.model, cost: call.spentBefore + call.amount, status: 0)
            _ = settle(ServedTicket(number: number), served, now: now)
        }
    }

    // MARK: - Money

    /// Nil where the pools have the money; else what to do.
    private mutating func fund(
        _ amount: USD, on places: [Int], _ attempt: inout Attempt, now: Timestamp
    ) -> Step? {
        guard let short = slices.shortage(of: amount, on: places) else { return nil }
        let pool = slices.pools[short]
        if let registered = attempt.registered, pool.replyTo > registered, let reply = pool.reply, !reply.isEnough {
            let isHopeless = pool.othersSilentUntil.map { now < $0 } ?? false
            guard reply.unanswered > 0, attempt.pauses < mostPauses, !isHopeless else {
                if attempt.pauses >= mostPauses { slices.giveUpOnOthers(at: short, now: now) }
                slices.refused(at: short)
                return .done(
                    .refused(.budget(pool.account, pool.reply, needed: amount, free: pool.free)))
            }
            attempt.pauses += 1
            attempt.registered = nil
            return .pause
        }
        attempt.flushes += 1
        guard attempt.flushes <= Self.mostFlushes else {
            return .done(.refused(.budget(pool.account, pool.reply, needed: amount, free: pool.free)))
        }
        // What was put in is still there until a build takes it along.
        if attempt.registered != slices.builds {
            attempt.registered = slices.builds
            slices.await(amount, on: places, asksOthers: !attempt.hasAsked, now: now)
            attempt.hasAsked = true
        }
        return .flush
    }

    private func refusal(of estimate: CallEstimate, on places: [Int]) -> KeyRefusal? {
        guard let cost = estimate.cost else {
            let limited = places.map { slices.pools[$0] }.first { $0.limit != nil }
            guard limited != nil || limits[.call] != nil else { return nil }
            return KeyRefusal(
                .unpriced,
                """
                the prices of \(estimate.model) are not known, so it cannot be held to the budget for \
                \(limited.map { "\($0.account)" } ?? "one call"): set its prices in the model catalogue
                """)
        }
        if let limit = limits[.call], cost > limit {
            return KeyRefusal(
                .call, "one call may cost \(limit), and this one may need \(cost)", left: limit.micros)
        }
        return nil
    }

    static func refusal(of known: KnownKey, model: String, now: Timestamp) -> KeyRefusal? {
        switch known.key.state(at: now) {
        case .revoked: return KeyRefusal(.revoked, "the key '\(known.key.name)' was revoked")
        case .expired:
            let when = known.key.expiresAt.map { " on \($0.iso8601.prefix(10))" } ?? ""
            return KeyRefusal(.expired, "the key '\(known.key.name)' expired\(when)")
        case .active: break
        }
        // What is no call of a model, such as handing over a batch, names none.
        guard model.isEmpty || known.allows(model) else {
            return KeyRefusal(
                .model,
                """
                the key '\(known.key.name)' may not ask \(model), only \
                \(known.key.models.joined(separator: ", "))
                """)
        }
        return nil
    }

    /// The pools that a call counts for, from the narrowest to the widest, the provider's key last.
    private mutating func places(
        of key: VirtualKey, provider: String, at began: Timestamp? = nil, now: Timestamp
    ) -> [Int] {
        let accounts = accounts(of: key, at: began ?? now)
        let own = [key.budgets.day, key.budgets.month, key.budgets.total]
        var places: [Int] = []
        places.reserveCapacity(8)
        for (index, account) in accounts.enumerated() {
            let limit = index < own.count ? own[index] : Self.scope(account).flatMap { limits[$0] }
            places.append(slices.place(of: account, limit: limit, now: now))
        }
        if !provider.isEmpty {
            places.append(slices.place(of: SpendingAccount(.key, provider), limit: limits[.key], now: now))
        }
        return places
    }

    /// The accounts of a key's calls but for the provider's: its own three first.
    ///
    /// They are named once a day.
    private mutating func accounts(of key: VirtualKey, at time: Timestamp) -> [SpendingAccount] {
        let day = time.milliseconds / 86_400_000
        if let known = named[key.id], known.day == day, known.user == key.user, known.project == key.project {
            return known.accounts
        }
        let accounts = Self.accounts(of: key, at: time)
        named[key.id] = Named(day: day, user: key.user, project: key.project, accounts: accounts)
        return accounts
    }

    private static func accounts(of key: VirtualKey, at time: Timestamp) -> [SpendingAccount] {
        let (date, month, id) = (BudgetAccount.day(time).name, BudgetAccount.month(time).name, key.id.string)
        var accounts = [
            SpendingAccount(.virtualKeyDay, "\(id)/\(date)"), SpendingAccount(.virtualKeyMonth, "\(id)/\(month)"),
            SpendingAccount(.virtualKey, id), SpendingAccount(.day, date), SpendingAccount(.month, month),
        ]
        if let project = key.project { accounts.append(SpendingAccount(.project, project)) }
        if let user = key.user { accounts.append(SpendingAccount(.user, user)) }
        return accounts
    }

    /// What a call of a key counts for, with the limits, as configured; for calls that outlive a server.
    static func limits(
        of key: VirtualKey, provider: String, _ limits: BudgetLimits, at time: Timestamp
    ) -> [(account: SpendingAccount, limit: USD?)] {
        let own = [key.budgets.day, key.budgets.month, key.budgets.total]
        let accounts = accounts(of: key, at: time) + [SpendingAccount(.key, provider)]
        return accounts.enumerated().map { index, account in
            (account, index < own.count ? own[index] : scope(account).flatMap { limits[$0] })
        }
    }

    /// The scope of budgets that an account is of, nil for a key's own.
    private static func scope(_ account: SpendingAccount) -> BudgetScope? {
        switch account.scope {
        case .day: .day
        case .month: .month
        case .project: .project
        case .user: .user
        case .key: .key
        case .virtualKey, .virtualKeyDay, .virtualKeyMonth: nil
        }
    }
}
