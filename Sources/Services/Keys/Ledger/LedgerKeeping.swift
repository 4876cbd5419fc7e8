import Runs
package import ServedCalls
package import Timekeeping

/// Adds up served calls that are older than they are to be kept one by one; reports give the same sums as before.
package struct LedgerKeeping: Sendable {
    private let store: any ServedBookStore
    private let days: Int
    private let clock: WallClock
    private let sleep: @Sendable (Duration) async throws -> Void
    /// So many calls are taken by one transaction, so that none waits long for it.
    private static let most = 2_000

    /// - Parameter days: how many days a call has a line of its own.
    package init(
        store: any ServedBookStore, days: Int, clock: WallClock = .system,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.store = store
        self.days = days
        self.clock = clock
        self.sleep = sleep
    }

    /// Looks now and then every hour, until its task is cancelled.
    package func run(failed: @Sendable (_ why: String) -> Void = { _ in }) async {
        while !Task.isCancelled {
            do {
                try await rollUp()
                try await sleep(.seconds(3600))
            } catch {
                if Task.isCancelled { return }
                failed("old calls cannot be added up: \(error)")
                // A wait that is cancelled ends the loop.
                try? await sleep(.seconds(3600))
            }
        }
    }

    /// Adds up all that is old enough; gives how many calls there were.
    @discardableResult
    package func rollUp() async throws -> Int {
        let day = BudgetAccount.day(clock.now() - .seconds(86_400 * days)).name
        var count = 0
        while true {
            let some = try await store.rollUp(before: day, most: Self.most)
            count += some
            guard some > 0 else { return count }
            // Calls come first.
            try await sleep(.milliseconds(20))
        }
    }
}
