import Conversation
import JSON

/// A request in the words of Anthropic's Messages API, version 2023-06-01.
///
/// The same request gives the same bytes. Four cache breakpoints stand where the prefix is stable: behind the tools, behind
/// the system prompt, behind the first part of an opening in parts, which the tasks of a run share, and behind the last
/// message, so that each turn reads what the one before it wrote.
enum AnthropicRequest {
    static func body(for request: ModelRequest) -> JSONValue {
        var body: JSONObject = [
            "model": .string(request.model), "max_tokens": .integer(Int64(request.maxOutputTokens)),
        ]
        if let temperature = request.temperature { body.set(.number(temperature), for: "temperature") }
        if !request.tools.isEmpty { body.set(tools(request.tools), for: "tools") }
        if !request.system.isEmpty {
            body.set([["type": "text", "text": .string(request.system), "cache_control": ephemeral]], for: "system")
        }
        body.set(messages(request.messages, images: request.images), for: "messages")
        body.set(true, for: "stream")
        return .object(body)
    }

    private static let ephemeral: JSONValue = ["type": "ephemeral"]

    private static func tools(_ tools: [ToolDefinition]) -> JSONValue {
        .array(
            tools.enumerated().map { index, tool in
                var entry: JSONObject = [
                    "name": .string(tool.name), "description": .string(tool.description),
                    "input_schema": tool.parameters,
                ]
                if index == tools.count - 1 { entry.set(ephemeral, for: "cache_control") }
                return .object(entry)
            })
    }

    private static func messages(_ messages: [Message], images: [String: String]) -> JSONValue {
        .array(
            messages.enumerated().map { index, message in
                var blocks = Self.blocks(of: message, images: images)
                if index == 0, let shared = blocks.firstIndex(where: { $0["type"] == "text" }) {
                    if shared < blocks.count - 1 { mark(&blocks[shared]) }
                }
                if index == messages.count - 1 { mark(&blocks[blocks.count - 1]) }
                return ["role": .string(message.role.rawValue), "content": .array(blocks)]
            })
    }

    private static func mark(_ block: inout JSONValue) {
        guard case .object(var object) = block else { return }
        object.set(ephemeral, for: "cache_control")
        block = .object(object)
    }

    /// The API wants tool results before anything else, and refuses a message without blocks.
    private static func blocks(of message: Message, images: [String: String]) -> [JSONValue] {
        let results = message.content.filter { if case .toolResult = $0 { true } else { false } }
        let others = message.content.filter { if case .toolResult = $0 { false } else { true } }
        let blocks = (results + others).compactMap { block($0, images: images) }
        return blocks.isEmpty ? [["type": "text", "text": "(nothing)"]] : blocks
    }

    /// Nil for what the API refuses to take back: blank text, and thinking without its own signature.
    private static func block(_ content: Content, images: [String: String]) -> JSONValue? {
        switch content {
        case .text(let text):
            return text.allSatisfy(\.isWhitespace) ? nil : ["type": "text", "text": .string(text)]
        case .image(let image):
            return [
                "type": "image",
                "source": [
                    "type": "base64", "media_type": .string(image.format.mediaType),
                    "data": .string(images[image.hash] ?? ""),
                ],
            ]
        case .thinking(let thinking):
            if let redacted = thinking.redacted { return ["type": "redacted_thinking", "data": .string(redacted)] }
            guard let signature = thinking.signature, !signature.isEmpty else { return nil }
            return ["type": "thinking", "thinking": .string(thinking.text), "signature": .string(signature)]
        case .toolCall(let call):
            return ["type": "tool_use", "id": .string(call.id), "name": .string(call.name), "input": input(of: call)]
        case .toolResult(let result):
            return [
                "type": "tool_result", "tool_use_id": .string(result.callID), "content": .string(result.text),
                "is_error": .bool(result.outcome == .error),
            ]
        }
    }

    /// The API takes objects only, so broken arguments go back under a name of their own; the result tells the model why.
    private static func input(of call: ToolCall) -> JSONValue {
        switch call.arguments {
        case .json(let value): value.objectValue == nil ? ["value": value] : value
        case .broken(let text, _): ["unparsable_arguments": .string(text)]
        }
    }
}
