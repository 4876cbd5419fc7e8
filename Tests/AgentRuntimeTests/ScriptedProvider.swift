import Conversation
import Synchronization
import Testing

/// A model that answers each turn by its script, and complains of malformed requests and of turns it has no word for.
final class ScriptedProvider: ModelProvider, Sendable {
    enum Reply: Sendable {
        case events([ModelEvent])
        case failure(ModelError)
    }

    let name = "test"
    private let script: Mutex<[Int: [Reply]]>
    private let received = Mutex<[ModelRequest]>([])
    private let onSend: @Sendable (ModelRequest) -> Void

    /// - Parameter script: for each turn the replies to its calls, of which the last is given again and again.
    init(_ script: [Int: [Reply]], onSend: @escaping @Sendable (ModelRequest) -> Void = { _ in }) {
        self.script = Mutex(script)
        self.onSend = onSend
    }

    var requests: [ModelRequest] { received.withLock { $0 } }

    func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        if let fault = request.fault { Issue.record("the request is malformed: \(fault)") }
        received.withLock { $0.append(request) }
        onSend(request)
        let reply = script.withLock { script -> Reply? in
            guard let replies = script[request.purpose.turn] else { return nil }
            if replies.count > 1 { script[request.purpose.turn]?.removeFirst() }
            return replies.first
        }
        switch reply {
        case .events(let events): for event in events { try await receive(event) }
        case .failure(let error): throw error
        case nil:
            Issue.record("there is no reply for turn \(request.purpose.turn)")
            throw ModelError(.rehearsal, "exhausted")
        }
    }
}

extension ScriptedProvider.Reply {
    static let usage = Usage(input: 100, output: 10)

    static func text(_ text: String, _ reason: StopReason = .endOfTurn) -> Self {
        .events([.started(id: "r", model: "model"), .text(text), .usage(usage), .stopped(reason)])
    }

    /// Calls of tools by name and arguments, with the ids `turn-0`, `turn-1` and so on.
    static func calls(_ turn: String, _ calls: (name: String, json: String)...) -> Self {
        let events = calls.enumerated().flatMap { index, call -> [ModelEvent] in
            [
                .toolCallStarted(index: index, id: "\(turn)-\(index)", name: call.name),
                .toolCallFragment(index: index, json: call.json),
            ]
        }
        return .events([.started(id: "r", model: "model")] + events + [.usage(usage), .stopped(.toolUse)])
    }
}
