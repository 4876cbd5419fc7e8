import Conversation
import LoopbackHTTP
import Synchronization
import Testing

/// A provider that plays acts with waits in them, and complains when it is exhausted.
final class StagedProvider: ModelProvider {
    enum Act: Sendable {
        case reply(String = "Hello.", usage: Usage = Usage(input: 100, output: 10))
        case fails(ModelError)
        /// Begins to answer, then fails.
        case breaksOff(ModelError)
        /// Says nothing until it is cancelled.
        case silent
        /// Begins to answer, then says nothing until it is cancelled.
        case stalls
        /// Answers once the latch is open.
        case late(Latch)
        /// Tells a rate, then goes on.
        indirect case telling(RateReport, Act)
    }

    let name: String
    private let acts: Mutex<[Act]>
    private let received = Mutex<[ModelRequest]>([])
    /// Open once it was called, and once it has begun to answer.
    let called = Latch()
    let begun = Latch()

    init(_ name: String, _ acts: [Act]) {
        self.name = name
        self.acts = Mutex(acts)
    }

    var requests: [ModelRequest] { received.withLock { $0 } }
    var remaining: Int { acts.withLock { $0.count } }

    func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        received.withLock { $0.append(request) }
        called.open()
        guard let act = acts.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
            Issue.record("the provider \(name) is asked once more than it has acts")
            throw ModelError(.rehearsal, "the script is exhausted")
        }
        try await play(act, request, to: receive)
    }

    private func play(_ act: Act, _ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        switch act {
        case .reply(let text, let usage):
            try await receive(.started(id: "r", model: name))
            begun.open()
            for event in [ModelEvent.text(text), .usage(usage), .stopped(.endOfTurn)] { try await receive(event) }
        case .fails(let error): throw error
        case .breaksOff(let error):
            try await receive(.started(id: "r", model: name))
            try await receive(.text("Hel"))
            throw error
        case .silent:
            try await untilCancelled()
        case .stalls:
            try await receive(.started(id: "r", model: name))
            try await receive(.text("Hel"))
            begun.open()
            try await untilCancelled()
        case .late(let latch):
            await latch.opened()
            try Task.checkCancellation()
            try await play(.reply(), request, to: receive)
        case .telling(let report, let act):
            request.rateListener.tell?(report)
            try await play(act, request, to: receive)
        }
    }

    private func untilCancelled() async throws { try await forever() }
}

/// Returns only by cancellation.
func forever() async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    for await _ in stream {}
    // Kept until here, as the stream would end without it.
    _ = continuation
    try Task.checkCancellation()
}
