import Conversation
import JSON
import ServerSentEvents
import Testing
import WireFormats

/// The same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

/// Conversations and answers that no one thought of.
struct RandomConversation {
    var numbers: SeededNumbers
    private var callCount = 0

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &numbers) < percent }

    mutating func text() -> String {
        let words = [
            "a", "Grüße", "世界", "🐦", "\"quoted\"", "back\\slash", "{\"j\":", "line\nfeed", "tab\t", "\u{2028}",
        ]
        let count = Int.random(in: 1...6, using: &numbers)
        // Blank texts, which Anthropic refuses, are a matter of their own.
        return "w " + (0..<count).map { _ in words.randomElement(using: &numbers) ?? "" }.joined(separator: " ")
    }

    mutating func value(depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0..<(depth > 2 ? 4 : 6), using: &numbers) {
        case 0: .null
        case 1: .bool(chance(50))
        case 2: .integer(Int64.random(in: -5...5_000_000, using: &numbers))
        case 3: .string(text())
        case 4: .array((0..<2).map { _ in value(depth: depth + 1) })
        default: .object(object(depth: depth + 1))
        }
    }

    mutating func object(depth: Int = 0) -> JSONObject {
        var object = JSONObject()
        for index in 0..<Int.random(in: 0...3, using: &numbers) {
            object.set(value(depth: depth), for: "k\(index)")
        }
        return object
    }

    mutating func call() -> ToolCall {
        callCount += 1
        return ToolCall(id: "call_\(callCount)", name: "tool_\(callCount % 3)", arguments: .json(.object(object())))
    }

    mutating func image() -> Content {
        .image(
            ImagePart(chance(50) ? .url("https://x/\(callCount).png") : .base64(mediaType: "image/png", data: "QUJD")))
    }

    mutating func result(of call: ToolCall, media: Bool) -> Content {
        guard chance(40) else { return .toolResult(ToolResult(callID: call.id, text: text(), outcome: .ok)) }
        var parts: [Content] = [.text(text()), .text(text())]
        if media, chance(50) { parts.append(image()) }
        return .toolResult(ToolResult(callID: call.id, parts: parts, outcome: media && chance(30) ? .error : .ok))
    }

    /// What an assistant says.
    mutating func content(thinking: Bool) -> [Content] {
        var content: [Content] = []
        if thinking, chance(40) { content.append(.thinking(Thinking(text: text(), signature: "c2ln"))) }
        if chance(80) { content.append(.text(text())) }
        let calls = content.isEmpty || chance(60) ? Int.random(in: 1...3, using: &numbers) : 0
        for _ in 0..<calls { content.append(.toolCall(call())) }
        return content
    }

    mutating func request(media: Bool) -> ModelRequest {
        var messages: [Message] = []
        for turn in 0..<Int.random(in: 1...4, using: &numbers) {
            var said: [Content] = (messages.last?.toolCalls ?? []).map { result(of: $0, media: media) }
            if said.isEmpty || chance(30) { said.append(.text(text())) }
            if media, chance(30) { said.append(image()) }
            messages.append(Message(role: .user, content: said))
            if turn < 3 { messages.append(Message(role: .assistant, content: content(thinking: media))) }
        }
        if messages.last?.role == .assistant {
            let calls = messages.last?.toolCalls ?? []
            messages.append(
                Message(
                    role: .user,
                    content: calls.isEmpty ? [.text(text())] : calls.map { result(of: $0, media: media) }))
        }
        var request = ModelRequest(
            model: "m", system: chance(70) ? text() : "", messages: messages, maxOutputTokens: 100,
            purpose: .init(agent: "a", step: "s", turn: 1))
        request.cacheMarks = .asGiven
        for index in 0..<Int.random(in: 0...2, using: &numbers) {
            request.tools.append(
                ToolDefinition(
                    name: "tool_\(index)", description: text(), parameters: ["type": "object", "x": value()],
                    strict: chance(50) ? true : nil))
        }
        if chance(50) { request.temperature = 0.25 }
        if chance(30) { request.stopSequences = [text(), text()] }
        if chance(30) { request.responseFormat = .schema(.init(["type": "object"], name: "n", strict: true)) }
        if chance(30), !request.tools.isEmpty { request.toolChoice = .tool("tool_0") }
        return request
    }

    mutating func reply() -> ModelReply {
        let content = content(thinking: true)
        let calls = content.contains { if case .toolCall = $0 { true } else { false } }
        return ModelReply(
            id: "id", model: "m", content: content, stopReason: calls ? .toolUse : .endOfTurn,
            usage: Usage(input: 1, output: 2, cacheRead: 3, reasoning: 1))
    }

    /// An answer as a provider would cut it into pieces, calls mixed or not.
    mutating func pieces(of reply: ModelReply, mixed: Bool) -> [ModelEvent] {
        var events: [ModelEvent] = []
        var waiting: [ModelEvent] = []
        for event in reply.events {
            switch event {
            case .text(let text): events += cut(text).map(ModelEvent.text)
            case .toolCallFragment(let index, let json):
                let fragments = cut(json).map { ModelEvent.toolCallFragment(index: index, json: $0) }
                let now = mixed ? fragments.count / 2 : fragments.count
                events += fragments.prefix(now)
                waiting += fragments.dropFirst(now)
            case .stopped: events += waiting + [event]
            default: events.append(event)
            }
        }
        return events
    }

    private mutating func cut(_ text: String) -> [String] {
        var pieces: [String] = [""]
        for scalar in text.unicodeScalars {
            if chance(30) { pieces.append("") }
            pieces[pieces.count - 1].unicodeScalars.append(scalar)
        }
        return pieces.filter { !$0.isEmpty }
    }
}

@Suite("What holds of every conversation")
struct PropertyTests {
    static let seeds = Array(UInt64(1)...60)

    @Test("a request is the same once it was read and written again", arguments: Format.allCases)
    func requests(format: Format) throws {
        for seed in Self.seeds {
            var random = RandomConversation(seed: seed)
            var request = random.request(media: true)
            request.origin = format == .anthropic ? .anthropicMessages : .openAIChat
            let body = format.body(of: request)
            let found = differences(format.body(of: try format.request(from: body).request), body)
            #expect(found == [], "seed \(seed)")
        }
    }

    @Test("a conversation of texts and tools says the same in the other format, and back")
    func acrossFormats() throws {
        for seed in Self.seeds {
            var random = RandomConversation(seed: seed)
            let request = random.request(media: false)
            for (first, second) in [(Format.anthropic, Format.chat), (.chat, .anthropic)] {
                let there = try first.request(from: first.body(of: request)).request
                let across = try second.request(from: second.body(of: there)).request
                #expect(said(across) == said(there), "seed \(seed)")
                #expect(across.tools.map(\.name) == request.tools.map(\.name))
                #expect(across.tools.map(\.parameters) == request.tools.map(\.parameters))
                #expect(across.system == request.system && across.toolChoice == request.toolChoice)
                #expect(across.stopSequences == request.stopSequences && across.temperature == request.temperature)
            }
        }
    }

    /// The words, calls and results of a conversation, without how they are written.
    private func said(_ request: ModelRequest) -> [[String]] {
        request.messages.map { message in
            message.content.compactMap { content in
                switch content {
                case .toolCall(let call): "\(call.id) \(call.name) \(JSONValue.string(call.wireText).text(.canonical))"
                case .toolResult(let result): "\(result.callID): \(result.text)"
                default: content.plainText
                }
            }
        }
    }

    @Test("a whole answer is the same once it was written and read", arguments: Format.allCases)
    func replies(format: Format) throws {
        for seed in Self.seeds {
            var random = RandomConversation(seed: seed)
            let reply = random.reply()
            let again = try format.reply(from: format.body(of: reply))
            #expect(again == expected(reply, format), "seed \(seed)")
        }
    }

    @Test("a stream is the same answer, however its pieces come", arguments: Format.allCases, [false, true])
    func streams(format: Format, mixed: Bool) throws {
        for seed in Self.seeds {
            var random = RandomConversation(seed: seed)
            let reply = random.reply()
            let stream = format.write(random.pieces(of: reply, mixed: mixed))
            let bytes = stream.flatMap(\.encoded)
            var parser = EventStreamParser()
            let middle = Int.random(in: 0...bytes.count, using: &random.numbers)
            let read = try parser.push(bytes[..<middle]) + parser.push(bytes[middle...])
            #expect(read == stream, "seed \(seed)")
            #expect(assembled(try format.read(read)) == expected(reply, format), "seed \(seed)")
            try checkBlocks(of: stream, format)
        }
    }

    /// What a format can say of an answer: chat has no signatures.
    private func expected(_ reply: ModelReply, _ format: Format) -> ModelReply {
        var reply = reply
        if format == .chat {
            for index in reply.content.indices {
                if case .thinking(let thinking) = reply.content[index] {
                    reply.content[index] = .thinking(Thinking(text: thinking.text))
                }
            }
        } else if reply.usage.reasoning > 0 {
            // Kept as it was read, beside the count.
            reply.usage.passthrough = Passthrough(
                .anthropicMessages, ["output_tokens_details": ["thinking_tokens": 1]])
        }
        return reply
    }

    /// Blocks come one after another, counted from 0, and the pieces of each call join to a JSON value.
    private func checkBlocks(of stream: [ServerSentEvent], _ format: Format) throws {
        var inputs: [Int: String] = [:]
        var open: Int?
        var next = 0
        for event in stream where event.data != "[DONE]" {
            let data = try json(event.data)
            for call in data["choices"]?[0]?["delta"]?["tool_calls"]?.arrayValue ?? [] {
                let index = try #require(call["index"]?.intValue)
                inputs[index, default: ""] += call["function"]?["arguments"]?.stringValue ?? ""
            }
            let index = data["index"]?.intValue
            switch event.name {
            case "content_block_start":
                #expect(open == nil && index == next)
                open = index
                next += 1
                if data["content_block"]?["type"] == "tool_use", let index { inputs[index] = "" }
            case "content_block_delta":
                #expect(index == open)
                if let json = data["delta"]?["partial_json"]?.stringValue, let index {
                    inputs[index, default: ""] += json
                }
            case "content_block_stop":
                #expect(index == open)
                open = nil
            default:
                #expect(open == nil)
            }
        }
        for input in inputs.values { _ = try json(input) }
    }

    @Test("a body of 200 000 tokens goes through whole, both ways", arguments: Format.allCases)
    func largeBodies(format: Format) throws {
        let text = String(repeating: "All work and no play. ", count: 2_000)
        var messages: [Message] = []
        for turn in 0..<20 {
            messages.append(Message(role: turn % 2 == 0 ? .user : .assistant, content: [.text(text)]))
        }
        messages.append(.user("Go on."))
        var request = ModelRequest(
            model: "m", system: "s", messages: messages, maxOutputTokens: 10,
            purpose: .init(agent: "a", step: "s", turn: 1))
        request.origin = format == .anthropic ? .anthropicMessages : .openAIChat
        request.cacheMarks = .asGiven
        let body = try JSONValue(parsing: format.body(of: request).bytes())
        #expect(try format.request(from: body).request.messages.map(\.text) == messages.map(\.text))

        // As many pieces as such an answer has: joined in place, not one copy of the whole each.
        var assembler = ReplyAssembler()
        for _ in 0..<20_000 { assembler.receive(.text("All work and no play. ")) }
        assembler.receive(.stopped(.endOfTurn))
        #expect(assembler.finish()?.message.text.utf8.count == 440_000)
    }
}
