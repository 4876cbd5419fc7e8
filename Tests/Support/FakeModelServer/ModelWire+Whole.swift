import JSON

extension ModelWire {
    /// The answer as one document, as batches give it.
    func whole(for reply: FakeReply, _ call: ModelCall) -> JSONValue {
        switch self {
        case .anthropic: wholeMessage(reply, call)
        case .openAI: wholeCompletion(reply, call)
        }
    }

    private func wholeMessage(_ reply: FakeReply, _ call: ModelCall) -> JSONValue {
        var content: [JSONValue] = []
        if let text = reply.text { content.append(["type": "text", "text": .string(text)]) }
        for (place, toolCall) in reply.calls.enumerated() {
            content.append([
                "type": "tool_use", "id": .string("toolu_\(call.turn)_\(place)"), "name": .string(toolCall.tool),
                "input": (try? JSONValue(parsing: toolCall.arguments)) ?? [:],
            ])
        }
        return [
            "id": .string("msg_\(call)"), "type": "message", "role": "assistant", "model": "fake-1",
            "content": .array(content),
            "stop_reason": .string(reply.stop ?? (reply.calls.isEmpty ? "end_turn" : "tool_use")),
            "stop_sequence": nil,
            "usage": [
                "input_tokens": .integer(Int64(reply.usage.input)),
                "output_tokens": .integer(Int64(reply.usage.output)),
                "cache_read_input_tokens": .integer(Int64(reply.usage.cacheRead)),
                "cache_creation_input_tokens": .integer(Int64(reply.usage.cacheWrite)),
            ],
        ]
    }

    private func wholeCompletion(_ reply: FakeReply, _ call: ModelCall) -> JSONValue {
        var message: JSONObject = [
            "role": "assistant", "content": reply.text.map { .string($0) } ?? .null,
        ]
        if !reply.calls.isEmpty {
            message.set(
                .array(
                    reply.calls.enumerated().map { place, toolCall in
                        [
                            "id": .string("call_\(call.turn)_\(place)"), "type": "function",
                            "function": [
                                "name": .string(toolCall.tool), "arguments": .string(toolCall.arguments),
                            ],
                        ]
                    }), for: "tool_calls")
        }
        let input = reply.usage.input + reply.usage.cacheRead + reply.usage.cacheWrite
        return [
            "id": .string("chatcmpl-\(call)"), "object": "chat.completion", "created": 1, "model": "fake-1",
            "choices": [
                [
                    "index": 0, "message": .object(message),
                    "finish_reason": .string(reply.stop ?? (reply.calls.isEmpty ? "stop" : "tool_calls")),
                ]
            ],
            "usage": [
                "prompt_tokens": .integer(Int64(input)), "completion_tokens": .integer(Int64(reply.usage.output)),
                "total_tokens": .integer(Int64(input + reply.usage.output)),
                "prompt_tokens_details": ["cached_tokens": .integer(Int64(reply.usage.cacheRead))],
            ],
        ]
    }
}
