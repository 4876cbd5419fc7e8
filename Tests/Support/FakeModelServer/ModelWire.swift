import JSON

/// One of the two ways to stream an answer.
enum ModelWire: Sendable {
    case anthropic, openAI

    /// The text of each event, in order.
    func events(for reply: FakeReply, _ call: ModelCall) -> [String] {
        switch self {
        case .anthropic: anthropicEvents(reply, call)
        case .openAI: openAIEvents(reply, call)
        }
    }

    private func halves(_ text: String) -> [String] {
        let half = text.index(text.startIndex, offsetBy: text.count / 2)
        return [String(text[..<half]), String(text[half...])]
    }

    // MARK: - Anthropic

    private func anthropicEvents(_ reply: FakeReply, _ call: ModelCall) -> [String] {
        let usage = reply.usage
        let start: JSONValue = [
            "type": "message_start",
            "message": [
                "id": .string("msg_\(call)"), "type": "message", "role": "assistant", "model": "fake-1",
                "content": [],
                "usage": [
                    "input_tokens": .integer(Int64(usage.input)), "output_tokens": 1,
                    "cache_read_input_tokens": .integer(Int64(usage.cacheRead)),
                    "cache_creation_input_tokens": .integer(Int64(usage.cacheWrite)),
                ],
            ],
        ]
        let blocks = anthropicBlocks(reply, call).enumerated().flatMap { index, block -> [JSONValue] in
            let index = JSONValue.integer(Int64(index))
            let deltas = block.deltas.map { ["type": "content_block_delta", "index": index, "delta": $0] as JSONValue }
            return [["type": "content_block_start", "index": index, "content_block": block.start]]
                + deltas + [["type": "content_block_stop", "index": index]]
        }
        let stop = reply.stop ?? (reply.calls.isEmpty ? "end_turn" : "tool_use")
        let end: [JSONValue] = [
            [
                "type": "message_delta", "delta": ["stop_reason": .string(stop)],
                "usage": ["output_tokens": .integer(Int64(usage.output))],
            ],
            ["type": "message_stop"],
        ]
        return ([start, ["type": "ping"]] + blocks + end).map {
            "event: \($0["type"]?.stringValue ?? "")\ndata: \($0.text())\n\n"
        }
    }

    private func anthropicBlocks(_ reply: FakeReply, _ call: ModelCall) -> [(start: JSONValue, deltas: [JSONValue])] {
        var blocks: [(start: JSONValue, deltas: [JSONValue])] = []
        if let thinking = reply.thinking {
            var deltas = halves(thinking).map { ["type": "thinking_delta", "thinking": .string($0)] as JSONValue }
            if let signature = reply.signature {
                deltas.append(["type": "signature_delta", "signature": .string(signature)])
            }
            blocks.append((["type": "thinking", "thinking": "", "signature": ""], deltas))
        }
        if let data = reply.redactedThinking {
            blocks.append((["type": "redacted_thinking", "data": .string(data)], []))
        }
        if let text = reply.text {
            let deltas = halves(text).map { ["type": "text_delta", "text": .string($0)] as JSONValue }
            blocks.append((["type": "text", "text": ""], deltas))
        }
        for (place, toolCall) in reply.calls.enumerated() {
            let start: JSONValue = [
                "type": "tool_use", "id": .string("toolu_\(call.turn)_\(place)"), "name": .string(toolCall.tool),
                "input": [:],
            ]
            let deltas = halves(toolCall.arguments).map {
                ["type": "input_json_delta", "partial_json": .string($0)] as JSONValue
            }
            blocks.append((start, deltas))
        }
        return blocks
    }

    // MARK: - OpenAI

    private func openAIEvents(_ reply: FakeReply, _ call: ModelCall) -> [String] {
        func chunk(_ delta: JSONValue, finish: JSONValue = .null) -> JSONValue {
            [
                "id": .string("chatcmpl-\(call)"), "object": "chat.completion.chunk", "model": "fake-1",
                "choices": [["index": 0, "delta": delta, "finish_reason": finish]],
            ]
        }
        var events = [chunk(["role": "assistant", "content": ""])]
        if let thinking = reply.thinking {
            events += halves(thinking).map { chunk(["reasoning_content": .string($0)]) }
        }
        if let text = reply.text { events += halves(text).map { chunk(["content": .string($0)]) } }
        // The pieces of parallel calls come mixed, as the format allows.
        let calls = reply.calls.enumerated().map { ($0, $1.tool, halves($1.arguments)) }
        events += calls.map { place, tool, halves in
            chunk([
                "tool_calls": [
                    [
                        "index": .integer(Int64(place)), "id": .string("call_\(call.turn)_\(place)"),
                        "type": "function", "function": ["name": .string(tool), "arguments": .string(halves[0])],
                    ]
                ]
            ])
        }
        events += calls.map { place, _, halves in
            chunk([
                "tool_calls": [["index": .integer(Int64(place)), "function": ["arguments": .string(halves[1])]]]
            ])
        }
        let stop = reply.stop ?? (reply.calls.isEmpty ? "stop" : "tool_calls")
        events.append(chunk([:], finish: .string(stop)))
        events.append(usage(reply.usage, of: call))
        return events.map { "data: \($0.text())\n\n" } + ["data: [DONE]\n\n"]
    }

    /// Here the input counts what came from the cache too.
    private func usage(_ usage: FakeReply.Usage, of call: ModelCall) -> JSONValue {
        [
            "id": .string("chatcmpl-\(call)"), "object": "chat.completion.chunk", "model": "fake-1", "choices": [],
            "usage": [
                "prompt_tokens": .integer(Int64(usage.input + usage.cacheRead + usage.cacheWrite)),
                "completion_tokens": .integer(Int64(usage.output)),
                "prompt_tokens_details": ["cached_tokens": .integer(Int64(usage.cacheRead))],
                "completion_tokens_details": ["reasoning_tokens": .integer(Int64(usage.reasoning))],
            ],
        ]
    }
}
