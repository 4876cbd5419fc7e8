import CSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Connection {
    /// Opens a connection and sets it up.
    convenience init(
        opening location: Database.Location, _ options: Database.Options, isQueryOnly: Bool = false
    ) throws(SQLiteError) {
        switch location {
        case .file(let path):
            guard !path.isEmpty, path != ":memory:" else {
                throw SQLiteError(.cantOpen, "Cannot open the database: its path is empty or no path.")
            }
            createPrivately(path)
            // A path that begins with a hyphen or a colon stays a path.
            try self.init(path: path.hasPrefix("/") ? path : "./" + path, place: location.place)
        case .memory:
            try self.init(path: ":memory:", place: location.place)
        }
        activity = "open the database"
        let milliseconds = options.busyTimeout / .milliseconds(1)
        sqlite3_busy_timeout(handle, Int32(max(0, min(milliseconds, Double(Int32.max)))))
        try execute("PRAGMA foreign_keys = 1")
        try execute("PRAGMA trusted_schema = 0")
        try execute("PRAGMA mmap_size = 0")
        try execute("PRAGMA synchronous = \(options.durability == .full ? "FULL" : "NORMAL")")
        if case .file = location { try useWAL(options.busyTimeout) }
        if let id = options.applicationID { try claim(id) }
        if isQueryOnly { try execute("PRAGMA query_only = 1") }
        self.isQueryOnly = isQueryOnly
        activity = nil
    }

    private func useWAL(_ timeout: Duration) throws(SQLiteError) {
        let deadline = ContinuousClock.now + timeout
        var mode = ""
        while mode.isEmpty {
            do throws(SQLiteError) {
                mode = try one("PRAGMA journal_mode = WAL")?[0] ?? "none"
            } catch {
                // SQLite does not wait by itself while another opens the same new file.
                guard error.code == .busy, ContinuousClock.now < deadline else { throw error }
                usleep(2000)
            }
        }
        guard mode == "wal" else {
            throw SQLiteError(
                .cantOpen,
                "Cannot open the database: \(place) is on a file system without the shared memory that WAL needs.")
        }
        // A write-ahead log that a long read has let grow gives its space back.
        try execute("PRAGMA journal_size_limit = 67108864")
    }

    /// Writes the application id into an empty database and checks that of any other.
    private func claim(_ id: Int32) throws(SQLiteError) {
        guard try applicationID() != Int64(id) else { return }
        // Looked at again under the lock: another process may be setting up the same new file.
        try execute("BEGIN IMMEDIATE")
        let found = try applicationID()
        let tables: Int64 = try one("SELECT count(*) FROM sqlite_schema")?[0] ?? 0
        guard found == Int64(id) || (found == 0 && tables == 0) else {
            // The transaction ends with the connection.
            throw SQLiteError(
                .foreignDatabase, "Cannot open the database: \(place) belongs to another program (id \(found)).")
        }
        try execute("PRAGMA application_id = \(id)")
        try execute("COMMIT")
    }

    private func applicationID() throws(SQLiteError) -> Int64 {
        try one("PRAGMA application_id")?[0] ?? 0
    }
}

/// Creates a missing file with no rights for others; SQLite gives its companions the same.
///
/// What cannot be created here fails in SQLite next, with its error.
private func createPrivately(_ path: String) {
    #if canImport(Darwin)
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
    #else
        // Not `open`: closing any descriptor of the file would drop the locks that this process holds on it.
        _ = mknod(path, S_IFREG | 0o600, 0)
    #endif
}
