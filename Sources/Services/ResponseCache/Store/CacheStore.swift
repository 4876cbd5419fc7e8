import Crypto
import Files
import SQLite
import Timekeeping

/// The rows of the cache's file.
struct CacheStore: Sendable {
    let database: Database

    /// Opens the file; one that is damaged is thrown away and begun anew, and `reset` says so.
    static func open(_ file: FilePath?) async throws -> (store: CacheStore, reset: String?) {
        guard let file else { return (try await opened(.memory), nil) }
        do {
            return (try await opened(.file(file.string)), nil)
        } catch let error as SQLiteError where [.corrupt, .notADatabase].contains(error.code) {
            for ending in ["", "-wal", "-shm"] {
                let part = FilePath(file.string + ending)
                if FileSystem.exists(part) { try FileSystem.remove(part) }
            }
            return (try await opened(.file(file.string)), error.message)
        }
    }

    private static func opened(_ location: Database.Location) async throws -> CacheStore {
        let options = Database.Options(
            durability: .normal, readers: 2, applicationID: CacheSchema.applicationID)
        let database = try Database(location, options: options)
        do {
            try await database.migrate(CacheSchema.migrations)
        } catch {
            await database.close()
            throw error
        }
        return CacheStore(database: database)
    }

    /// An answer to be written.
    struct Addition: Sendable {
        var key: SHA256Digest
        var kind: CacheKind
        var storedAt: Int64
        var expiresAt: Int64
        var size: Int
        var body: [UInt8]
        var vector: StoredVector?
    }

    struct CounterKey: Sendable, Hashable {
        var kind: String
        var counter: CacheCounter
    }

    /// What is written together.
    struct Group: Sendable {
        var additions: [Addition] = []
        var removals: [Int64] = []
        /// When rows were last used.
        var uses: [Int64: Int64] = [:]
        var counts: [CounterKey: Int] = [:]

        var isEmpty: Bool { additions.isEmpty && removals.isEmpty && uses.isEmpty && counts.isEmpty }
    }

    /// Writes a group in one transaction, and returns the rows of the additions in their order.
    func write(_ group: Group) async throws -> [Int64] {
        FaultPoint.pass("cache.group.before")
        let rows = try await database.write { connection in
            var rows: [Int64] = []
            for addition in group.additions {
                rows.append(try Self.insert(addition, connection))
                FaultPoint.pass("cache.group.within")
            }
            for row in group.removals { try connection.execute("DELETE FROM entries WHERE row = ?", row) }
            for (row, time) in group.uses {
                try connection.execute("UPDATE entries SET used_at = ? WHERE row = ?", time, row)
            }
            for (key, count) in group.counts {
                try connection.execute(
                    """
                    INSERT INTO counters (kind, name, value) VALUES (?, ?, ?)
                    ON CONFLICT (kind, name) DO UPDATE SET value = value + excluded.value
                    """, key.kind, key.counter.rawValue, count)
            }
            return rows
        }
        FaultPoint.pass("cache.group.after")
        return rows
    }

    private static func insert(_ addition: Addition, _ connection: Connection) throws -> Int64 {
        // In place of a row of that key: a new row rather than a changed one, which other processes would not notice.
        try connection.execute(
            "INSERT OR REPLACE INTO entries (key, kind, stored_at, used_at, expires_at, size) VALUES (?1, ?2, ?3, ?3, ?4, ?5)",
            addition.key.bytes, addition.kind.rawValue, addition.storedAt, addition.expiresAt, addition.size)
        let row = connection.lastInsertedRowID
        try connection.execute(
            "INSERT INTO bodies (row, digest, body) VALUES (?, ?, ?)", row, SHA256.hash(addition.body).bytes,
            addition.body)
        if let vector = addition.vector {
            try connection.execute(
                "INSERT INTO vectors (row, context, codes, scale, rest, error) VALUES (?, ?, ?, ?, ?, ?)", row,
                vector.context.bytes, vector.code.codes.map(UInt8.init(bitPattern:)), Double(vector.code.scale),
                Double(vector.code.rest), Double(vector.code.error))
            try connection.execute(
                "INSERT INTO coordinates (row, floats) VALUES (?, ?)", row, UnitVector.bytes(of: vector.unit.values))
        }
        return row
    }

    /// What a process has to know of a row.
    struct Listed: Sendable {
        var key: SHA256Digest
        var entry: CacheIndex.Entry
    }

    /// The rows of a moment.
    struct List: Sendable {
        /// Those that were used longest ago first.
        var rows: [Listed]
        /// The last row that had been written, be it there or not.
        var lastRow: Int64
        /// How often the file was purged.
        var purges: Int64
    }

    /// The rows behind one.
    func list(after row: Int64) async throws -> List {
        try await database.read { connection in
            var rows: [Listed] = []
            try connection.forEach(
                "SELECT row, key, kind, expires_at, size FROM entries WHERE row > ? ORDER BY used_at, row",
                values: [.integer(row)]
            ) { found in
                // A damaged row is no answer.
                guard case .blob(let bytes) = found.values[1], let key = SHA256Digest(bytes: bytes) else { return }
                rows.append(Listed(key: key, entry: try Self.entry(found)))
            }
            let (lastRow, purges) = try Self.position(connection)
            return List(rows: rows, lastRow: lastRow, purges: purges)
        }
    }

    /// The last row that was written, be it there or not, and how often the file was purged.
    func position() async throws -> (lastRow: Int64, purges: Int64) {
        try await database.read { try Self.position($0) }
    }

    private static func position(_ connection: Connection) throws -> (lastRow: Int64, purges: Int64) {
        (
            try connection.one("SELECT seq FROM sqlite_sequence WHERE name = 'entries'")?[0] ?? 0,
            try connection.one("SELECT number FROM purges")?[0] ?? 0
        )
    }

    /// The row of a key, where it is not known whether there is one.
    func find(_ key: SHA256Digest) async throws -> CacheIndex.Entry? {
        try await database.read { connection in
            try connection.one("SELECT row, key, kind, expires_at, size FROM entries WHERE key = ?", key.bytes)
                .map(Self.entry)
        }
    }

    private static func entry(_ found: Row) throws -> CacheIndex.Entry {
        CacheIndex.Entry(
            row: try found[0], kind: CacheKind(rawValue: try found[2]), expiresAt: try found[3], size: try found[4])
    }

    enum Reading: Sendable {
        case body([UInt8])
        /// The row is gone.
        case missing
        /// It is not what was written.
        case damaged
    }

    func body(of row: Int64) async throws -> Reading {
        try await database.read { connection in
            guard let found = try connection.one("SELECT digest, body FROM bodies WHERE row = ?", row) else {
                return .missing
            }
            guard case .blob(let digest) = found.values[0], case .blob(let body) = found.values[1],
                SHA256Digest(bytes: digest) == SHA256.hash(body)
            else { return .damaged }
            return .body(body)
        }
    }
}
