import Conversation
import JSON

/// Writes a request.
struct ResponsesRequestWriter {
    let request: ModelRequest

    private static let family = OpenAIResponses.family
    private var isOwn: Bool { request.origin == Self.family }

    func body(stream: Bool) -> JSONValue {
        var body: JSONObject = ["model": .string(request.model)]
        var input = ResponsesInputWriter(images: request.images)
        let split = request.systemParts.firstIndex { $0.passthrough?.item != nil } ?? request.systemParts.count
        let instructions = request.systemParts[..<split].map(\.text)
        if !instructions.isEmpty { body.set(.string(instructions.joined(separator: "\n\n")), for: "instructions") }
        for part in request.systemParts[split...] { input.add(.passage(part), of: "developer") }
        body.set(inputValue(&input), for: "input")
        let tools = request.tools.compactMap(tool)
        if !tools.isEmpty || (isOwn && !request.tools.isEmpty) { body.set(.array(tools), for: "tools") }
        if let choice = request.toolChoice { body.set(value(of: choice), for: "tool_choice") }
        body.set(request.parallelToolCalls, for: "parallel_tool_calls")
        if let text { body.set(text, for: "text") }
        if let reasoning { body.set(reasoning, for: "reasoning") }
        if !request.assumesOutputLimit {
            // OpenAI takes no less than 16.
            body.set(isOwn ? request.maxOutputTokens : max(16, request.maxOutputTokens), for: "max_output_tokens")
        }
        body.set(request.temperature, for: "temperature")
        body.set(request.topP, for: "top_p")
        body.set(request.cacheKey, for: "prompt_cache_key")
        if let metadata = request.metadata { body.set(.object(metadata), for: "metadata") }
        body.set(request.user, for: "user")
        if let tier = serviceTier { body.set(.string(tier), for: "service_tier") }
        if stream { body.set(true, for: "stream") }
        if !isOwn {
            // Nothing is kept at OpenAI, so its reasoning has to travel with the conversation.
            body.set(false, for: "store")
            if keepsReasoning { body.set(["reasoning.encrypted_content"], for: "include") }
        }
        body.addRest(request.passthrough, besides: ["text"])
        return .object(body)
    }

    private func inputValue(_ input: inout ResponsesInputWriter) -> JSONValue? {
        let messages = request.messages
        if messages.count == 1, messages[0].passthrough?.form == OpenAIResponses.Form.string,
            messages[0].passthrough?.family == Self.family, case .text(let text) = messages[0].content.first,
            input.isEmpty
        {
            return .string(text)
        }
        for message in messages { input.add(message) }
        let items = input.finish()
        // Where OpenAI keeps the conversation, nothing may be all there is to add.
        return isOwn && request.passthrough?.members[OpenAIResponses.Key.noInput] != nil ? nil : .array(items)
    }

    private func tool(_ tool: ToolDefinition) -> JSONValue? {
        let isKnown = tool.passthrough?.family == Self.family
        switch tool.kind {
        case .native:
            return isKnown ? tool.passthrough.map { .object($0.members) } : nil
        case .freeText:
            var entry: JSONObject = ["type": "custom", "name": .string(tool.name)]
            if !tool.description.isEmpty { entry.set(.string(tool.description), for: "description") }
            entry.addRest(tool.passthrough)
            return .object(entry)
        case nil:
            var entry: JSONObject = ["type": "function", "name": .string(tool.name)]
            if !tool.description.isEmpty { entry.set(.string(tool.description), for: "description") }
            entry.set(tool.parameters, for: "parameters")
            // Left out it would mean true here, unlike elsewhere.
            entry.set(tool.strict ?? (isKnown ? nil : false), for: "strict")
            entry.addRest(tool.passthrough)
            return .object(entry)
        }
    }

    private func value(of choice: ToolChoice) -> JSONValue {
        switch choice {
        case .auto: return "auto"
        case .never: return "none"
        case .required: return "required"
        case .tool(let name):
            let isFree = request.tools.contains { $0.name == name && $0.kind == .freeText }
            return ["type": isFree ? "custom" : "function", "name": .string(name)]
        }
    }

    private var text: JSONValue? {
        var text = JSONObject()
        switch request.responseFormat {
        case nil: break
        case .text: text.set(["type": "text"], for: "format")
        case .jsonObject: text.set(["type": "json_object"], for: "format")
        case .schema(let format):
            var entry: JSONObject = [
                "type": "json_schema", "name": .string(format.name ?? "answer"), "schema": format.schema,
            ]
            entry.set(format.description, for: "description")
            entry.set(format.strict ?? (isOwn ? nil : true), for: "strict")
            entry.addRest(format.passthrough)
            text.set(.object(entry), for: "format")
        }
        if isOwn, let others = request.passthrough?.members["text"]?.objectValue {
            for (name, value) in others { text.set(value, for: name) }
        }
        return text.isEmpty ? nil : .object(text)
    }

    private var reasoning: JSONValue? {
        guard let thinking = request.thinking else { return nil }
        let isKnown = thinking.passthrough?.family == Self.family
        var reasoning = JSONObject()
        switch (thinking.effort, thinking.mode) {
        case (let effort?, _):
            // The largest efforts are others' words for the largest here.
            let word = effort == .max && !isKnown ? ThinkingSetting.Effort.high : effort
            reasoning.set(word.rawValue, for: "effort")
        case (nil, .off): if isKnown { reasoning.set("none", for: "effort") }
        case (nil, .budget(let tokens)): reasoning.set(Self.effort(of: tokens), for: "effort")
        case (nil, .adaptive), (nil, nil): break
        }
        reasoning.addRest(thinking.passthrough)
        return reasoning.isEmpty && !isKnown ? nil : .object(reasoning)
    }

    private static func effort(of budget: Int) -> String {
        switch budget {
        case ..<4_096: "low"
        case ..<16_384: "medium"
        default: "high"
        }
    }

    private var serviceTier: String? {
        guard let tier = request.serviceTier else { return nil }
        if isOwn || request.origin == .openAIChat || request.origin == nil { return tier }
        return tier == "auto" ? tier : nil
    }

    /// Models that do not reason refuse to be asked for their reasoning.
    private var keepsReasoning: Bool {
        let name = request.model.split(separator: "/").last.map(String.init) ?? request.model
        return !["gpt-3", "gpt-4", "chatgpt-"].contains { name.hasPrefix($0) } && !name.contains("-chat")
    }
}

extension JSONObject {
    /// What this format alone had, without the notes that its reader keeps for its writer.
    mutating func addRest(_ passthrough: Passthrough?, besides: Set<String> = []) {
        guard let passthrough, passthrough.family == OpenAIResponses.family else { return }
        for (name, value) in passthrough.members where !name.hasPrefix("$") && !besides.contains(name) {
            set(value, for: name)
        }
    }
}

extension Passthrough {
    /// The members of the item that a part begins, where the part was read from this format.
    var item: JSONObject? {
        family == OpenAIResponses.family ? members[OpenAIResponses.Key.item]?.objectValue : nil
    }
}
