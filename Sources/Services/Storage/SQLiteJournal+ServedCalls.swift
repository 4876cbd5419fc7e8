import Conversation
import Files
import Identity
import JSON
import Money
import Runs
import SQLite
package import ServedCalls
package import Timekeeping

extension SQLiteJournal: ServedBookStore {
    package func keep(_ entry: BookEntry) async throws -> [AccountReply] {
        FaultPoint.pass("served.keep.before")
        let replies = try await database.write { connection in
            let books = SliceBooks(connection: connection)
            try books.renew(entry.server, until: entry.leaseUntil)
            for record in entry.records { try Self.insert(record, connection) }
            return try entry.movements.map {
                try books.carryOut($0, for: entry.server, at: entry.now, alertPercent: entry.alertPercent)
            }
        }
        FaultPoint.pass("served.keep.after")
        return replies
    }

    package func accountsWanted(from server: GatewayServerID) async throws -> [SpendingAccount] {
        try await database.read { connection in
            try connection.query(
                "SELECT scope, name FROM slices WHERE server = ? AND is_wanted = 1", server.string
            ).compactMap(SliceBooks.account)
        }
    }

    package func reclaim(at now: Timestamp) async throws -> [SliceLoss] {
        let isAnybodyDead = try await database.read { connection in
            try connection.one("SELECT 1 FROM gateway_servers WHERE lease_until < ?", now.milliseconds) != nil
        }
        guard isAnybodyDead else { return [] }
        return try await database.write { try SliceBooks(connection: $0).reclaim(at: now) }
    }

    package func leave(_ server: GatewayServerID) async throws {
        try await database.write { connection in
            try connection.execute(
                "DELETE FROM gateway_servers WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM slices WHERE server = ?1)",
                server.string)
        }
    }

    package func standings(of accounts: [SpendingAccount]) async throws -> [AccountReply] {
        try await database.read { connection in
            let books = SliceBooks(connection: connection)
            return try accounts.map { try books.standing(of: $0) }
        }
    }

    static func insert(_ record: ServedRecord, _ connection: Connection) throws {
        let call = record.call
        let fallbacks = call.fallbacks.isEmpty ? "[]" : JSONValue.array(call.fallbacks.map { .string($0) }).text()
        try connection.execute(
            """
            INSERT INTO served_calls (
                at, day, virtual_key, user_name, project, kind, asked, model, fallbacks, retries, input, output,
                cache_read, cache_write, reasoning, amount, latency_us, first_byte_us, cache, status, is_streamed,
                can_wait, is_batch, fingerprint, request, cache_write_hour
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            values: [
                .integer(record.at.milliseconds), .text(BudgetAccount.day(record.at).name), .text(record.key.string),
                .text(record.user ?? ""), .text(record.project ?? ""), .text(call.kind), .text(call.asked),
                .text(call.model), .text(fallbacks), .integer(Int64(call.retries)), .integer(Int64(call.usage.input)),
                .integer(Int64(call.usage.output)), .integer(Int64(call.usage.cacheRead)),
                .integer(Int64(call.usage.cacheWrite)), .integer(Int64(call.usage.reasoning)),
                call.cost.map { .integer($0.micros) } ?? .null, .integer(microseconds(call.latency)),
                call.firstByte.map { .integer(microseconds($0)) } ?? .null, .text(call.cache.rawValue),
                .integer(Int64(call.status)), .integer(call.isStreamed ? 1 : 0), .integer(call.canWait ? 1 : 0),
                .integer(call.isBatch ? 1 : 0),
                call.fingerprint.map { .integer(Int64(bitPattern: $0)) } ?? .null, .text(call.request),
                .integer(Int64(call.usage.cacheWriteHour)),
            ])
    }

    private static func microseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
