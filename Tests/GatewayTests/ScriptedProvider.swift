import Conversation
import Synchronization
import Testing

/// A provider that plays its script and complains when it is exhausted.
final class ScriptedProvider: ModelProvider {
    let name: String
    private let script: Mutex<[Act]>
    private let received = Mutex<[ModelRequest]>([])

    /// What becomes of one call: these events, then an error or the end.
    struct Act: Sendable {
        var events: [ModelEvent] = []
        var error: (any Error)?

        static func reply(_ text: String = "Hello.", usage: Usage = Usage(input: 100, output: 10)) -> Act {
            Act(events: [.started(id: "r", model: "m"), .text(text), .usage(usage), .stopped(.endOfTurn)])
        }

        static func failing(_ error: any Error, after events: [ModelEvent] = []) -> Act {
            Act(events: events, error: error)
        }
    }

    init(name: String = "anthropic", _ acts: [Act]) {
        self.name = name
        script = Mutex(acts)
    }

    /// The requests that came, in order.
    var requests: [ModelRequest] { received.withLock { $0 } }
    var remaining: Int { script.withLock { $0.count } }

    func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        received.withLock { $0.append(request) }
        guard let act = script.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
            Issue.record("the scripted provider is asked once more than it has acts")
            throw ModelError(.rehearsal, "the script is exhausted")
        }
        for event in act.events { try await receive(event) }
        if let error = act.error { throw error }
    }
}
