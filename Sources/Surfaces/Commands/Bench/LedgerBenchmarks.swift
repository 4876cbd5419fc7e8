import Files
import Identity
import Keys
import Storage
import Timekeeping

/// How fast served calls are admitted and recorded, on journals of their own in a temporary folder.
struct LedgerBenchmarks: Sendable {
    let clock: WallClock
    let ids: IdentifierSource

    func all() async throws -> [StorageBenchmarks.Figure] {
        var figures: [StorageBenchmarks.Figure] = []
        for callers in [1, 64] {
            let rate = try await with { try await $0.rate(callers: callers, calls: 100_000) }
            let name = "served calls admitted, settled and recorded, budgets and rates on, \(callers) callers"
            figures.append((name, rate.settled, "calls/s"))
            figures.append(("the same until all were durable", rate.durable, "calls/s"))
        }
        let lookup = try await with { try await $0.lookup(keys: 1_000, looks: 200_000) }
        figures.append(("a key recognised by its text among 1000", lookup, "µs"))
        return figures
    }

    private func with<Value>(_ body: (LedgerBenchmark) async throws -> Value) async throws -> Value {
        try await FileSystem.withTemporaryDirectory { folder in
            let journal = try await SQLiteJournal(path: (folder / "bench.db").string)
            let value = try await body(LedgerBenchmark(store: journal, clock: clock, ids: ids))
            await journal.close()
            return value
        }
    }
}
