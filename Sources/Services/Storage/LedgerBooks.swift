import Identity
import Money
import Runs
import SQLite
import Timekeeping

/// Keeps reservations, charges and the running totals of every account, inside a transaction that somebody else owns.
struct LedgerBooks {
    let connection: Connection

    /// What a line of the ledger is counted for.
    struct Owner {
        var run: RunID
        var step: String
        var project: String
        var user: String
        var key: String
        /// `2026-11-21`: the day in UTC on which the call began, also where it ended on the next.
        var day: String

        /// From the narrowest to the widest; what is not known has none.
        var accounts: [BudgetAccount] {
            var accounts: [BudgetAccount] = []
            if !step.isEmpty { accounts.append(.task(StepKey(rawValue: step), of: run)) }
            accounts.append(.run(run))
            accounts.append(BudgetAccount(.day, day))
            accounts.append(BudgetAccount(.month, String(day.prefix(7))))
            for (scope, name) in [(BudgetScope.project, project), (.user, user), (.key, key)] where !name.isEmpty {
                accounts.append(BudgetAccount(scope, name))
            }
            return accounts
        }

        fileprivate var values: [SQLiteValue] { [.text(step), .text(project), .text(user), .text(key), .text(day)] }
    }

    // MARK: - Reservations

    /// Sets the amount aside on every account, unless one of them cannot bear it; then nothing is written.
    func reserve(_ reservation: Reservation, within limits: BudgetLimits) throws -> ReservationOutcome {
        let run = reservation.run
        guard
            let row = try connection.one("SELECT budget, project FROM runs WHERE id = ?", values: [.text(run.string)])
        else {
            throw StorageError("there is no run \(run.short) to reserve money for")
        }
        let owner = Owner(
            run: run, step: reservation.step?.rawValue ?? "", project: try row["project"],
            user: reservation.user ?? "", key: reservation.key ?? Self.provider(of: reservation.model),
            day: BudgetAccount.day(reservation.reservedAt).name)
        let budget = USD(micros: try row["budget"])
        var standings: [BudgetStanding] = []
        if limits[.call] != nil { standings.append(try standing(of: .call(of: run), limit: limits[.call])) }
        for account in owner.accounts {
            standings.append(
                try standing(of: account, limit: account.scope == .run ? budget : limits[account.scope]))
        }
        if case .refused(let refusal) = BudgetPolicy.judge(reservation.amount, on: standings) {
            return .refused(refusal)
        }
        for standing in standings where standing.account.scope != .call {
            try reserve(reservation.amount, on: standing, alert: limits.alertPercent)
        }
        try connection.execute(
            """
            INSERT INTO reservations (id, run, amount, data, step, project, user_name, key_name, day)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            values: [
                .text(reservation.id.string), .text(run.string), .integer(reservation.amount.micros),
                .text(try SQLiteJournal.encode(reservation)),
            ] + owner.values)
        return .reserved
    }

    /// Takes a reservation away and gives its money back to every account; says whose it was, nil where there is none.
    @discardableResult
    func release(_ id: ReservationID) throws -> Owner? {
        guard
            let row = try connection.one(
                "SELECT run, amount, step, project, user_name, key_name, day FROM reservations WHERE id = ?",
                values: [.text(id.string)])
        else { return nil }
        guard let run = RunID(try row["run"]) else { throw StorageError("a reservation has a broken run id") }
        let owner = Owner(
            run: run, step: try row["step"], project: try row["project"], user: try row["user_name"],
            key: try row["key_name"], day: try row["day"])
        let amount: Int64 = try row["amount"]
        for account in owner.accounts {
            try connection.execute(
                "UPDATE spending SET reserved = reserved - ? WHERE scope = ? AND name = ?",
                values: [.integer(amount)] + Self.key(account))
        }
        try connection.execute("DELETE FROM reservations WHERE id = ?", values: [.text(id.string)])
        return owner
    }

    // MARK: - Charges

    /// Writes a charge in the place of its reservation; says of which accounts the user has to be warned.
    func settle(_ charge: Charge) throws -> [BudgetStanding] {
        let owner = try release(charge.reservation) ?? owner(of: charge)
        try connection.execute(
            """
            INSERT INTO charges (id, run, amount, at, model, data, agent, step, project, user_name, key_name, day)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            values: [
                .text(charge.id.string), .text(charge.run.string), .integer(charge.cost.micros),
                .integer(charge.at.milliseconds), .text(charge.model), .text(try SQLiteJournal.encode(charge)),
                .text(charge.agent),
            ] + owner.values)
        return try owner.accounts.compactMap { try spend(charge.cost, on: $0) }
    }

    /// Of a charge without a reservation.
    private func owner(of charge: Charge) throws -> Owner {
        let row = try connection.one("SELECT project FROM runs WHERE id = ?", values: [.text(charge.run.string)])
        return Owner(
            run: charge.run, step: charge.step.rawValue, project: try row?["project"] ?? "", user: charge.user ?? "",
            key: charge.key ?? Self.provider(of: charge.model), day: BudgetAccount.day(charge.at).name)
    }

    // MARK: - Accounts

    /// Raises what an account may spend.
    func allow(_ limit: USD, on account: BudgetAccount) throws {
        try connection.execute(
            """
            INSERT INTO spending (scope, name, raised_to) VALUES (?, ?, ?)
            ON CONFLICT (scope, name) DO UPDATE SET raised_to = max(raised_to, excluded.raised_to)
            """,
            values: Self.key(account) + [.integer(limit.micros)])
    }

    /// - Parameter limit: the limit as configured; what an answered gate allowed counts where it is more.
    func standing(of account: BudgetAccount, limit: USD?) throws -> BudgetStanding {
        guard
            let row = try connection.one(
                "SELECT spent, reserved, raised_to, warned_of FROM spending WHERE scope = ? AND name = ?",
                values: Self.key(account))
        else { return BudgetStanding(account: account, limit: limit) }
        let raised = USD(micros: try row["raised_to"])
        return BudgetStanding(
            account: account, spent: USD(micros: try row["spent"]), reserved: USD(micros: try row["reserved"]),
            limit: limit.map { max($0, raised) }, warnedOf: USD(micros: try row["warned_of"]))
    }

    private func reserve(_ amount: USD, on standing: BudgetStanding, alert: Int) throws {
        try connection.execute(
            """
            INSERT INTO spending (scope, name, reserved, ceiling, alert) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (scope, name) DO UPDATE SET
                reserved = reserved + excluded.reserved, ceiling = excluded.ceiling, alert = excluded.alert
            """,
            values: Self.key(standing.account) + [
                .integer(amount.micros), standing.limit.map { .integer($0.micros) } ?? .null, .integer(Int64(alert)),
            ])
    }

    /// Adds to what is spent; gives back the account where its warning is due now.
    private func spend(_ amount: USD, on account: BudgetAccount) throws -> BudgetStanding? {
        let row = try connection.one(
            """
            INSERT INTO spending (scope, name, spent) VALUES (?, ?, ?)
            ON CONFLICT (scope, name) DO UPDATE SET spent = spent + excluded.spent
            RETURNING spent, reserved, ceiling, alert, warned_of
            """,
            values: Self.key(account) + [.integer(amount.micros)])
        guard let row, let ceiling: Int64 = try row["ceiling"] else { return nil }
        let standing = BudgetStanding(
            account: account, spent: USD(micros: try row["spent"]), reserved: USD(micros: try row["reserved"]),
            limit: USD(micros: ceiling), warnedOf: USD(micros: try row["warned_of"]))
        guard BudgetPolicy.isDue(standing, percent: try row["alert"]) else { return nil }
        try connection.execute(
            "UPDATE spending SET warned_of = ? WHERE scope = ? AND name = ?",
            values: [.integer(ceiling)] + Self.key(account))
        return standing
    }

    private static func key(_ account: BudgetAccount) -> [SQLiteValue] {
        [.text(account.scope.rawValue), .text(account.name)]
    }

    private static func provider(of model: String) -> String {
        model.contains("/") ? String(model.prefix { $0 != "/" }) : ""
    }
}
