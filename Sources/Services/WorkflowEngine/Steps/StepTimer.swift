import Workflows

/// Holds a piece of work to a length of time.
struct StepTimer: Sendable {
    var limit: Duration

    /// The work's result, or a failure once its time is up; then the work is cancelled and has ended when this returns.
    func hold(
        to what: String, _ work: @escaping @Sendable () async throws -> StepResult
    ) async throws -> StepResult {
        try await withThrowingTaskGroup(of: StepResult?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            if let result = try await group.next() ?? nil { return result }
            group.cancelAll()
            // What the work made of its cancellation; a result that came in the last moment counts.
            while let late = await group.nextResult() {
                if case .success(let result?) = late { return result }
            }
            return .failed(.timeout, "\(what) was stopped after \(limit.formatted)")
        }
    }
}

extension Duration {
    /// `90 s`, `250 ms`.
    fileprivate var formatted: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
