package import Conversation
package import JSON

extension OpenAIChat {
    /// The body of a request; the same request gives the same bytes.
    package static func body(of request: ModelRequest, limit: OutputLimit, stream: Bool) -> JSONValue {
        var body: JSONObject = ["model": .string(request.model)]
        body.set(.array(messages(of: request)), for: "messages")
        let tools = request.tools.compactMap(tool)
        if !tools.isEmpty { body.set(.array(tools), for: "tools") }
        if !request.assumesOutputLimit || request.origin != family {
            body.set(.integer(Int64(request.maxOutputTokens)), for: limit.rawValue)
        }
        body.set(request.temperature, for: "temperature")
        body.set(request.topP, for: "top_p")
        // OpenAI refuses what it does not know; of its relatives, those that know it are sent what their clients say.
        if request.origin == family { body.set(request.topK, for: "top_k") }
        body.set(request.seed, for: "seed")
        body.set(request.frequencyPenalty, for: "frequency_penalty")
        body.set(request.presencePenalty, for: "presence_penalty")
        if !request.stopSequences.isEmpty {
            body.set(.array(request.stopSequences.map { .string($0) }), for: "stop")
        }
        if let choice = choice(of: request) { body.set(choice, for: "tool_choice") }
        if !tools.isEmpty || request.origin == family {
            body.set(request.parallelToolCalls, for: "parallel_tool_calls")
        }
        body.set(effort(of: request), for: "reasoning_effort")
        if let format = request.responseFormat { body.set(wire(format), for: "response_format") }
        body.set(request.user, for: "user")
        if let metadata = request.metadata { body.set(.object(metadata), for: "metadata") }
        body.set(serviceTier(of: request), for: "service_tier")
        body.set(request.cacheKey, for: "prompt_cache_key")
        if stream {
            body.set(true, for: "stream")
            body.set(["include_usage": true], for: "stream_options")
        }
        body.addDeep(request.passthrough, for: family)
        if !stream { body.set(JSONValue?.none, for: "stream_options") }
        return .object(body)
    }

    /// Nil for a tool that another provider carries out itself.
    private static func tool(_ tool: ToolDefinition) -> JSONValue? {
        var inner: JSONObject = ["name": .string(tool.name)]
        if !tool.description.isEmpty { inner.set(.string(tool.description), for: "description") }
        var entry: JSONObject
        switch tool.kind {
        case .native:
            guard let own = tool.passthrough, own.family == family else { return nil }
            return .object(own.members)
        case .freeText:
            entry = ["type": "custom", "custom": .object(inner)]
        case nil:
            if tool.parameters.objectValue?.isEmpty != true { inner.set(tool.parameters, for: "parameters") }
            inner.set(tool.strict, for: "strict")
            entry = ["type": "function", "function": .object(inner)]
        }
        entry.addDeep(tool.passthrough, for: family)
        return .object(entry)
    }

    private static func choice(of request: ModelRequest) -> JSONValue? {
        switch request.toolChoice {
        case .auto: return "auto"
        case .never: return "none"
        case .required: return "required"
        case .tool(let name):
            let isFreeText = request.tools.contains { $0.name == name && $0.kind == .freeText }
            let type = isFreeText ? "custom" : "function"
            return .object(["type": .string(type), type: ["name": .string(name)]])
        case nil: return nil
        }
    }

    /// A budget of another format becomes the effort that stands for as much; OpenAI's models before the reasoning ones,
    /// which refuse the word, are not told.
    private static func effort(of request: ModelRequest) -> String? {
        guard let setting = request.thinking else { return nil }
        if request.origin == family { return setting.mode == .off ? "none" : setting.effort?.rawValue }
        let name = request.model.split(separator: "/").last ?? ""
        guard setting.mode != .off, !name.hasPrefix("gpt-3"), !name.hasPrefix("gpt-4") else { return nil }
        if let effort = setting.effort { return effort == .max ? "xhigh" : effort.rawValue }
        guard case .budget(let tokens) = setting.mode else { return nil }
        return tokens <= 2_048 ? "low" : tokens <= 8_192 ? "medium" : "high"
    }

    private static func wire(_ format: ResponseFormat) -> JSONValue {
        switch format {
        case .text: return ["type": "text"]
        case .jsonObject: return ["type": "json_object"]
        case .schema(let schema):
            var inner: JSONObject = ["name": .string(schema.name ?? "answer")]
            inner.set(schema.description, for: "description")
            // Other formats promise the schema without being asked to; the name tells whether this one was asked.
            inner.set(schema.name == nil ? true : schema.strict, for: "strict")
            let hasNone = schema.passthrough?.family == family && schema.passthrough?.form == Form.absent
            if !hasNone { inner.set(schema.schema, for: "schema") }
            inner.add(schema.passthrough, for: family)
            return ["type": "json_schema", "json_schema": .object(inner)]
        }
    }

    private static func serviceTier(of request: ModelRequest) -> String? {
        guard request.origin == .anthropicMessages else { return request.serviceTier }
        return request.serviceTier == "standard_only" ? "default" : request.serviceTier
    }
}
