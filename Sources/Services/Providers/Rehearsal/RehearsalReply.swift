import Conversation
import JSON

/// One recorded reply: a line of a rehearsal file.
///
/// The file has one JSON object a line: `agent`, `step` and `turn` say which request it answers; `say` and `calls` are the
/// answer; `usage` is what it was charged. It can be written by hand as well as recorded.
struct RehearsalReply: Sendable, Hashable, Codable {
    var agent: String
    var step: String
    var turn: Int
    var say: String?
    var calls: [Call]?
    var stop: String?
    var model: String?
    var usage: Usage?

    struct Call: Sendable, Hashable, Codable {
        var tool: String
        var arguments: JSONValue
    }

    init(purpose: ModelRequest.Purpose, reply: ModelReply) {
        agent = purpose.agent
        step = purpose.step
        turn = purpose.turn
        let text = reply.message.text
        say = text.isEmpty ? nil : text
        let calls = reply.message.toolCalls.map { call in
            switch call.arguments {
            case .json(let value) where value.stringValue == nil: Call(tool: call.name, arguments: value)
            case .json(let value): Call(tool: call.name, arguments: .string(value.text()))
            case .broken(let text, _): Call(tool: call.name, arguments: .string(text))
            }
        }
        self.calls = calls.isEmpty ? nil : calls
        stop =
            switch reply.stopReason {
            case .maxTokens: "max_tokens"
            case .refused: "refused"
            default: nil
            }
        model = reply.model
        usage = reply.usage
    }

    var place: String { Self.place(agent: agent, step: step, turn: turn) }

    static func place(agent: String, step: String, turn: Int) -> String { "\(agent), step \(step), turn \(turn)" }

    /// The answer as a provider would stream it.
    ///
    /// Arguments that are a string are what the model wrote, broken or not. Usage that is not recorded is counted from the request and the reply, at four bytes a token.
    func events(for request: ModelRequest) -> [ModelEvent] {
        var events: [ModelEvent] = [.started(id: "rehearsal-\(step)-\(turn)", model: model ?? "rehearsal")]
        if let say { events.append(.text(say)) }
        for (index, call) in (calls ?? []).enumerated() {
            events.append(.toolCallStarted(index: index, id: "call_\(turn)_\(index)", name: call.tool))
            let json = call.arguments.stringValue ?? call.arguments.text()
            events.append(.toolCallFragment(index: index, json: json))
        }
        events.append(.usage(usage ?? estimate(for: request)))
        events.append(.stopped(stopReason))
        return events
    }

    private var stopReason: StopReason {
        switch stop {
        case "max_tokens": .maxTokens
        case "refused": .refused
        default: calls?.isEmpty == false ? .toolUse : .endOfTurn
        }
    }

    private func estimate(for request: ModelRequest) -> Usage {
        let prompt = request.system.utf8.count + request.tools.reduce(0) { $0 + $1.parameters.text().utf8.count }
        // What can be encoded once has been: a message is made of texts and JSON.
        let spoken = request.messages.reduce(0) { $0 + ((try? JSONCoding.encode($1).text().utf8.count) ?? 0) }
        let answer = (say?.utf8.count ?? 0) + (calls ?? []).reduce(0) { $0 + $1.arguments.text().utf8.count }
        return Usage(input: (prompt + spoken) / 4, output: answer / 4)
    }
}
