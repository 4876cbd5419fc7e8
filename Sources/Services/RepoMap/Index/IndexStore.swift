import Files
import SQLite

/// What earlier maps have read, in one SQLite file: stamps and contents of files, and tags by content.
///
/// It is a cache: where it is damaged or of another version it is made anew, and where that fails, too, everything goes
/// on without it. Several processes may use the same file.
struct IndexStore: Sendable {
    struct KnownFile: Sendable {
        var stamp: FileStamp
        var content: ContentKey
    }

    struct Contents: Sendable {
        var files: [String: KnownFile] = [:]
        var tags: [ContentKey: TagArchive] = [:]
    }

    /// What one map found out, to be kept.
    struct Changes: Sendable {
        var files: [(path: String, file: KnownFile, tags: ContentKey)] = []
        var tags: [(key: ContentKey, archive: TagArchive)] = []
        /// Files below the root that are there no more.
        var gone: [String] = []

        var isEmpty: Bool { files.isEmpty && tags.isEmpty && gone.isEmpty }
    }

    private static let schema = 1
    private static let application: Int32 = 0x564A_4D50
    private let database: Database
    private let root: String

    /// Opens the file for the tree at `root`; nil where no file can be used.
    static func open(_ file: FilePath, root: FilePath) async -> (IndexStore, Contents)? {
        for attempt in 0..<2 {
            do {
                try FileSystem.createDirectory(file.parent, mode: 0o700)
                let database = try Database(
                    .file(file.string),
                    options: Database.Options(
                        durability: .normal, busyTimeout: .seconds(10), readers: 1, applicationID: application))
                let store = IndexStore(database: database, root: root.string)
                do {
                    try await store.prepare()
                    return (store, try await store.load())
                } catch {
                    await database.close()
                    throw error
                }
            } catch {
                guard attempt == 0, let error = error as? SQLiteError, error.isDamage else { return nil }
                remove(file)
            }
        }
        return nil
    }

    func close() async { await database.close() }

    private static func remove(_ file: FilePath) {
        for suffix in ["", "-wal", "-shm"] {
            // What is not there, or may not go, shows when the file is opened again.
            try? FileSystem.remove(FilePath(file.string + suffix))
        }
    }

    private func prepare() async throws {
        let found: Int64 = try await database.read { try $0.one("PRAGMA user_version")?[0] ?? 0 }
        let wanted = Int64(Self.schema * 1000 + TagArchive.version)
        guard found != wanted else { return }
        try await database.write { connection in
            let now: Int64 = try connection.one("PRAGMA user_version")?[0] ?? 0
            guard now != wanted else { return }
            for table in ["files", "roots", "tags"] { try connection.execute("DROP TABLE IF EXISTS \(table)") }
            try connection.execute("CREATE TABLE roots (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE)")
            try connection.execute(
                """
                CREATE TABLE files (root INTEGER NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,
                modified INTEGER NOT NULL, changed INTEGER NOT NULL, inode INTEGER NOT NULL, content BLOB NOT NULL,
                tags BLOB NOT NULL, PRIMARY KEY (root, path)) WITHOUT ROWID
                """)
            try connection.execute(
                "CREATE TABLE tags (id BLOB NOT NULL PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID")
            try connection.execute("PRAGMA user_version = \(wanted)")
        }
    }

    private func load() async throws -> Contents {
        try await database.read { [root] connection in
            var result = Contents()
            try connection.forEach("SELECT id, data FROM tags") { row in
                guard case .blob(let id) = row.values[0], case .blob(let data) = row.values[1],
                    let key = ContentKey(bytes: id), let archive = TagArchive(bytes: data)
                else { return }
                result.tags[key] = archive
            }
            let sql = """
                SELECT f.path, f.size, f.modified, f.changed, f.inode, f.content FROM files f
                JOIN roots r ON r.id = f.root WHERE r.path = ?
                """
            try connection.forEach(sql, values: [.text(root)]) { row in
                guard case .text(let path) = row.values[0], case .blob(let content) = row.values[5],
                    let key = ContentKey(bytes: content)
                else { return }
                let stamp = FileStamp(
                    size: try row[1], modified: try row[2], changed: try row[3], inode: try row[4])
                result.files[path] = KnownFile(stamp: stamp, content: key)
            }
            return result
        }
    }

    /// Keeps what was found; what cannot be kept is read again next time.
    func save(_ changes: Changes) async throws {
        guard !changes.isEmpty else { return }
        do {
            try await database.write { [root] connection in
                try connection.execute("INSERT OR IGNORE INTO roots (path) VALUES (?)", root)
                let id: Int64 = try connection.one("SELECT id FROM roots WHERE path = ?", root)?[0] ?? 0
                for (key, archive) in changes.tags {
                    try connection.execute(
                        "INSERT OR REPLACE INTO tags (id, data) VALUES (?, ?)", key.bytes, archive.bytes)
                }
                for (path, file, tags) in changes.files {
                    try connection.execute(
                        "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", id, path, file.stamp.size,
                        file.stamp.modified, file.stamp.changed, file.stamp.inode, file.content.bytes, tags.bytes)
                }
                for path in changes.gone {
                    try connection.execute("DELETE FROM files WHERE root = ? AND path = ?", id, path)
                }
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // A full disk or a busy file costs time on the next map, nothing else.
        }
    }

    /// Forgets tags of contents that no tree has any more, when they have become many.
    func prune(_ kept: Int) async throws {
        do {
            try await database.write { connection in
                let count: Int64 = try connection.one("SELECT count(*) FROM tags")?[0] ?? 0
                guard count > Int64(kept * 2 + 1000) else { return }
                let roots = try connection.query("SELECT id, path FROM roots")
                for row in roots {
                    let (id, path): (Int64, String) = (try row[0], try row[1])
                    guard !FileSystem.isDirectory(FilePath(path)) else { continue }
                    try connection.execute("DELETE FROM files WHERE root = ?", id)
                    try connection.execute("DELETE FROM roots WHERE id = ?", id)
                }
                try connection.execute("DELETE FROM tags WHERE id NOT IN (SELECT tags FROM files)")
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // As in `save`.
        }
    }
}

extension SQLiteError {
    /// Whether a new file would help.
    fileprivate var isDamage: Bool {
        switch code {
        case .corrupt, .notADatabase, .foreignDatabase, .unexpectedValue, .misuse, .constraint: true
        default: false
        }
    }
}
