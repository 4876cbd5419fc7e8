package import Identity
package import Money
package import Runs
import SQLite

extension SQLiteJournal: LedgerStore {
    package func reserve(
        _ reservation: Reservation, within limits: BudgetLimits, with changes: [JournalChange]
    ) async throws -> ReservationOutcome {
        let outcome = try await database.write { connection in
            let outcome = try LedgerBooks(connection: connection).reserve(reservation, within: limits)
            guard case .reserved = outcome else { return outcome }
            _ = try JournalWriter(connection: connection, run: reservation.run, time: reservation.reservedAt)
                .apply(changes)
            return outcome
        }
        if case .reserved = outcome, !changes.isEmpty { bell.ring(for: reservation.run) }
        return outcome
    }

    package func standings(
        of accounts: [BudgetAccount], within limits: BudgetLimits
    ) async throws -> [BudgetStanding] {
        try await database.read { connection in
            let books = LedgerBooks(connection: connection)
            return try accounts.map { account in
                var limit = limits[account.scope]
                if account.scope == .run {
                    let run = try connection.one("SELECT budget FROM runs WHERE id = ?", values: [.text(account.name)])
                    limit = try run.map { USD(micros: try $0["budget"]) }
                }
                return try books.standing(of: account, limit: limit)
            }
        }
    }

    package func openReservations(of run: RunID) async throws -> [Reservation] {
        try await all("SELECT data FROM reservations WHERE run = ? ORDER BY id", [.text(run.string)])
    }

    package func charges(of run: RunID) async throws -> [Charge] {
        try await all("SELECT data FROM charges WHERE run = ? ORDER BY id", [.text(run.string)])
    }

    package func spent(by run: RunID) async throws -> USD {
        try await standings(of: [.run(run)], within: .none).first?.spent ?? .zero
    }
}
