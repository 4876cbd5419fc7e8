package import Conversation
package import Timekeeping

/// Gets an answer from the first of several models that gives one.
///
/// Each attempt is accounted for before and after; failures that may pass are tried again, with another key or another model
/// at once, and with the same one after a wait. Nothing is sent again once a piece of an answer was passed on.
///
///     let caller = ModelCaller(health: health, clock: .system)
///     let result = try await caller.send(candidates, accounting: ledger) { event in try await response.write(event) }
package struct ModelCaller: Sendable {
    let health: DeploymentHealth
    let retries: RetryPolicy
    let times: CallTimes
    let clock: WallClock
    let jitter: Jitter
    let sleep: @Sendable (Duration) async throws -> Void

    package init(
        health: DeploymentHealth, retries: RetryPolicy = .standard, times: CallTimes = CallTimes(), clock: WallClock,
        jitter: Jitter = .system,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.health = health
        self.retries = retries
        self.times = times
        self.clock = clock
        self.jitter = jitter
        self.sleep = sleep
    }

    /// Asks the candidates in their order and passes the answer on piece by piece.
    ///
    /// `receive` is awaited, so a slow receiver slows the provider down. Cancelling ends everything that is under way and
    /// accounts for it. Throws `CancellationError`, and what `receive` and the accounting throw; an error of `receive` ends
    /// the call as a cancellation does. `receive` is not kept: it is never called after this has returned.
    package func send(
        _ candidates: [Candidate], accounting: any CallAccounting,
        to receive: @escaping (ModelEvent) async throws -> Void
    ) async throws -> CallResult {
        var call = CallRun(
            caller: self, candidates: candidates, accounting: accounting,
            delivery: .stream(LentReceiver(receive: receive)))
        return try await call.run().result
    }

    /// Asks the candidates in their order for a whole answer.
    ///
    /// As nothing is passed on before the end, an answer that is cut off in its middle is asked for again, too.
    package func ask(
        _ candidates: [Candidate], accounting: any CallAccounting
    ) async throws -> (result: CallResult, reply: ModelReply?) {
        var call = CallRun(caller: self, candidates: candidates, accounting: accounting, delivery: .reply)
        return try await call.run()
    }
}
