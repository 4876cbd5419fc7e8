import Synchronization

/// Lets a few tests use the program at a time: beside too many others, each would run into its time limits.
enum Seats {
    private struct State {
        var free = 6
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private static let state = Mutex(State())
    @TaskLocal private static var isSeated = false

    /// Does the work when there is a seat; work inside of it has one already.
    static func take<Result>(_ work: () async throws -> Result) async rethrows -> Result {
        guard !isSeated else { return try await work() }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
        defer {
            let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard !state.waiting.isEmpty else {
                    state.free += 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
            next?.resume()
        }
        return try await $isSeated.withValue(true) { try await work() }
    }
}
