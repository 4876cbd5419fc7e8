import Conversation
import JSON

/// Writes a request.
struct OllamaRequestWriter {
    let request: ModelRequest
    let contextWindow: Int?

    func body(stream: Bool) -> JSONValue {
        var body: JSONObject = ["model": .string(request.model)]
        var messages: [JSONValue] = []
        if !request.system.isEmpty { messages.append(["role": "system", "content": .string(request.system)]) }
        var names: [String: String] = [:]
        for message in request.messages {
            for call in message.toolCalls { names[call.id] = call.name }
            messages += wire(message, names)
        }
        body.set(.array(messages), for: "messages")
        let tools = request.toolChoice == .never ? [] : request.tools.filter { $0.kind == nil }
        if !tools.isEmpty { body.set(.array(tools.map(tool)), for: "tools") }
        switch request.responseFormat {
        case .schema(let format): body.set(format.schema, for: "format")
        case .jsonObject: body.set("json", for: "format")
        case .text, nil: break
        }
        if let think { body.set(think, for: "think") }
        body.set(.object(options), for: "options")
        body.set(stream, for: "stream")
        body.add(request.passthrough, for: OllamaChat.family)
        return .object(body)
    }

    private var options: JSONObject {
        var options = JSONObject()
        if !request.assumesOutputLimit { options.set(request.maxOutputTokens, for: "num_predict") }
        options.set(contextWindow, for: "num_ctx")
        options.set(request.temperature, for: "temperature")
        options.set(request.topP, for: "top_p")
        options.set(request.topK, for: "top_k")
        options.set(request.seed, for: "seed")
        options.set(request.frequencyPenalty, for: "frequency_penalty")
        options.set(request.presencePenalty, for: "presence_penalty")
        if !request.stopSequences.isEmpty {
            options.set(.array(request.stopSequences.map { .string($0) }), for: "stop")
        }
        return options
    }

    /// Only the gpt-oss models know of degrees.
    private var think: JSONValue? {
        guard let thinking = request.thinking else { return nil }
        if thinking.mode == .off { return false }
        guard request.model.contains("gpt-oss"), let effort = thinking.effort else {
            return thinking.mode == nil && thinking.effort == nil ? nil : true
        }
        switch effort {
        case .minimal, .low: return "low"
        case .medium: return "medium"
        case .high, .xhigh, .max: return "high"
        }
    }

    private func tool(_ tool: ToolDefinition) -> JSONValue {
        [
            "type": "function",
            "function": [
                "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters,
            ],
        ]
    }

    private func wire(_ message: Message, _ names: [String: String]) -> [JSONValue] {
        switch message.role {
        case .system: [["role": "system", "content": .string(words(of: message.content))]]
        case .assistant: [assistant(message)]
        case .user: user(message, names)
        }
    }

    /// Tool results are messages of their own, before what the user says beside them; their images follow there.
    private func user(_ message: Message, _ names: [String: String]) -> [JSONValue] {
        var messages: [JSONValue] = []
        var others: [Content] = []
        for part in message.content {
            guard case .toolResult(let result) = part else {
                others.append(part)
                continue
            }
            let words = result.parts.map { self.words(of: $0) } ?? result.text
            var entry: JSONObject = [
                "role": "tool", "content": .string(result.outcome == .error ? "Error: \(words)" : words),
            ]
            entry.set(names[result.callID], for: "tool_name")
            entry.set(result.callID, for: "tool_call_id")
            messages.append(.object(entry))
            others += (result.parts ?? []).filter { if case .image = $0 { true } else { false } }
            if let image = result.image { others.append(.image(image)) }
        }
        let words = words(of: others)
        let images = others.compactMap(image)
        guard !words.isEmpty || !images.isEmpty else { return messages }
        var entry: JSONObject = ["role": "user", "content": .string(words)]
        if !images.isEmpty { entry.set(.array(images), for: "images") }
        return messages + [.object(entry)]
    }

    private func assistant(_ message: Message) -> JSONValue {
        var entry: JSONObject = ["role": "assistant", "content": .string(words(of: message.content))]
        var thinking: [String] = []
        for case .thinking(let part) in message.content where !part.text.isEmpty { thinking.append(part.text) }
        if !thinking.isEmpty { entry.set(.string(thinking.joined(separator: "\n\n")), for: "thinking") }
        let calls = message.toolCalls.map { call -> JSONValue in
            [
                "id": .string(call.id),
                "function": ["name": .string(call.name), "arguments": arguments(of: call)],
            ]
        }
        if !calls.isEmpty { entry.set(.array(calls), for: "tool_calls") }
        return .object(entry)
    }

    /// The API takes objects only.
    private func arguments(of call: ToolCall) -> JSONValue {
        switch call.arguments {
        case .json(let value): value.objectValue == nil ? ["value": value] : value
        case .broken(let text, _): ["unparsable_arguments": .string(text)]
        }
    }

    /// The texts, and a word for what this API cannot show a model.
    private func words(of content: [Content]) -> String {
        content.compactMap { part -> String? in
            switch part {
            case .text(let text): text
            case .passage(let passage): passage.text
            case .document(let document): words(of: document)
            case .image(let image):
                self.image(part) == nil ? "(An image that cannot be shown here: \(address(of: image)))" : nil
            case .thinking, .toolCall, .toolResult, .native: nil
            }
        }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func words(of document: DocumentPart) -> String {
        let head = [document.title, document.context].compactMap(\.self)
        switch document.source {
        case .text(_, let text): return (head + [text]).joined(separator: "\n\n")
        case .parts(let parts): return (head + [words(of: parts)]).joined(separator: "\n\n")
        case .base64, .url, .file:
            return (head + ["(A document that cannot be shown here.)"]).joined(separator: "\n\n")
        }
    }

    private func address(of image: ImagePart) -> String {
        if case .url(let url) = image.source { url } else { image.name }
    }

    private func image(_ part: Content) -> JSONValue? {
        guard case .image(let image) = part else { return nil }
        switch image.source {
        case .base64(_, let data): return .string(data)
        case nil: return request.images[image.hash].map { .string($0) }
        case .url, .text, .file, .parts: return nil
        }
    }
}
