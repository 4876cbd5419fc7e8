import Conversation
import JSON

/// A request in the words of OpenAI's Chat Completions API, as OpenAI, Ollama, OpenRouter, LM Studio and vLLM take it.
enum ChatRequest {
    /// The name of the field that caps the output: OpenAI's own reasoning models refuse the older one, others know only that.
    enum OutputLimit: String, Sendable, Hashable, CaseIterable {
        case maxTokens = "max_tokens"
        case maxCompletionTokens = "max_completion_tokens"
    }

    static func body(for request: ModelRequest, limit: OutputLimit) -> JSONValue {
        var body: JSONObject = ["model": .string(request.model)]
        var messages: [JSONValue] = []
        if !request.system.isEmpty { messages.append(["role": "system", "content": .string(request.system)]) }
        for message in request.messages { messages += wire(message, images: request.images) }
        body.set(.array(messages), for: "messages")
        if !request.tools.isEmpty { body.set(.array(request.tools.map(tool)), for: "tools") }
        body.set(.integer(Int64(request.maxOutputTokens)), for: limit.rawValue)
        if let temperature = request.temperature { body.set(.number(temperature), for: "temperature") }
        body.set(true, for: "stream")
        body.set(["include_usage": true], for: "stream_options")
        return .object(body)
    }

    private static func tool(_ tool: ToolDefinition) -> JSONValue {
        [
            "type": "function",
            "function": [
                "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters,
            ],
        ]
    }

    /// Tool results are messages of their own here, before what the user says beside them.
    private static func wire(_ message: Message, images: [String: String]) -> [JSONValue] {
        switch message.role {
        case .assistant: [assistant(message)]
        case .user: message.toolResults.map(result) + user(message, images: images)
        }
    }

    /// A plain text where there are no images, as not every service takes content in parts.
    private static func user(_ message: Message, images: [String: String]) -> [JSONValue] {
        if !message.images.isEmpty {
            return [["role": "user", "content": .array(message.content.compactMap { part($0, images: images) })]]
        }
        return message.text.isEmpty ? [] : [["role": "user", "content": .string(message.text)]]
    }

    private static func part(_ content: Content, images: [String: String]) -> JSONValue? {
        switch content {
        case .text(let text):
            return text.isEmpty ? nil : ["type": "text", "text": .string(text)]
        case .image(let image):
            let url = "data:\(image.format.mediaType);base64,\(images[image.hash] ?? "")"
            return ["type": "image_url", "image_url": ["url": .string(url)]]
        case .thinking, .toolCall, .toolResult:
            return nil
        }
    }

    private static func result(_ result: ToolResult) -> JSONValue {
        let text = result.outcome == .error ? "Error: \(result.text)" : result.text
        return ["role": "tool", "tool_call_id": .string(result.callID), "content": .string(text)]
    }

    private static func assistant(_ message: Message) -> JSONValue {
        var entry: JSONObject = ["role": "assistant"]
        // Only beside tool calls may the content be missing.
        let isSilent = message.text.isEmpty && !message.toolCalls.isEmpty
        entry.set(isSilent ? .null : .string(message.text), for: "content")
        let calls = message.toolCalls.map { call -> JSONValue in
            [
                "id": .string(call.id), "type": "function",
                "function": ["name": .string(call.name), "arguments": .string(arguments(of: call))],
            ]
        }
        if !calls.isEmpty { entry.set(.array(calls), for: "tool_calls") }
        return .object(entry)
    }

    private static func arguments(of call: ToolCall) -> String {
        switch call.arguments {
        case .json(let value) where value.objectValue != nil: value.text()
        case .json(let value): JSONValue.object(["value": value]).text()
        case .broken(let text, _): JSONValue.object(["unparsable_arguments": .string(text)]).text()
        }
    }
}
