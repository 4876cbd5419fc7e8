import Crypto
import SQLite

extension CacheStore {
    /// A row that was taken out.
    struct Removed: Sendable {
        var row: Int64
        var key: SHA256Digest?
    }

    /// Takes out rows whose time is over, at most so many, and says which.
    func removeExpired(at now: Int64, atMost limit: Int) async throws -> [Removed] {
        try await database.write { connection in
            try connection.query(
                "SELECT row, key FROM entries WHERE expires_at <= ? ORDER BY expires_at LIMIT ?", now, limit
            ).map { found in
                let row: Int64 = try found[0]
                try connection.execute("DELETE FROM entries WHERE row = ?", row)
                let bytes: [UInt8] = try found[1]
                return Removed(row: row, key: SHA256Digest(bytes: bytes))
            }
        }
    }

    /// Takes out the rows of a kind, or of all, that were stored before a time, or at any, and says how many.
    ///
    /// Other processes read the whole list anew.
    func purge(kind: CacheKind?, storedBefore time: Int64?) async throws -> Int {
        try await database.write { connection in
            let condition = "WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR stored_at < ?2)"
            let values = [kind?.rawValue.sqliteValue ?? .null, time.sqliteValue]
            try connection.execute(
                """
                INSERT INTO counters (kind, name, value)
                SELECT kind, '\(CacheCounter.purged.rawValue)', count(*) FROM entries \(condition) GROUP BY kind
                ON CONFLICT (kind, name) DO UPDATE SET value = value + excluded.value
                """, values: values)
            let count = try connection.execute("DELETE FROM entries \(condition)", values: values)
            try connection.execute("UPDATE purges SET number = number + 1")
            return count
        }
    }

    /// What there is and what was counted, by kind.
    func figures(at now: Int64) async throws -> [CacheKind: CacheStatistics.Figures] {
        try await database.read { connection in
            var kinds: [CacheKind: CacheStatistics.Figures] = [:]
            for found in try connection.query(
                "SELECT kind, count(*), sum(size) FROM entries WHERE expires_at > ? GROUP BY kind", now)
            {
                kinds[CacheKind(rawValue: try found[0])] = .init(entries: try found[1], bytes: try found[2])
            }
            for found in try connection.query("SELECT kind, name, value FROM counters") {
                // A later version may count more.
                guard let counter = CacheCounter(rawValue: try found[1]) else { continue }
                kinds[CacheKind(rawValue: try found[0]), default: .init()].counts[counter] = try found[2]
            }
            return kinds
        }
    }
}
