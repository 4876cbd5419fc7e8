package import Identity
package import Runs
import SQLite
import Timekeeping

extension SQLiteJournal: EventStore {
    package func events(of run: RunID?, after position: Int64, limit: Int) async throws -> [EventRecord] {
        let bounds: [SQLiteValue] = [.integer(position), .integer(Int64(clamping: limit))]
        return try await database.read { connection in
            let columns = "position, number, run, at, data"
            let rows =
                if let run {
                    try connection.query(
                        "SELECT \(columns) FROM events WHERE run = ? AND position > ? ORDER BY position LIMIT ?",
                        values: [.text(run.string)] + bounds)
                } else {
                    try connection.query(
                        "SELECT \(columns) FROM events WHERE position > ? ORDER BY position LIMIT ?", values: bounds)
                }
            return try rows.map(Self.event)
        }
    }

    package func milestones(of run: RunID, after position: Int64) async throws -> [EventRecord] {
        // An event is an object whose one key is its name; what is left out here is never decoded.
        let names = RunEvent.detailNames.sorted().map { "'\($0)'" }.joined(separator: ", ")
        return try await database.read { connection in
            try connection.query(
                """
                SELECT position, number, run, at, data FROM events WHERE run = ? AND position > ?
                AND substr(data, 3, instr(substr(data, 3, 40), '"') - 1) NOT IN (\(names)) ORDER BY position
                """, run.string, position
            ).map(Self.event)
        }
    }

    package func waitForEvents(of run: RunID?, after position: Int64) async throws {
        while true {
            let heard = bell.rings
            if try await lastPosition(of: run) > position { return }
            try await bell.wait(for: run, after: heard)
        }
    }

    /// The position of the last event of a run, or of all; 0 where there is none.
    package func lastPosition(of run: RunID?) async throws -> Int64 {
        try await database.read { connection in
            let row =
                if let run {
                    try connection.one("SELECT max(position) FROM events WHERE run = ?", values: [.text(run.string)])
                } else {
                    try connection.one("SELECT max(position) FROM events")
                }
            let last: Int64? = try row?[0]
            return last ?? 0
        }
    }

    package func position(ofEvent number: Int64, in run: RunID) async throws -> Int64 {
        try await database.read { connection in
            let row = try connection.one(
                "SELECT max(position) FROM events WHERE run = ? AND number <= ?", run.string, number)
            let position: Int64? = try row?[0]
            return position ?? 0
        }
    }

    private static func event(_ row: Row) throws -> EventRecord {
        guard let run = RunID(try row["run"]) else { throw StorageError("an event has a broken run id") }
        return EventRecord(
            position: try row["position"], number: try row["number"], run: run,
            at: Timestamp(milliseconds: try row["at"]), event: try decode(row))
    }
}
