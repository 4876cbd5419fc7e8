import Conversation
import JSON
import ServerSentEvents
import Testing
import WireFormats

/// A JSON text of a test, as a value; an error of the test where it is none.
func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

/// The events of a recorded stream.
func events(of text: String) throws -> [ServerSentEvent] {
    var parser = EventStreamParser()
    return try parser.push(text.utf8) + parser.finish(incomplete: .delivered)
}

/// A stream as its clients see it: the name and the JSON of each event.
func wire(_ events: [ServerSentEvent]) throws -> [JSONValue] {
    try events.map { event in
        event.data == "[DONE]"
            ? ["event": .string(event.name), "data": "[DONE]"]
            : ["event": .string(event.name), "data": try json(event.data)]
    }
}

/// One of the formats, both of its directions.
enum Format: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case anthropic, chat

    var testDescription: String { rawValue }

    func request(from body: JSONValue) throws(WireFault) -> ServedRequest {
        switch self {
        case .anthropic: try AnthropicMessages.request(from: body)
        case .chat: try OpenAIChat.request(from: body)
        }
    }

    func body(of request: ModelRequest, stream: Bool = false) -> JSONValue {
        switch self {
        case .anthropic: AnthropicMessages.body(of: request, stream: stream)
        case .chat: OpenAIChat.body(of: request, limit: .maxCompletionTokens, stream: stream)
        }
    }

    func reply(from body: JSONValue) throws(WireFault) -> ModelReply {
        switch self {
        case .anthropic: try AnthropicMessages.reply(from: body)
        case .chat: try OpenAIChat.reply(from: body)
        }
    }

    func body(of reply: ModelReply, answer: ServedAnswer = ServedAnswer(created: 1_700_000_000)) -> JSONValue {
        switch self {
        case .anthropic: AnthropicMessages.body(of: reply, answer: answer)
        case .chat: OpenAIChat.body(of: reply, answer: answer)
        }
    }

    /// What a stream is read as.
    func read(_ events: [ServerSentEvent]) throws(ModelError) -> [ModelEvent] {
        var pieces: [ModelEvent] = []
        switch self {
        case .anthropic:
            var reader = AnthropicMessages.StreamReader()
            for event in events { pieces += try reader.receive(event) }
            try reader.end()
        case .chat:
            var reader = OpenAIChat.StreamReader()
            for event in events { pieces += try reader.receive(event) }
            pieces += try reader.end()
        }
        return pieces
    }

    func write(
        _ pieces: [ModelEvent], answer: ServedAnswer = ServedAnswer(created: 1_700_000_000)
    ) -> [ServerSentEvent] {
        switch self {
        case .anthropic:
            var writer = AnthropicMessages.StreamWriter(answer: answer)
            return pieces.flatMap { writer.write($0) }
        case .chat:
            var writer = OpenAIChat.StreamWriter(answer: answer)
            return pieces.flatMap { writer.write($0) }
        }
    }
}

func assembled(_ pieces: [ModelEvent]) -> ModelReply? {
    var assembler = ReplyAssembler()
    for piece in pieces { assembler.receive(piece) }
    return assembler.finish()
}

/// Where two values differ, each place with both sides.
func differences(_ found: JSONValue?, _ expected: JSONValue?, at path: String = "$") -> [String] {
    switch (found, expected) {
    case (.object(let left)?, .object(let right)?):
        let names = left.keys + right.keys.filter { !left.contains($0) }
        return names.flatMap { differences(left[$0], right[$0], at: "\(path).\($0)") }
    case (.array(let left)?, .array(let right)?) where left.count == right.count:
        return zip(left, right).enumerated().flatMap { differences($1.0, $1.1, at: "\(path)[\($0)]") }
    default:
        let none = "nothing"
        return found == expected ? [] : ["\(path): \(found?.text() ?? none), not \(expected?.text() ?? none)"]
    }
}
