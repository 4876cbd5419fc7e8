import Dispatch
import SQLite
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A directory for database files that goes with its value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/vencejo-sqlite-XXXXXX".utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
    }

    var file: String { path + "/state.db" }

    func write(_ bytes: [UInt8]) throws {
        let file = try #require(fopen(file, "w"))
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        fclose(file)
    }

    deinit {
        for name in ["state.db", "state.db-wal", "state.db-shm", "state.db-journal"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}

/// A database in a new directory, with the table `items (id INTEGER PRIMARY KEY, value TEXT UNIQUE NOT NULL)`.
func withDatabase(
    _ options: Database.Options = Database.Options(), _ body: (Database, TemporaryDirectory) async throws -> Void
) async throws {
    let directory = try TemporaryDirectory()
    let database = try Database(.file(directory.file), options: options)
    try await database.write {
        try $0.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, value TEXT UNIQUE NOT NULL)")
    }
    do {
        try await body(database, directory)
    } catch {
        await database.close()
        throw error
    }
    await database.close()
}

extension Database {
    /// The values of the table `items` in the order of their insertion.
    func items() async throws -> [String] {
        try await read { connection in
            try connection.query("SELECT value FROM items ORDER BY id").map { row throws in try row["value"] }
        }
    }

    /// Returns when that many writes wait behind the one that runs.
    func waiting(_ count: Int) async {
        while waitingWrites < count { await Task.yield() }
    }

    func add(_ value: String) async throws {
        try await write { try $0.execute("INSERT INTO items (value) VALUES (?)", value) }
    }
}

/// Holds a thread until it is opened; what it holds is a thread of the database, never of the tasks.
final class Valve: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait() { semaphore.wait() }
    func open() { semaphore.signal() }
}

/// A signal from a database's thread to a task.
struct Signal: Sendable {
    private let stream = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    func send() { stream.continuation.yield() }

    func wait() async {
        var iterator = stream.stream.makeAsyncIterator()
        await iterator.next()
    }
}
