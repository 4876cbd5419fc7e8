import Conversation
package import Identity
import Money
import Runs
import Secrets
package import ServedCalls
package import Timekeeping

/// Measures how fast served calls are admitted and recorded on a store, with budgets and rates on; for benchmarks.
package struct LedgerBenchmark: Sendable {
    private let store: any ServedBookStore & VirtualKeyStore
    private let clock: WallClock
    private let ids: IdentifierSource

    /// - Parameter store: an empty one, which is left with what was measured.
    package init(store: any ServedBookStore & VirtualKeyStore, clock: WallClock, ids: IdentifierSource) {
        self.store = store
        self.clock = clock
        self.ids = ids
    }

    /// Calls a second until the last was settled, and until the last was durable.
    package func rate(callers: Int, calls: Int) async throws -> (settled: Double, durable: Double) {
        let far = USD(micros: 1 << 50)
        let order = KeyOrder(
            name: "bench-\(callers)", user: "bench", project: "/bench",
            budgets: .init(total: far, day: far, month: far),
            rates: .init(requestsPerMinute: 1 << 40, tokensPerMinute: 1 << 40, concurrent: 1 << 20))
        let key = KnownKey(try await KeyRing(store: store, clock: clock, ids: ids).create(order).key)
        let limits = BudgetLimits([.day: far, .user: far])
        let ledger = ServedLedger(store: store, server: ids.next(), limits: limits, clock: clock)
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<callers { group.addTask { try await Self.call(calls / callers, ledger, key) } }
            try await group.waitForAll()
        }
        let settled = ContinuousClock.now - start
        try await ledger.drain()
        let durable = ContinuousClock.now - start
        return (Double(calls) / (settled / .seconds(1)), Double(calls) / (durable / .seconds(1)))
    }

    /// Microseconds to recognise a key by its text among many.
    package func lookup(keys: Int, looks: Int) async throws -> Double {
        let ring = KeyRing(store: store, clock: clock, ids: ids)
        var text = KeyText.random()
        for number in 0..<keys { text = try await ring.create(KeyOrder(name: "key-\(number)")).text }
        let table = try await KeyTable(store: store, clock: clock)
        let presented = text.withValue { $0 }
        let took = try ContinuousClock().measure {
            for _ in 0..<looks {
                guard case .valid = table.recognise(presented) else {
                    throw KeysError(.notFound, "a key of the measurement was not recognised")
                }
            }
        }
        return took / .microseconds(1) / Double(looks)
    }

    @concurrent
    private static func call(_ calls: Int, _ ledger: ServedLedger, _ key: KnownKey) async throws {
        let estimate = CallEstimate(model: "bench/model", tokens: 5_000, cost: USD(micros: 20_000))
        for _ in 0..<calls {
            guard case .admitted(let ticket) = try await ledger.admit(key, estimate) else {
                throw KeysError(.invalid, "a call of the measurement was refused, although its limits are out of reach")
            }
            ledger.settle(
                ticket,
                ServedCall(
                    request: "req_0123456789abcdef", kind: "code", asked: "fast", model: "bench/model",
                    usage: Usage(input: 1_200, output: 300, cacheRead: 800), cost: USD(micros: 9_000),
                    latency: .milliseconds(900), firstByte: .milliseconds(120), cache: .miss, status: 200))
        }
    }
}
