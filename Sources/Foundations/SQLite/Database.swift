import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A SQLite database in WAL mode: one thread that writes, some that read, and tasks that wait for them.
///
/// ```swift
/// let database = try Database(.file("/var/lib/vencejo/state.db"))
/// try await database.write { try $0.execute("INSERT INTO tasks (title) VALUES (?)", "Fly") }
/// let count: Int? = try await database.read { try $0.one("SELECT count(*) FROM tasks")?[0] }
/// await database.close()
/// ```
///
/// Other processes, and other values of this type, may use the same file at the same time.
package final class Database: Sendable {
    /// Where a database is kept.
    package enum Location: Sendable, Hashable {
        /// A file; it is created, for its owner alone, where it is missing. Its directory must exist.
        case file(String)
        /// A database that ends with this value.
        case memory
    }

    /// When a write counts as done.
    package enum Durability: Sendable, Hashable {
        /// When it survives a loss of power.
        case full
        /// When it survives the end of the process; the last writes may be lost with the power.
        case normal
    }

    /// How a database is opened.
    package struct Options: Sendable, Hashable {
        package var durability: Durability
        /// How long to wait for another process before an error says busy.
        package var busyTimeout: Duration
        /// The largest number of reads at the same time; their threads start when they are needed.
        package var readers: Int
        /// Written into a new database; one with another id is refused.
        package var applicationID: Int32?

        package init(
            durability: Durability = .full, busyTimeout: Duration = .seconds(5), readers: Int = 4,
            applicationID: Int32? = nil
        ) {
            self.durability = durability
            self.busyTimeout = busyTimeout
            self.readers = readers
            self.applicationID = applicationID
        }
    }

    package let location: Location
    private let options: Options
    private let writes = Mailbox<any DatabaseJob>()
    private let reads = Mailbox<any DatabaseJob>()
    private let threads = Threads()
    private let readerCount = Mutex(0)

    /// Opens the database, which takes a moment on the calling thread.
    package init(_ location: Location, options: Options = Options()) throws(SQLiteError) {
        self.location = location
        self.options = options
        let confined = Confined(try Connection(opening: location, options))
        let started = threads.start { [writes] in
            guard let connection = confined.take() else { return }
            while case let jobs = writes.receive(), !jobs.isEmpty { connection.perform(jobs) }
        }
        guard started else { throw Self.noThread }
    }

    deinit {
        writes.close()
        reads.close()
    }

    /// Runs the body in a write transaction and returns when it is durable; nothing of it stays when it throws.
    ///
    /// Writes that wait at the same time are committed together, each in a savepoint of its own, so that the failure of
    /// one does not undo the others. The body may be run a second time where such a common commit fails: it must have
    /// no effects outside the database. It runs on the writer's thread, in the order of the calls, and must not wait.
    ///
    /// A cancelled task's write is skipped, with a `CancellationError`, as long as it has not started; one that has
    /// started goes on to its end, and the value tells so.
    @discardableResult
    package func write<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value
    {
        try await Job(.write, body).value { send($0, to: writes) }
    }

    /// Runs the body on a snapshot of what was committed before; it sees no later write and can make none.
    ///
    /// A cancelled task's read ends early with a `CancellationError`.
    package func read<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await Job(.read, body).value { job in
            switch location {
            case .file: send(job, to: reads)
            // Other connections would not see the same memory.
            case .memory: send(job, to: writes)
            }
        }
    }

    /// A number that is another one than before when something else than this value has written to the file since.
    ///
    /// It is cheap, for asking again and again. Own writes do not change it.
    package func changeCounter() async throws -> Int64 {
        try await Job(.bare) { connection in
            try connection.one("PRAGMA data_version")?[0] ?? 0
        }
        .value { send($0, to: writes) }
    }

    /// How many writes wait for those that run now; for metrics.
    package var waitingWrites: Int { writes.count }

    /// Ends the waiting work in order and closes the files; later calls fail with `closed`.
    package func close() async {
        writes.close()
        reads.close()
        await threads.allEnded()
    }

    private func send(_ job: any DatabaseJob, to mailbox: Mailbox<any DatabaseJob>) -> SQLiteError? {
        switch mailbox.send(job) {
        case .refused:
            return SQLiteError(.closed, "Cannot use \(location.place): it was closed.")
        case .waiting where mailbox === reads:
            startReader()
            return nil
        case .waiting, .received:
            return nil
        }
    }

    /// Starts another reader where fewer run than may.
    private func startReader() {
        let mayStart = readerCount.withLock { count in
            guard count < max(1, options.readers) else { return false }
            count += 1
            return true
        }
        guard mayStart else { return }
        let started = threads.start { [reads, location, options] in
            Self.runReader(reads, location, options)
        }
        guard !started else { return }
        let isLast = readerCount.withLock { count in
            count -= 1
            return count == 0
        }
        // Without any reader they would wait for ever.
        if isLast {
            for job in reads.drain() where job.start() { job.finish(Self.noThread) }
        }
    }

    private static func runReader(_ reads: Mailbox<any DatabaseJob>, _ location: Location, _ options: Options) {
        var connection: Connection?
        while let job = reads.receive(atMost: 1).first {
            guard job.start() else { continue }
            do {
                let opened = try connection ?? Connection(opening: location, options, isQueryOnly: true)
                connection = opened
                try opened.readTransaction(job)
                job.finish(nil)
            } catch {
                job.finish(error)
            }
        }
    }

    private static let noThread = SQLiteError(
        .other(0), "Cannot open the database: the system starts no more threads; raise the limit with `ulimit -u`.")
}

extension Database.Location {
    var place: String {
        switch self {
        case .file(let path): path
        case .memory: "the database in memory"
        }
    }
}

/// Carries a connection to the one thread that uses it from then on.
///
/// The creator touches it no more, and that thread takes it once: nothing is left to guard.
private final class Confined: @unchecked Sendable {
    private var value: Connection?

    init(_ value: Connection) {
        self.value = value
    }

    func take() -> Connection? {
        defer { value = nil }
        return value
    }
}
