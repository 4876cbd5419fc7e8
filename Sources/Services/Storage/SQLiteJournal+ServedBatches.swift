package import Batches
import Identity
import Money
import SQLite
package import ServedCalls
package import Timekeeping

extension SQLiteJournal: ServedBatchStore {
    private static let openStates = "('waiting', 'asked', 'batched')"

    package func create(
        _ batch: ServedBatch, _ entries: [ServedBatchEntry], mostWaiting: Int
    ) async throws -> Bool {
        let data = try Self.encode(batch)
        return try await database.write { connection in
            let row = try connection.one(
                """
                SELECT count(*) FROM served_batch_entries JOIN served_batches ON id = batch
                WHERE state = 'waiting' AND ended_at IS NULL AND virtual_key = ?
                """, batch.key.string)
            let waiting: Int = try row?[0] ?? 0
            guard waiting + entries.count <= mostWaiting else { return false }
            try connection.execute(
                "INSERT INTO served_batches (id, virtual_key, api, created_at, ended_at, data) VALUES (?, ?, ?, ?, ?, ?)",
                values: [
                    .text(batch.id), .text(batch.key.string), .text(batch.api.rawValue),
                    .integer(batch.createdAt.milliseconds), batch.endedAt.map { .integer($0.milliseconds) } ?? .null,
                    .text(data),
                ])
            for entry in entries {
                try connection.execute(
                    """
                    INSERT INTO served_batch_entries (batch, number, custom_id, state, request)
                    VALUES (?, ?, ?, 'waiting', ?)
                    """,
                    values: [
                        .text(batch.id), .integer(Int64(entry.number)), .text(entry.customID), .text(entry.request),
                    ])
            }
            return true
        }
    }

    package func served(
        _ id: String, of key: VirtualKeyID
    ) async throws -> (batch: ServedBatch, counts: ServedBatch.Counts)? {
        try await database.read { connection in
            try Self.served(connection, "id = ? AND virtual_key = ?", [.text(id), .text(key.string)]).first
        }
    }

    package func served(
        of key: VirtualKeyID, _ api: ServedBatch.API, after: String?, before: String?, limit: Int
    ) async throws -> [(batch: ServedBatch, counts: ServedBatch.Counts)] {
        var condition = "virtual_key = ? AND api = ?"
        var values: [SQLiteValue] = [.text(key.string), .text(api.rawValue)]
        if let after {
            condition += " AND id < ?"
            values.append(.text(after))
        } else if let before {
            condition += " AND id > ?"
            values.append(.text(before))
        }
        let isBackwards = after == nil && before != nil
        let whole = condition + " ORDER BY id \(isBackwards ? "ASC" : "DESC") LIMIT \(limit + 1)"
        let bindings = values
        let found = try await database.read { try Self.served($0, whole, bindings) }
        return isBackwards ? found.reversed() : found
    }

    package func served(withFile id: String, of key: VirtualKeyID) async throws -> ServedBatch? {
        try await database.read { connection in
            try connection.one(
                """
                SELECT data FROM served_batches WHERE virtual_key = ?1
                    AND (json_extract(data, '$.outputFile') = ?2 OR json_extract(data, '$.errorFile') = ?2)
                """, key.string, id
            ).map { try Self.decode($0) }
        }
    }

    package func entries(
        of batch: String, in states: [ServedBatchEntry.State], after number: Int, limit: Int
    ) async throws -> [ServedBatchEntry] {
        let names = states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return try await database.read { connection in
            try connection.query(
                """
                SELECT * FROM served_batch_entries WHERE batch = ? AND number > ? AND state IN (\(names))
                ORDER BY number LIMIT ?
                """, batch, number, limit
            ).map(Self.entry)
        }
    }

    package func cancelServed(_ id: String, of key: VirtualKeyID, at time: Timestamp) async throws {
        try await database.write { connection in
            guard
                let row = try connection.one(
                    "SELECT data FROM served_batches WHERE id = ? AND virtual_key = ? AND ended_at IS NULL", id,
                    key.string)
            else { return }
            var batch: ServedBatch = try Self.decode(row)
            if batch.cancelledAt == nil {
                batch.cancelledAt = time
                try connection.execute(
                    "UPDATE served_batches SET data = ? WHERE id = ?", try Self.encode(batch), id)
            }
            try connection.execute(
                "UPDATE served_batch_entries SET state = 'canceled' WHERE batch = ? AND state = 'waiting'", id)
            try Self.end(batch, at: time, connection)
        }
    }

    package func deleteServed(_ id: String, of key: VirtualKeyID) async throws -> Bool {
        try await database.write { connection in
            try connection.execute(
                "DELETE FROM served_batches WHERE id = ? AND virtual_key = ? AND ended_at IS NOT NULL", id, key.string)
                == 1
        }
    }

    // MARK: - Working

    package func nextEntry(at time: Timestamp) async throws -> (entry: ServedBatchEntry, batch: ServedBatch)? {
        try await database.read { connection in
            guard
                let row = try connection.one(
                    """
                    SELECT * FROM served_batch_entries WHERE state = 'waiting' AND not_before <= ?
                    ORDER BY not_before, number, batch LIMIT 1
                    """, time.milliseconds)
            else { return nil }
            let entry = try Self.entry(row)
            guard let batch = try Self.batch(entry.batch, connection) else { return nil }
            return (entry, batch)
        }
    }

    package func claim(_ entry: ServedBatchEntry) async throws -> Bool {
        try await database.write { try Self.take(entry, as: .asked, call: nil, $0) }
    }

    package func claim(
        _ entry: ServedBatchEntry, as call: BatchCallID, setting aside: BookEntry
    ) async throws -> ClaimOutcome {
        do {
            return try await database.write { connection in
                guard try Self.take(entry, as: .batched, call: call.string, connection) else { return .taken }
                let books = SliceBooks(connection: connection)
                try books.renew(aside.server, until: aside.leaseUntil)
                for movement in aside.movements {
                    let reply = try books.carryOut(
                        movement, for: aside.server, at: aside.now, alertPercent: aside.alertPercent)
                    if !reply.isEnough { throw CannotBear(account: movement.account, reply: reply) }
                }
                return .claimed
            }
        } catch let error as CannotBear {
            return .refused(error.account, error.reply)
        }
    }

    /// Takes a transaction back in which an account could not bear an entry.
    private struct CannotBear: Error {
        var account: SpendingAccount
        var reply: AccountReply
    }

    package func postpone(_ entry: ServedBatchEntry, until time: Timestamp) async throws {
        try await database.write { connection in
            try connection.execute(
                """
                UPDATE served_batch_entries SET not_before = ?, state = CASE WHEN EXISTS (
                        SELECT 1 FROM served_batches WHERE served_batches.id = served_batch_entries.batch
                            AND json_extract(data, '$.cancelledAt') IS NOT NULL
                    ) THEN 'canceled' ELSE 'waiting' END
                WHERE batch = ? AND number = ? AND state IN ('waiting', 'asked')
                """, time.milliseconds, entry.batch, entry.number)
        }
    }

    package func finish(_ entry: ServedBatchEntry, with charge: ServedCharge?) async throws {
        try await database.write { connection in
            let changed = try connection.execute(
                """
                UPDATE served_batch_entries SET state = ?, result = ? WHERE batch = ? AND number = ?
                    AND state IN \(Self.openStates)
                """,
                values: [
                    .text(entry.state.rawValue), entry.result.map { .text($0) } ?? .null, .text(entry.batch),
                    .integer(Int64(entry.number)),
                ])
            guard changed == 1, let charge else { return }
            let books = SliceBooks(connection: connection)
            let cost = charge.record.call.cost ?? .zero
            for slice in try books.slices(of: charge.server) {
                _ = try books.carryOut(
                    AccountMovement(account: slice.account, spent: cost, givenBack: slice.held, limit: .max),
                    for: charge.server, at: charge.record.at, alertPercent: 0)
            }
            try connection.execute("DELETE FROM gateway_servers WHERE id = ?", charge.server.string)
            try Self.insert(charge.record, connection)
        }
    }

    package func entriesBeingAsked() async throws -> [ServedBatchEntry] {
        try await database.read { connection in
            try connection.query("SELECT * FROM served_batch_entries WHERE state = 'asked'").map(Self.entry)
        }
    }

    package func batchedEntries() async throws -> [(entry: ServedBatchEntry, batch: ServedBatch, call: BatchCall?)] {
        let found = try await database.read { connection in
            try connection.query(
                """
                SELECT served_batch_entries.*, batch_calls.id AS known FROM served_batch_entries
                LEFT JOIN batch_calls ON batch_calls.id = served_batch_entries.call
                WHERE served_batch_entries.state = 'batched'
                    AND (batch_calls.id IS NULL OR batch_calls.outcome IS NOT NULL)
                ORDER BY served_batch_entries.call LIMIT 200
                """
            ).map { row in
                let entry = try Self.entry(row)
                return (entry, try Self.batch(entry.batch, connection), try row["known"] as String?)
            }
        }
        var entries: [(entry: ServedBatchEntry, batch: ServedBatch, call: BatchCall?)] = []
        for (entry, batch, known) in found {
            guard let batch else { continue }
            var call: BatchCall?
            if let known, let id = BatchCallID(known) { call = try await self.call(id) }
            entries.append((entry, batch, call))
        }
        return entries
    }

    package func openCalls(of batch: String) async throws -> [String] {
        try await database.read { connection in
            try connection.query(
                "SELECT call FROM served_batch_entries WHERE batch = ? AND state = 'batched' ORDER BY number", batch
            ).map { try $0["call"] }
        }
    }

    package func endServed(at time: Timestamp) async throws {
        try await database.write { connection in
            for row in try connection.query("SELECT data FROM served_batches WHERE ended_at IS NULL") {
                let batch: ServedBatch = try Self.decode(row)
                if batch.expiresAt <= time {
                    try connection.execute(
                        "UPDATE served_batch_entries SET state = 'expired' WHERE batch = ? AND state = 'waiting'",
                        batch.id)
                }
                try Self.end(batch, at: time, connection)
            }
        }
    }

    package func pruneServed(before time: Timestamp) async throws {
        try await database.write { connection in
            try connection.execute("DELETE FROM served_batches WHERE ended_at < ?", time.milliseconds)
            try connection.execute("DELETE FROM served_files WHERE created_at < ?", time.milliseconds)
        }
    }

    package func hasOpenBatches() async throws -> Bool {
        try await database.read { try $0.one("SELECT 1 FROM served_batches WHERE ended_at IS NULL LIMIT 1") != nil }
    }
}

// MARK: - Rows

extension SQLiteJournal {
    private static func served(
        _ connection: Connection, _ condition: String, _ values: [SQLiteValue]
    ) throws -> [(batch: ServedBatch, counts: ServedBatch.Counts)] {
        try connection.query("SELECT data FROM served_batches WHERE \(condition)", values: values).map { row in
            let batch: ServedBatch = try decode(row)
            var states: [ServedBatchEntry.State: Int] = [:]
            for row in try connection.query(
                "SELECT state, count(*) AS entries FROM served_batch_entries WHERE batch = ? GROUP BY state", batch.id)
            {
                if let state = ServedBatchEntry.State(rawValue: try row["state"]) { states[state] = try row["entries"] }
            }
            return (batch, ServedBatch.Counts(states))
        }
    }

    private static func batch(_ id: String, _ connection: Connection) throws -> ServedBatch? {
        try connection.one("SELECT data FROM served_batches WHERE id = ?", id).map { try decode($0) }
    }

    private static func entry(_ row: Row) throws -> ServedBatchEntry {
        ServedBatchEntry(
            batch: try row["batch"], number: try row["number"], customID: try row["custom_id"],
            state: ServedBatchEntry.State(rawValue: try row["state"]) ?? .errored, call: try row["call"],
            request: try row["request"], result: try row["result"])
    }

    private static func take(
        _ entry: ServedBatchEntry, as state: ServedBatchEntry.State, call: String?, _ connection: Connection
    ) throws -> Bool {
        try connection.execute(
            """
            UPDATE served_batch_entries SET state = ?, call = ? WHERE batch = ? AND number = ? AND state = 'waiting'
            """,
            values: [
                .text(state.rawValue), call.map { .text($0) } ?? .null, .text(entry.batch),
                .integer(Int64(entry.number)),
            ]) == 1
    }

    /// Ends the batch where none of its entries is open.
    private static func end(_ batch: ServedBatch, at time: Timestamp, _ connection: Connection) throws {
        let open = try connection.one(
            "SELECT 1 FROM served_batch_entries WHERE batch = ? AND state IN \(openStates) LIMIT 1", batch.id)
        guard open == nil, batch.endedAt == nil else { return }
        var batch = batch
        batch.endedAt = time
        try connection.execute(
            "UPDATE served_batches SET ended_at = ?, data = ? WHERE id = ?", time.milliseconds, try encode(batch),
            batch.id)
    }
}
