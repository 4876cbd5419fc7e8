import Identity
import Keys
import Money
import Runs
import SQLite
import ServedCalls
import Storage
import Timekeeping

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `LedgerWorker JOURNAL KEY CALLS MICROS CALLERS AHEAD`: makes so many calls with a key, as a server of its own would.
///
/// Each call is estimated at MICROS and costs between a half and all of that. For each one that is admitted it prints
/// `A COST` before the cost is settled, as money that is gone whatever becomes of this process; for a refusal `R`. The
/// clock is AHEAD milliseconds ahead. Without a call that was refused it ends after CALLS; then it drains, unless AHEAD
/// is negative: then it stays until it is killed.
@main
struct LedgerWorker {
    static func main() async throws {
        let words = CommandLine.arguments
        if words.count == 3, words[1] == "measure" { return try await measure(words[2]) }
        guard words.count == 7, let calls = Int(words[3]), let micros = Int64(words[4]), let callers = Int(words[5]),
            let ahead = Int64(words[6])
        else {
            say("usage: LedgerWorker JOURNAL KEY CALLS MICROS CALLERS AHEAD")
            exit(2)
        }
        let clock = WallClock { Timestamp.now() + .milliseconds(max(0, ahead)) }
        let journal = try await SQLiteJournal(path: words[1], durability: .normal)
        let ids = IdentifierSource.system(clock: clock)
        let known = KnownKey(try await KeyRing(store: journal, clock: clock, ids: ids).find(words[2]))
        let ledger = ServedLedger(store: journal, server: ids.next(), limits: .none, clock: clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await ledger.run() }
            try await withThrowingTaskGroup(of: Void.self) { callersGroup in
                for _ in 0..<callers {
                    callersGroup.addTask { try await call(calls / callers, at: micros, ledger, known) }
                }
                try await callersGroup.waitForAll()
            }
            if ahead < 0 { try await Task.sleep(for: .seconds(600)) }
            group.cancelAll()
        }
        try await ledger.drain()
        await journal.close()
        say("done")
    }

    /// The figures of `vencejo bench ledger` on a journal of that path, in a program that is built sooner.
    private static func measure(_ path: String) async throws {
        let journal = try await SQLiteJournal(path: path)
        let bench = LedgerBenchmark(store: journal, clock: .system, ids: .system())
        for callers in [1, 64] {
            let rate = try await bench.rate(callers: callers, calls: 100_000)
            say("\(callers) callers: \(Int(rate.settled)) calls/s settled, \(Int(rate.durable)) calls/s durable")
        }
        say("\(try await bench.lookup(keys: 1_000, looks: 200_000)) µs a lookup")
        await journal.close()
    }

    private static func call(
        _ calls: Int, at micros: Int64, _ ledger: ServedLedger, _ key: KnownKey
    ) async throws {
        let estimate = CallEstimate(model: "fake/large", tokens: 1, cost: USD(micros: micros))
        for number in 0..<calls {
            guard case .admitted(let ticket) = try await ledger.admit(key, estimate) else {
                say("R")
                continue
            }
            let cost = Int64.random(in: micros / 2...micros)
            say("A \(cost)")
            if number % 3 == 0 { await Task.yield() }
            ledger.settle(
                ticket,
                ServedCall(
                    request: "r\(number)", kind: "test", asked: "fake/large", model: "fake/large",
                    cost: USD(micros: cost), status: 200))
        }
    }

    /// One write for each line, so that what was said is there whenever the process is killed.
    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(1, bytes, bytes.count)
    }
}
