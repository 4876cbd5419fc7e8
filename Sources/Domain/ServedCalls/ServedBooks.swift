package import Identity
package import Money
package import Timekeeping

/// The kind of ``GatewayServerID``.
package enum GatewayServerKind {}
package typealias GatewayServerID = ID<GatewayServerKind>

/// What one server brings to the books in one transaction: finished calls, and what moves on its accounts.
package struct BookEntry: Sendable, Hashable {
    package var server: GatewayServerID
    package var now: Timestamp
    /// Until when the server's slices are its own without another word from it.
    package var leaseUntil: Timestamp
    package var records: [ServedRecord]
    /// At most one for each account.
    package var movements: [AccountMovement]
    /// The share of a limit that is told when it is reached; 0 for never.
    package var alertPercent: Int

    package init(
        server: GatewayServerID, now: Timestamp, leaseUntil: Timestamp, records: [ServedRecord] = [],
        movements: [AccountMovement] = [], alertPercent: Int = 0
    ) {
        self.server = server
        self.now = now
        self.leaseUntil = leaseUntil
        self.records = records
        self.movements = movements
        self.alertPercent = alertPercent
    }
}

/// What one server does on one account: it spends and gives back what it holds, and may want more.
package struct AccountMovement: Sendable, Hashable {
    package var account: SpendingAccount
    /// What was spent since the last entry; it comes out of what the server holds, and counts also beyond that.
    package var spent: USD
    /// What the server takes out of its hands unspent.
    package var givenBack: USD
    /// What calls under way may still cost: so much the server holds in any case.
    package var underWay: USD
    /// What calls that wait need beyond that.
    package var needed: USD
    /// What it would have in hand beyond that for calls to come.
    package var wished: USD
    /// The limit as configured; nil where there is none.
    package var limit: USD?
    /// Whether other servers are to be asked for what they hold unused where the money is not enough.
    package var asksOthers: Bool
    /// Whether the server has given back all it does not use, because others had asked for it.
    package var answers: Bool
    /// Whether a call was refused because too little is left.
    package var hasRefused: Bool

    package init(
        account: SpendingAccount, spent: USD = .zero, givenBack: USD = .zero, underWay: USD = .zero,
        needed: USD = .zero, wished: USD = .zero, limit: USD? = nil, asksOthers: Bool = false, answers: Bool = false,
        hasRefused: Bool = false
    ) {
        self.account = account
        self.spent = spent
        self.givenBack = givenBack
        self.underWay = underWay
        self.needed = needed
        self.wished = wished
        self.limit = limit
        self.asksOthers = asksOthers
        self.answers = answers
        self.hasRefused = hasRefused
    }
}

/// How an account stands after an entry.
package struct AccountReply: Sendable, Hashable {
    /// What the server holds now.
    package var held: USD
    package var spent: USD
    /// What all servers hold and runs have set aside.
    package var reserved: USD
    /// The limit in force: configured, or raised above that by an answered gate.
    package var limit: USD?
    /// Whether what was needed is there.
    package var isEnough: Bool
    /// How many other servers were asked to give back and have not answered yet.
    package var unanswered: Int
    /// Whether another server asks this one to give back what it does not use.
    package var isWantedByOthers: Bool
    /// What is to be told now, by this server alone.
    package var alerts: [BudgetAlert]

    package init(
        held: USD, spent: USD, reserved: USD, limit: USD?, isEnough: Bool = true, unanswered: Int = 0,
        isWantedByOthers: Bool = false, alerts: [BudgetAlert] = []
    ) {
        self.held = held
        self.spent = spent
        self.reserved = reserved
        self.limit = limit
        self.isEnough = isEnough
        self.unanswered = unanswered
        self.isWantedByOthers = isWantedByOthers
        self.alerts = alerts
    }
}

/// The durable side of the ledger of served calls.
///
/// Money that a server holds is reserved on its account like that of a run's call, in slices larger than one call, so
/// that most calls are admitted without a transaction.
package protocol ServedBookStore: Sendable {
    /// Keeps an entry, all or nothing, durable when it returns; gives the movements' accounts in their order.
    func keep(_ entry: BookEntry) async throws -> [AccountReply]
    /// The accounts that other servers ask this one to give back unused money on.
    func accountsWanted(from server: GatewayServerID) async throws -> [SpendingAccount]
    /// Counts what servers held whose lease has ended as spent: how much of it was is not known.
    func reclaim(at now: Timestamp) async throws -> [SliceLoss]
    /// Lets go of a server's lease, whose slices were given back.
    func leave(_ server: GatewayServerID) async throws
    /// Adds the oldest records of calls before a day up, as reports see them, and forgets the calls; gives how many there were.
    ///
    /// - Parameters:
    ///   - day: `2026-11-21`, in UTC.
    ///   - most: how many calls one transaction takes.
    func rollUp(before day: String, most: Int) async throws -> Int
    /// How accounts stand; a limit is that of the account's scope as given.
    func standings(of accounts: [SpendingAccount]) async throws -> [AccountReply]
}

/// A slice whose server died: it counts as spent.
package struct SliceLoss: Sendable, Hashable {
    package var server: GatewayServerID
    package var account: SpendingAccount
    package var amount: USD

    package init(server: GatewayServerID, account: SpendingAccount, amount: USD) {
        self.server = server
        self.account = account
        self.amount = amount
    }
}
