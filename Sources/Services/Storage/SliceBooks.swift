import Identity
import Money
import Runs
import SQLite
import ServedCalls
import Timekeeping

/// Keeps the slices that servers hold and the totals they are part of, inside a transaction that somebody else owns.
///
/// For every account, what is reserved in `spending` is the sum of the slices and of what runs have set aside.
struct SliceBooks {
    let connection: Connection

    /// Renews the server's lease; writes nothing where it lasts long enough already.
    func renew(_ server: GatewayServerID, until lease: Timestamp) throws {
        let row = try connection.one("SELECT lease_until FROM gateway_servers WHERE id = ?", server.string)
        if let known: Int64 = try row?["lease_until"], known >= lease.milliseconds - 1_000 { return }
        try connection.execute(
            """
            INSERT INTO gateway_servers (id, lease_until) VALUES (?, ?)
            ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until
            """, server.string, lease.milliseconds)
    }

    func carryOut(
        _ movement: AccountMovement, for server: GatewayServerID, at now: Timestamp, alertPercent: Int
    ) throws -> AccountReply {
        let own = try ownSlice(movement.account, server)
        let total = try total(of: movement.account)
        let limit = movement.limit.map { max($0, total.raisedTo) }
        let spent = total.spent + movement.spent
        let others = max(total.reserved - own.held, .zero)
        // What a server has in hand pays first; what was spent beyond it was spent all the same.
        let rest = max(own.held - movement.spent - movement.givenBack, .zero)
        let needed = movement.underWay + movement.needed
        var held = max(rest, movement.underWay)
        var isEnough = true
        if rest < needed {
            let room = limit.map { max($0 - spent - others, .zero) } ?? .max
            // A part of what is left at the most, so that other servers find something, too.
            let fair = room == .max ? .max : rest + USD(micros: max(room - rest, .zero).micros / 8)
            held = max(held, min(room, max(needed, min(needed + movement.wished, fair))))
            isEnough = held >= needed
        } else if rest < needed + movement.wished {
            let room = limit.map { max($0 - spent - others, .zero) } ?? .max
            let fair = room == .max ? .max : rest + USD(micros: max(room - rest, .zero).micros / 8)
            held = max(held, min(needed + movement.wished, fair))
        }
        try write(spent: movement.spent, reserved: held - own.held, on: movement.account)
        try write(held, own, movement, server)
        let unanswered = isEnough ? 0 : try ask(others: server, movement)
        return AccountReply(
            held: held, spent: spent, reserved: others + held, limit: limit, isEnough: isEnough,
            unanswered: unanswered, isWantedByOthers: own.isWanted && !movement.answers,
            alerts: try alerts(of: movement, spent: spent, limit: limit, alertPercent, at: now))
    }

    /// How an account stands for those who only look.
    func standing(of account: SpendingAccount) throws -> AccountReply {
        let total = try total(of: account)
        return AccountReply(held: .zero, spent: total.spent, reserved: total.reserved, limit: nil)
    }

    /// Turns the slices of servers whose lease has ended into losses.
    func reclaim(at now: Timestamp) throws -> [SliceLoss] {
        let dead = try connection.query(
            "SELECT id FROM gateway_servers WHERE lease_until < ?", now.milliseconds)
        var losses: [SliceLoss] = []
        for row in dead {
            let id: String = try row["id"]
            for slice in try connection.query(
                "SELECT scope, name, held FROM slices WHERE server = ? ORDER BY scope, name", id)
            {
                guard let server = GatewayServerID(id), let account = try Self.account(slice) else {
                    throw StorageError("a slice of a budget has a broken server or scope")
                }
                let held = USD(micros: try slice["held"])
                losses.append(SliceLoss(server: server, account: account, amount: held))
                try write(spent: held, reserved: USD.zero - held, on: account)
                try connection.execute(
                    """
                    INSERT INTO slice_losses (server, scope, name, at, amount) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (server, scope, name) DO UPDATE SET amount = amount + excluded.amount, at = excluded.at
                    """, id, account.scope.rawValue, account.name, now.milliseconds, held.micros)
            }
            try connection.execute("DELETE FROM slices WHERE server = ?", id)
            try connection.execute("DELETE FROM gateway_servers WHERE id = ?", id)
        }
        return losses
    }

    /// What a server holds, account by account.
    func slices(of server: GatewayServerID) throws -> [(account: SpendingAccount, held: USD)] {
        try connection.query(
            "SELECT scope, name, held FROM slices WHERE server = ? ORDER BY scope, name", server.string
        )
        .compactMap { row in
            guard let account = try Self.account(row) else { return nil }
            return (account, USD(micros: try row["held"]))
        }
    }

    static func account(_ row: Row) throws -> SpendingAccount? {
        guard let scope = SpendingAccount.Scope(rawValue: try row["scope"]) else { return nil }
        return SpendingAccount(scope, try row["name"])
    }

    // MARK: - Alerts

    /// The highest share of the limit that is reached now and was not before, for whichever server comes first.
    private func alerts(
        of movement: AccountMovement, spent: USD, limit: USD?, _ percent: Int, at now: Timestamp
    ) throws -> [BudgetAlert] {
        guard let limit, limit > .zero, percent > 0, movement.spent > .zero || movement.hasRefused else { return [] }
        var alert: BudgetAlert?
        for percent in percent < 100 ? [percent, 100] : [100] {
            let isReached = spent.micros >= BudgetPolicy.share(percent, of: limit).micros
            guard isReached || (percent == 100 && movement.hasRefused) else { continue }
            let isNew = try connection.one(
                """
                INSERT INTO budget_alerts (scope, name, ceiling, percent, spent, at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING RETURNING 1
                """, movement.account.scope.rawValue, movement.account.name, limit.micros, Int64(percent),
                spent.micros, now.milliseconds)
            guard isNew != nil else { continue }
            alert = BudgetAlert(account: movement.account, percent: percent, spent: spent, limit: limit, at: now)
        }
        return alert.map { [$0] } ?? []
    }

    // MARK: - Rows

    private struct Slice {
        var held: USD
        var isWanted: Bool
        var isKept: Bool
    }

    private struct Total {
        var spent: USD
        var reserved: USD
        var raisedTo: USD
    }

    /// What the server holds; a server that was taken for dead takes back what was counted as lost.
    private func ownSlice(_ account: SpendingAccount, _ server: GatewayServerID) throws -> Slice {
        if let row = try connection.one(
            "SELECT held, is_wanted FROM slices WHERE scope = ? AND name = ? AND server = ?", account.scope.rawValue,
            account.name, server.string)
        {
            let wanted: Int64 = try row["is_wanted"]
            return Slice(held: USD(micros: try row["held"]), isWanted: wanted != 0, isKept: true)
        }
        guard
            let lost = try connection.one(
                "DELETE FROM slice_losses WHERE server = ? AND scope = ? AND name = ? RETURNING amount", server.string,
                account.scope.rawValue, account.name)
        else { return Slice(held: .zero, isWanted: false, isKept: false) }
        let amount = USD(micros: try lost["amount"])
        try write(spent: USD.zero - amount, reserved: amount, on: account)
        return Slice(held: amount, isWanted: false, isKept: false)
    }

    private func total(of account: SpendingAccount) throws -> Total {
        guard
            let row = try connection.one(
                "SELECT spent, reserved, raised_to FROM spending WHERE scope = ? AND name = ?",
                account.scope.rawValue, account.name)
        else { return Total(spent: .zero, reserved: .zero, raisedTo: .zero) }
        return Total(
            spent: USD(micros: try row["spent"]), reserved: USD(micros: try row["reserved"]),
            raisedTo: USD(micros: try row["raised_to"]))
    }

    private func write(spent: USD, reserved: USD, on account: SpendingAccount) throws {
        guard spent != .zero || reserved != .zero else { return }
        try connection.execute(
            """
            INSERT INTO spending (scope, name, spent, reserved) VALUES (?, ?, ?, ?)
            ON CONFLICT (scope, name) DO UPDATE SET
                spent = spent + excluded.spent, reserved = reserved + excluded.reserved
            """, account.scope.rawValue, account.name, spent.micros, reserved.micros)
    }

    private func write(
        _ held: USD, _ own: Slice, _ movement: AccountMovement, _ server: GatewayServerID
    ) throws {
        let account = movement.account
        let isAnswer = own.isWanted && movement.answers
        if held == .zero {
            guard own.isKept else { return }
            try connection.execute(
                "DELETE FROM slices WHERE scope = ? AND name = ? AND server = ?", account.scope.rawValue, account.name,
                server.string)
        } else if held != own.held || isAnswer || !own.isKept {
            try connection.execute(
                """
                INSERT INTO slices (scope, name, server, held) VALUES (?, ?, ?, ?)
                ON CONFLICT (scope, name, server) DO UPDATE SET held = excluded.held, is_wanted = ?
                """, account.scope.rawValue, account.name, server.string, held.micros, own.isWanted && !isAnswer ? 1 : 0
            )
        }
    }

    /// Asks other servers where that is wished; says how many have not answered.
    private func ask(others server: GatewayServerID, _ movement: AccountMovement) throws -> Int {
        if movement.asksOthers {
            try connection.execute(
                "UPDATE slices SET is_wanted = 1 WHERE scope = ? AND name = ? AND server <> ? AND is_wanted = 0",
                movement.account.scope.rawValue, movement.account.name, server.string)
        }
        let row = try connection.one(
            "SELECT count(*) FROM slices WHERE scope = ? AND name = ? AND server <> ? AND is_wanted = 1",
            movement.account.scope.rawValue, movement.account.name, server.string)
        return try row?[0] ?? 0
    }
}
