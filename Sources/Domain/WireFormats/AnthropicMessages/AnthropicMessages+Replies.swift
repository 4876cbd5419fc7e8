package import Conversation
package import JSON

extension AnthropicMessages {
    static let replyMembers: Set<String> = [
        "id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage",
    ]

    /// Reads a whole answer.
    package static func reply(from body: JSONValue) throws(WireFault) -> ModelReply {
        let wire = try WireObject(body)
        var rest = JSONObject()
        for (name, value) in wire.members where !replyMembers.contains(name) { rest.set(value, for: name) }
        guard let content = try wire.each("content", replyPart) else {
            throw WireFault(.invalid, "content", "the field is missing")
        }
        let word = try wire.requiredString("stop_reason")
        let reason = stopReason(word)
        if self.word(for: reason) != word { rest.set(.string(word), for: "stop_reason") }
        var usage = Usage.zero
        if let counts = try wire.object("usage") { read(counts, into: &usage) }
        return ModelReply(
            id: try wire.string("id") ?? "", model: try wire.string("model") ?? "", content: content,
            stopReason: reason, usage: usage, stopSequence: try wire.string("stop_sequence"),
            passthrough: .kept(family, rest))
    }

    private static func replyPart(_ value: JSONValue) throws(WireFault) -> Content {
        let content = try block(value)
        guard case .thinking(var thinking) = content else { return content }
        thinking.origin = nil
        return .thinking(thinking)
    }

    /// The body of a whole answer for a client.
    ///
    /// Thinking of other providers is shown with an empty signature: sent back, it is left out.
    package static func body(of reply: ModelReply, answer: ServedAnswer) -> JSONValue {
        var body: JSONObject = [
            "id": .string(answer.id ?? reply.id), "type": "message", "role": "assistant",
            "model": .string(answer.model ?? reply.model),
            "content": .array(reply.content.compactMap(wire)), "stop_reason": .string(word(for: reply.stopReason)),
            "stop_sequence": reply.stopSequence.map { .string($0) } ?? .null, "usage": .object(wire(reply.usage)),
        ]
        body.add(reply.passthrough, for: family)
        return .object(body)
    }

    private static func wire(_ content: Content) -> JSONValue? {
        switch content {
        case .text(let text): ["type": "text", "text": .string(text)]
        case .passage(let passage): .object(block(passage, citesOthers: true))
        case .thinking(let thinking): block(thinking)
        case .toolCall(let call): .object(block(call))
        case .native(let native): native.value(for: family)
        case .image, .document, .toolResult: nil
        }
    }

    static func stopReason(_ word: String) -> StopReason {
        switch word {
        case "end_turn": .endOfTurn
        case "tool_use": .toolUse
        case "max_tokens", "model_context_window_exceeded": .maxTokens
        case "stop_sequence": .stopSequence
        case "refusal": .refused
        default: .other(word)
        }
    }

    /// A reason that only another format has ends the turn here; `pause_turn` is this API's own.
    static func word(for reason: StopReason) -> String {
        switch reason {
        case .endOfTurn: "end_turn"
        case .toolUse: "tool_use"
        case .maxTokens: "max_tokens"
        case .stopSequence: "stop_sequence"
        case .refused: "refusal"
        case .other("pause_turn"): "pause_turn"
        case .other: "end_turn"
        }
    }

    private static let usageMembers: Set<String> = [
        "input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens",
    ]

    /// Later counts replace earlier ones; what an event leaves out, or does not know, stands.
    static func read(_ counts: JSONObject, into usage: inout Usage) {
        usage.input = counts["input_tokens"]?.intValue ?? usage.input
        usage.output = counts["output_tokens"]?.intValue ?? usage.output
        usage.cacheRead = counts["cache_read_input_tokens"]?.intValue ?? usage.cacheRead
        usage.cacheWrite = counts["cache_creation_input_tokens"]?.intValue ?? usage.cacheWrite
        usage.cacheWriteHour =
            counts["cache_creation"]?["ephemeral_1h_input_tokens"]?.intValue ?? usage.cacheWriteHour
        usage.reasoning = counts["output_tokens_details"]?["thinking_tokens"]?.intValue ?? usage.reasoning
        for (name, value) in counts where value.isNull || !usageMembers.contains(name) {
            if usage.passthrough == nil { usage.passthrough = Passthrough(family) }
            usage.passthrough?.members.set(value, for: name)
        }
    }

    static func wire(_ usage: Usage) -> JSONObject {
        var counts: JSONObject = ["input_tokens": .integer(Int64(usage.input))]
        counts.set(usage.cacheWrite, for: "cache_creation_input_tokens")
        counts.set(usage.cacheRead, for: "cache_read_input_tokens")
        if usage.cacheWriteHour > 0 {
            counts.set(
                [
                    "ephemeral_5m_input_tokens": .integer(Int64(usage.cacheWrite - usage.cacheWriteHour)),
                    "ephemeral_1h_input_tokens": .integer(Int64(usage.cacheWriteHour)),
                ], for: "cache_creation")
        }
        counts.set(usage.output, for: "output_tokens")
        if usage.reasoning > 0 {
            counts.set(["thinking_tokens": .integer(Int64(usage.reasoning))], for: "output_tokens_details")
        }
        counts.add(usage.passthrough, for: family)
        return counts
    }
}
