import Files
import HTTPServer
import Keys
import ResponseCache
import Serving

/// What goes on while the gateway listens: calls, batches, and the care of keys, ledger and budgets.
struct ServeWork: Sendable {
    let server: Server
    let keys: KeyTable
    let ledger: ServedLedger
    let cache: ResponseCache?
    let batches: ServedBatchService
    /// What becomes of old lines of the ledger; nil where they stay.
    let keeping: LedgerKeeping?
    let watch: BudgetWatch
    let metrics: GatewayMetrics
    /// Held by the one server of this machine that works on batches.
    let lockFile: FilePath
    let output: Output

    /// Serves until the server has been drained; then the ledger is written and closed.
    func run() async throws -> ServerEnd {
        try await withThrowingTaskGroup(of: Void.self, returning: ServerEnd.self) { group in
            // It ends behind the last write of the ledger; a hook that fails to be read ends nothing.
            group.addTask { await tellOfBudgets() }
            defer { watch.finish() }
            return try await serve()
        }
    }

    private func serve() async throws -> ServerEnd {
        let end = try await withThrowingTaskGroup(of: ServerEnd?.self, returning: ServerEnd?.self) { group in
            group.addTask {
                try await keys.run()
                return nil
            }
            group.addTask {
                try await ledger.run()
                return nil
            }
            group.addTask {
                try await workOnBatches()
                return nil
            }
            if let keeping {
                group.addTask {
                    await keeping.run { output.notice("! \($0)") }
                    return nil
                }
            }
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            for try await end in group { if let end { return end } }
            return nil
        }
        try await ledger.drain()
        await cache?.close()
        guard let end else {
            throw Failure(.failed, "the server ended without being told to; this is a fault of the program")
        }
        return end
    }

    /// Works on batches as long as no other server of this machine does.
    private func workOnBatches() async throws {
        while true {
            var lock: FileLock?
            do throws(FileError) {
                lock = try FileLock(lockFile)
            } catch {
                guard error.code == .busy else { throw error }
            }
            if let lock {
                defer { lock.release() }
                do {
                    try await batches.run()
                } catch {
                    try Task.checkCancellation()
                    // Calls go on being served; the journal may be writable again soon.
                    output.notice("Batches are not worked on, and are tried again: \(error)")
                }
            }
            try await Task.sleep(for: .seconds(2))
        }
    }

    private func tellOfBudgets() async {
        do {
            try await watch.run(metrics) { keys.name(of: $0) }
        } catch {
            output.notice("! budgets are not told of any more: \(error)")
        }
    }
}
