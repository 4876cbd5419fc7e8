import Money
import ServedCalls
import Timekeeping

/// What one server holds of every account's money, and what of that is set aside, spent and wanted; pure.
///
/// In each pool `held` is what the database has reserved for this server. Calls are admitted out of what is free of it.
/// A build says what has to move in the database; one is under way at a time, and ends by ``apply(_:to:)`` or ``undo(_:)``.
struct SliceBook {
    struct Pool {
        let account: SpendingAccount
        /// Whether it is one at all; a place whose pool was forgotten is used again.
        var isInUse = true
        var limit: USD?
        var held = USD.zero
        /// For calls under way.
        var setAside = USD.zero
        /// Since the last build.
        var spent = USD.zero
        /// In the build that is under way.
        var moving = USD.zero
        /// What calls that wait for the next build need.
        var waiting = USD.zero
        var tickets = 0
        /// Set aside since the last build, and the like of it lately.
        var admitted = USD.zero
        var appetite = USD.zero
        var usedAt: Timestamp
        var isWanted = false
        var contendedUntil: Timestamp?
        var asksOthers = false
        /// Whether a call was refused since the last build, and whether one ever was: the first is told.
        var hasRefused = false
        var wasToldOfRefusal = false
        /// Until when other servers are not waited for, because they did not answer.
        var othersSilentUntil: Timestamp?
        var reply: AccountReply?
        /// The number of the build that the reply is to.
        var replyTo = 0

        /// What may be set aside without asking the database; below zero where calls cost more than was set aside.
        var free: USD { held - setAside - spent - moving }
    }

    /// What is to be written, and which pools it is of.
    struct Build {
        var number: Int
        var movements: [AccountMovement]
        fileprivate var places: [Int]
    }

    /// How long an unused slice is kept.
    static let idleTime: Duration = .seconds(5)
    /// How long no more is held than is needed after another server had asked for money.
    static let contentionTime: Duration = .seconds(2)

    /// How long other servers that did not answer are not waited for.
    static let silenceTime: Duration = .seconds(2)

    private(set) var pools: [Pool] = []
    private(set) var builds = 0
    private var places: [SpendingAccount: Int] = [:]
    private var vacant: [Int] = []

    /// Where the account's pool is, a new one if need be; the place holds as long as the pool has a ticket.
    mutating func place(of account: SpendingAccount, limit: USD?, now: Timestamp) -> Int {
        if let place = places[account] {
            if pools[place].limit != limit { pools[place].wasToldOfRefusal = false }
            pools[place].limit = limit
            return place
        }
        let pool = Pool(account: account, limit: limit, usedAt: now)
        let place: Int
        if let reused = vacant.popLast() {
            place = reused
            pools[place] = pool
        } else {
            place = pools.count
            pools.append(pool)
        }
        places[account] = place
        return place
    }

    // MARK: - Calls

    /// The first of the pools with a limit that has not enough free.
    func shortage(of amount: USD, on places: [Int]) -> Int? {
        places.first { place in
            pools[place].limit != nil && pools[place].free < amount
        }
    }

    /// Sets an amount aside on pools that were found to have it.
    mutating func open(_ amount: USD, on places: [Int], now: Timestamp) {
        change(places) { pool in
            pool.setAside += amount
            pool.admitted += amount
            pool.tickets += 1
            pool.usedAt = now
        }
    }

    /// Ends what was set aside, of which some was spent.
    mutating func close(_ amount: USD, spent: USD, on places: [Int], now: Timestamp) {
        change(places) { pool in
            pool.setAside -= amount
            pool.spent += spent
            pool.tickets -= 1
            pool.usedAt = now
        }
    }

    /// Has the next build see to it that a call finds its money on all of its pools: those that have it keep it so long.
    mutating func await(_ amount: USD, on places: [Int], asksOthers: Bool, now: Timestamp) {
        change(places) { pool in
            guard pool.limit != nil else { return }
            pool.waiting += amount
            pool.asksOthers = pool.asksOthers || asksOthers
            pool.usedAt = now
        }
    }

    /// Other servers have not answered: they are not waited for again for a while.
    mutating func giveUpOnOthers(at place: Int, now: Timestamp) {
        pools[place].othersSilentUntil = now + Self.silenceTime
    }

    /// A call was refused because the account has too little left.
    mutating func refused(at place: Int) {
        guard !pools[place].wasToldOfRefusal else { return }
        pools[place].hasRefused = true
        pools[place].wasToldOfRefusal = true
    }

    /// Whether there is a refusal to tell of.
    var hasRefusals: Bool { pools.contains { $0.isInUse && $0.hasRefused } }

    /// Another server asks for what this one does not use.
    mutating func want(_ account: SpendingAccount) {
        guard let place = places[account] else { return }
        pools[place].isWanted = true
    }

    // MARK: - Builds

    /// What has to move now; nil where nothing has.
    mutating func build(now: Timestamp, isLast: Bool = false) -> Build? {
        builds += 1
        var build = Build(number: builds, movements: [], places: [])
        for place in pools.indices where pools[place].isInUse {
            if Self.isForgettable(pools[place], now: now) {
                places[pools[place].account] = nil
                pools[place].isInUse = false
                vacant.append(place)
            } else if let movement = Self.movement(of: &pools[place], now: now, isLast: isLast) {
                build.movements.append(movement)
                build.places.append(place)
            }
        }
        return build.movements.isEmpty ? nil : build
    }

    mutating func apply(_ replies: [AccountReply], to build: Build) {
        for (place, reply) in zip(build.places, replies) {
            var pool = pools[place]
            pool.held = reply.held
            pool.moving = .zero
            pool.reply = reply
            pool.replyTo = build.number
            if reply.isWantedByOthers { pool.isWanted = true }
            pools[place] = pool
        }
    }

    /// Puts everything back as it was before a build that could not be written.
    mutating func undo(_ build: Build) {
        for (place, movement) in zip(build.places, build.movements) {
            var pool = pools[place]
            pool.spent += pool.moving
            pool.moving = .zero
            pool.held += movement.givenBack
            pool.isWanted = pool.isWanted || movement.answers
            pool.hasRefused = pool.hasRefused || movement.hasRefused
            pools[place] = pool
        }
    }

    /// Whether any money is held, or any spending not written.
    var isEngaged: Bool {
        pools.contains { $0.isInUse && ($0.held != .zero || $0.spent != .zero || $0.tickets > 0) }
    }

    private static func isForgettable(_ pool: Pool, now: Timestamp) -> Bool {
        pool.tickets == 0 && pool.held == .zero && pool.spent == .zero && pool.waiting == .zero
            && pool.setAside == .zero && now - pool.usedAt > idleTime
    }

    private static func movement(of pool: inout Pool, now: Timestamp, isLast: Bool) -> AccountMovement? {
        let lately = USD(micros: max(pool.admitted.micros, pool.appetite.micros / 2))
        let isWanted = pool.isWanted
        if isWanted { pool.contendedUntil = now + contentionTime }
        let isContended = pool.contendedUntil.map { now < $0 } ?? false
        let isIdle = now - pool.usedAt > idleTime
        let isGreedless = isLast || isContended || isIdle || pool.limit == nil
        let wished = isGreedless ? USD.zero : max(lately, pool.waiting) * 8
        let unused = max(pool.free - pool.waiting, .zero)
        let givenBack = isGreedless ? unused : USD.zero
        let isLow = wished > .zero && pool.free < USD(micros: wished.micros / 2)
        let isUncovered = pool.limit == nil && pool.held != pool.setAside
        let moves =
            pool.spent != .zero || pool.waiting != .zero || givenBack != .zero || isLow || isWanted || isUncovered
            || pool.free < .zero || pool.hasRefused
        pool.appetite = lately
        pool.admitted = .zero
        guard moves else { return nil }
        let movement = AccountMovement(
            account: pool.account, spent: pool.spent, givenBack: givenBack, underWay: pool.setAside,
            needed: pool.waiting, wished: wished, limit: pool.limit, asksOthers: pool.asksOthers, answers: isWanted,
            hasRefused: pool.hasRefused)
        pool.moving = pool.spent
        pool.spent = .zero
        pool.held -= givenBack
        pool.waiting = .zero
        pool.asksOthers = false
        pool.isWanted = false
        pool.hasRefused = false
        return movement
    }

    private mutating func change(_ places: [Int], _ body: (inout Pool) -> Void) {
        for place in places { body(&pools[place]) }
    }
}
