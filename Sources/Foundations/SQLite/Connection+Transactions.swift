import CSQLite

extension Connection {
    /// How long writes may go on joining a transaction before the first of them is made durable.
    private static let longestGroup: Duration = .milliseconds(50)
    private static let largestGroup = 256

    /// Runs jobs in their order, writes that follow each other in common transactions.
    func perform(_ jobs: [any DatabaseJob]) {
        var rest = jobs[...]
        while let first = rest.first {
            guard first.kind == .write else {
                performAlone(rest.removeFirst())
                continue
            }
            let writes = rest.prefix(Self.largestGroup).prefix { $0.kind == .write }
            rest = rest.dropFirst(writes.count == 1 ? performOne(first) : performGroup(Array(writes)))
        }
    }

    /// Runs a job that is not a write, or a write that shares its transaction with none.
    private func performAlone(_ job: any DatabaseJob) {
        guard job.start() else { return }
        do {
            switch job.kind {
            case .write: try transaction("BEGIN IMMEDIATE") { try job.run(self) }
            case .read: try readTransaction(job)
            case .bare: try job.run(self)
            }
            job.finish(nil)
        } catch {
            job.finish(error)
        }
    }

    private func performOne(_ job: any DatabaseJob) -> Int {
        performAlone(job)
        return 1
    }

    /// Commits several writes together, each in a savepoint of its own; says how many of the jobs it has dealt with.
    private func performGroup(_ jobs: [any DatabaseJob]) -> Int {
        let deadline = ContinuousClock.now + Self.longestGroup
        var done: [any DatabaseJob] = []
        var failed: [(job: any DatabaseJob, failure: any Error)] = []
        var taken = 0
        do {
            try execute("BEGIN IMMEDIATE")
        } catch {
            // All of them have waited for the lock.
            for job in jobs where job.start() { job.finish(error) }
            return jobs.count
        }
        for job in jobs {
            taken += 1
            guard job.start() else { continue }
            do {
                requiresTransaction = true
                defer { requiresTransaction = false }
                try savepoint { try job.run(self) }
                done.append(job)
            } catch {
                failed.append((job, error))
                // SQLite may have ended the transaction of the whole group.
                if isInAutocommit { break }
            }
            if ContinuousClock.now >= deadline { break }
        }
        end(done)
        for (job, failure) in failed { job.finish(failure) }
        return taken
    }

    /// Commits the group; where that fails, or the transaction was lost, every write is run again by itself.
    private func end(_ done: [any DatabaseJob]) {
        do {
            // Outside a transaction this fails as well.
            try execute("COMMIT")
            for job in done { job.finish(nil) }
        } catch {
            rollBack()
            for job in done {
                do {
                    try transaction("BEGIN IMMEDIATE") { try job.run(self) }
                    job.finish(nil)
                } catch {
                    job.finish(error)
                }
            }
        }
    }

    /// Runs a body between `begin` and a commit, rolled back where either throws.
    func transaction(_ begin: String, _ body: () throws -> Void) throws {
        try execute(begin)
        do {
            requiresTransaction = true
            defer { requiresTransaction = false }
            try body()
            try execute("COMMIT")
        } catch {
            rollBack()
            throw error
        }
    }

    private func rollBack() {
        guard !isInAutocommit else { return }
        // Cannot fail for an open transaction; where it did, the next `BEGIN` would report it.
        _ = try? execute("ROLLBACK")
    }

    /// Runs a read on one snapshot; it may change nothing and ends early when its task is cancelled.
    func readTransaction(_ job: any DatabaseJob) throws {
        let box = ReadJob(job)
        // The connection of a database in memory also writes.
        let mayWrite = !isQueryOnly
        if mayWrite { try execute("PRAGMA query_only = 1") }
        defer {
            sqlite3_progress_handler(handle, 0, nil, nil)
            // Sets a flag, and where that failed the next write would say so.
            if mayWrite { _ = try? execute("PRAGMA query_only = 0") }
        }
        do {
            try withExtendedLifetime(box) {
                // The box outlives the handler, which is removed above.
                let context = Unmanaged.passUnretained(box).toOpaque()
                sqlite3_progress_handler(handle, 10_000, { isReadCancelled($0) }, context)
                try transaction("BEGIN") { try job.run(self) }
            }
        } catch let error as SQLiteError where error.code == .interrupted && job.isCancelled {
            throw CancellationError()
        }
    }
}

private final class ReadJob {
    let job: any DatabaseJob

    init(_ job: any DatabaseJob) {
        self.job = job
    }
}

private func isReadCancelled(_ context: UnsafeMutableRawPointer?) -> Int32 {
    guard let context else { return 0 }
    return Unmanaged<ReadJob>.fromOpaque(context).takeUnretainedValue().job.isCancelled ? 1 : 0
}
