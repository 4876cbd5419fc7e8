package import Batches
import Conversation
import Identity
import JSON
import SQLite
package import Timekeeping

extension SQLiteJournal: BatchStore {
    package func enqueue(_ call: BatchCall) async throws {
        let request = try Self.encode(call.request)
        try await database.write { connection in
            _ = try connection.execute(
                """
                INSERT INTO batch_calls (id, provider, model, owner, queued_at, request) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING
                """,
                values: [
                    .text(call.id.string), .text(call.provider), .text(call.request.model), .text(call.owner),
                    .integer(call.queuedAt.milliseconds), .text(request),
                ])
        }
    }

    package func queues() async throws -> [BatchQueue] {
        try await database.read { connection in
            try connection.query(
                """
                SELECT provider, model, count(*) AS calls, min(queued_at) AS since FROM batch_calls
                WHERE batch IS NULL AND outcome IS NULL GROUP BY provider, model ORDER BY since, provider, model
                """
            ).map { row in
                BatchQueue(
                    provider: try row["provider"], model: try row["model"], count: try row["calls"],
                    since: Timestamp(milliseconds: try row["since"]))
            }
        }
    }

    package func queued(in queue: BatchQueue, limit: Int) async throws -> [QueuedBatchCall] {
        try await database.read { connection in
            try connection.query(
                """
                SELECT id, length(CAST(request AS BLOB)) AS bytes FROM batch_calls
                WHERE provider = ? AND model = ? AND batch IS NULL AND outcome IS NULL ORDER BY id LIMIT ?
                """, values: [.text(queue.provider), .text(queue.model), .integer(Int64(limit))]
            ).map { QueuedBatchCall(id: try Self.callID($0), bytes: try $0["bytes"]) }
        }
    }

    package func form(_ batch: Batch, of calls: [BatchCallID]) async throws -> BatchWrite {
        let data = try Self.encode(batch)
        do {
            try await database.write { connection in
                _ = try connection.execute(
                    "INSERT INTO batches (id, provider, due, revision, data) VALUES (?, ?, ?, 1, ?)",
                    values: [.text(batch.id.string), .text(batch.provider), Self.value(batch.due), .text(data)])
                for call in calls {
                    let changed = try connection.execute(
                        "UPDATE batch_calls SET batch = ? WHERE id = ? AND batch IS NULL AND outcome IS NULL",
                        values: [.text(batch.id.string), .text(call.string)])
                    guard changed == 1 else { throw Outrun() }
                }
            }
        } catch is Outrun {
            return .outrun
        }
        return .done(revision: 1)
    }

    package func due(at time: Timestamp, of providers: [String]) async throws -> [StoredBatch] {
        try await database.read { connection in
            try connection.query(
                """
                SELECT data, revision FROM batches
                WHERE due <= ? AND provider IN (SELECT value FROM json_each(?)) ORDER BY due, id
                """, values: [.integer(time.milliseconds), .text(Self.list(providers))]
            ).map { try Self.storedBatch($0) }
        }
    }

    package func nextDue(of providers: [String]) async throws -> Timestamp? {
        try await database.read { connection in
            try connection.one(
                """
                SELECT due FROM batches
                WHERE due IS NOT NULL AND provider IN (SELECT value FROM json_each(?)) ORDER BY due LIMIT 1
                """, values: [.text(Self.list(providers))]
            ).map {
                Timestamp(milliseconds: try $0["due"])
            }
        }
    }

    package func batch(_ id: BatchID) async throws -> StoredBatch? {
        try await database.read { connection in
            try connection.one("SELECT data, revision FROM batches WHERE id = ?", values: [.text(id.string)]).map {
                try Self.storedBatch($0)
            }
        }
    }

    package func save(
        _ batch: Batch, over stored: StoredBatch, remaining: BatchOutcome?
    ) async throws -> BatchWrite {
        let data = try Self.encode(batch)
        let outcome = try remaining.map { try Self.encode($0) }
        return try await database.write { connection in
            let changed = try connection.execute(
                "UPDATE batches SET due = ?, revision = revision + 1, data = ? WHERE id = ? AND revision = ?",
                values: [
                    Self.value(batch.due), .text(data), .text(batch.id.string), .integer(Int64(stored.revision)),
                ])
            guard changed == 1 else { return .outrun }
            if let outcome {
                _ = try connection.execute(
                    "UPDATE batch_calls SET outcome = ? WHERE batch = ? AND outcome IS NULL",
                    values: [.text(outcome), .text(batch.id.string)])
            }
            return .done(revision: stored.revision + 1)
        }
    }

    package func calls(of batch: BatchID) async throws -> [BatchCall] {
        try await batchCalls("batch = ? ORDER BY id", [.text(batch.string)])
    }

    package func call(_ id: BatchCallID) async throws -> BatchCall? {
        try await batchCalls("id = ?", [.text(id.string)]).first
    }

    package func record(_ outcomes: [(BatchCallID, BatchOutcome)], of batch: BatchID) async throws -> Int {
        let rows = try outcomes.map { ($0.0.string, try Self.encode($0.1)) }
        return try await database.write { connection in
            try rows.reduce(0) { sum, row in
                sum
                    + (try connection.execute(
                        "UPDATE batch_calls SET outcome = ? WHERE id = ? AND batch = ? AND outcome IS NULL",
                        values: [.text(row.1), .text(row.0), .text(batch.string)]))
            }
        }
    }

    package func cancelQueued(_ id: BatchCallID) async throws -> Bool {
        let outcome = try Self.encode(BatchOutcome.cancelled)
        return try await database.write { connection in
            try connection.execute(
                "UPDATE batch_calls SET outcome = ? WHERE id = ? AND batch IS NULL AND outcome IS NULL",
                values: [.text(outcome), .text(id.string)]) == 1
        }
    }

    package func unsettled(limit: Int) async throws -> [BatchCall] {
        try await batchCalls("outcome IS NOT NULL AND settled = 0 ORDER BY id LIMIT ?", [.integer(Int64(limit))])
    }

    package func forgetCalls(queuedBefore time: Timestamp) async throws {
        try await database.write { connection in
            _ = try connection.execute(
                """
                DELETE FROM batch_calls WHERE outcome IS NOT NULL AND settled = 1 AND queued_at < ?
                    AND NOT EXISTS (
                        SELECT 1 FROM reservations WHERE batch_calls.owner = 'run/' || run || '/' || reservations.id
                    ) AND id NOT IN (SELECT call FROM served_batch_entries WHERE state = 'batched')
                """,
                values: [.integer(time.milliseconds)])
            _ = try connection.execute(
                """
                DELETE FROM batches WHERE due IS NULL
                    AND NOT EXISTS (SELECT 1 FROM batch_calls WHERE batch_calls.batch = batches.id)
                """)
        }
    }

    package func markSettled(_ ids: [BatchCallID]) async throws {
        try await database.write { connection in
            for id in ids {
                _ = try connection.execute(
                    "UPDATE batch_calls SET settled = 1 WHERE id = ?", values: [.text(id.string)])
            }
        }
    }
}

extension SQLiteJournal {
    /// Takes a transaction back in which somebody else was faster.
    private struct Outrun: Error {}

    private static func list(_ names: [String]) -> String { JSONValue.array(names.map { .string($0) }).text() }

    private static func value(_ time: Timestamp?) -> SQLiteValue { time.map { .integer($0.milliseconds) } ?? .null }

    private static func storedBatch(_ row: Row) throws -> StoredBatch {
        StoredBatch(batch: try decode(row), revision: try row["revision"])
    }

    private static func callID(_ row: Row) throws -> BatchCallID {
        let text: String = try row["id"]
        guard let id = BatchCallID(text) else { throw StorageError("\(text) is no id of a call of a batch") }
        return id
    }

    private func batchCalls(_ condition: String, _ bindings: [SQLiteValue]) async throws -> [BatchCall] {
        try await database.read { connection in
            try connection.query("SELECT * FROM batch_calls WHERE \(condition)", values: bindings).map { row in
                let batch: String? = try row["batch"]
                let outcome: String? = try row["outcome"]
                return BatchCall(
                    id: try Self.callID(row), provider: try row["provider"], owner: try row["owner"],
                    request: try Self.json(row["request"]),
                    queuedAt: Timestamp(milliseconds: try row["queued_at"]),
                    state: try outcome.map { .done(try Self.json($0)) }
                        ?? batch.flatMap { BatchID($0) }.map { .batched($0) } ?? .queued)
            }
        }
    }

    private static func json<Value: Decodable>(_ text: String) throws -> Value {
        do {
            return try JSONCoding.decode(Value.self, from: JSONValue(parsing: text))
        } catch {
            throw StorageError("a record of the batches cannot be read: \(error)")
        }
    }
}
