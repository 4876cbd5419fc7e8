import Conversation
import Synchronization

/// Answers requests for a summary itself, and passes all others on.
struct SummaryProvider: ModelProvider {
    let inner: ScriptedProvider
    let asked: AskedForSummary
    var name: String { inner.name }

    func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        guard request.purpose.agent == "compactor" else { return try await inner.send(request, to: receive) }
        asked.note()
        try await receive(.started(id: "s", model: "model"))
        try await receive(.text("I read the big file; nothing was changed."))
        try await receive(.usage(Usage(input: 100, output: 10)))
        try await receive(.stopped(.endOfTurn))
    }
}

/// Counts the summaries that were asked for.
final class AskedForSummary: Sendable {
    private let number = Mutex(0)
    var count: Int { number.withLock { $0 } }
    func note() { number.withLock { $0 += 1 } }
}
