import HTTPServer
import ServerHarness
import Synchronization
import Testing

/// Reads the whole body and says how long it was.
let readBody: Handler = { request in
    let body = try await request.body.collect(upTo: .max)
    return .text("\(request.method) \(request.path) \(body.count)")
}

/// A configuration whose times are short, so that tests see them pass.
func hasty(_ change: (inout ServerConfiguration.Limits) -> Void) -> ServerConfiguration {
    var configuration = ServerConfiguration([])
    change(&configuration.limits)
    return configuration
}

/// What handlers on any threads have said, and a way to wait for it.
final class Record: Sendable {
    private struct State {
        var entries: [String] = []
        var waiters: [(Int, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var entries: [String] { state.withLock { $0.entries } }

    func add(_ entry: String) {
        let ready = state.withLock { state in
            state.entries.append(entry)
            let count = state.entries.count
            defer { state.waiters.removeAll { $0.0 <= count } }
            return state.waiters.filter { $0.0 <= count }.map(\.1)
        }
        for waiter in ready { waiter.resume() }
    }

    /// Suspends until there are as many entries, and gives them.
    func entries(_ count: Int) async -> [String] {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.entries.count < count { state.waiters.append((count, continuation)) }
                return state.entries.count >= count
            }
            if isThere { continuation.resume() }
        }
        return entries
    }
}

extension RunningServer {
    /// The status of the answer to a text, sent on a connection of its own.
    func status(_ text: String) async throws -> String {
        String(try await exchange(text).prefix(12).dropFirst(9))
    }
}
