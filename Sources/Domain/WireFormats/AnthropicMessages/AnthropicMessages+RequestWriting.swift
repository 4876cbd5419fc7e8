package import Conversation
package import JSON

extension AnthropicMessages {
    /// The body of a request; the same request gives the same bytes.
    ///
    /// Where the request leaves the cache marks to us, `PromptCachePlan` says where they stand.
    package static func body(of request: ModelRequest, stream: Bool) -> JSONValue {
        let request = marked(request)
        var body: JSONObject = [
            "model": .string(request.model), "max_tokens": .integer(Int64(request.maxOutputTokens)),
        ]
        let words = ThinkingWords(for: request)
        if words.takesSampling {
            // Other formats go up to 2; this one takes no more than 1.
            body.set(request.temperature.map { min($0, 1) }, for: "temperature")
            body.set(request.topP, for: "top_p")
            body.set(request.topK, for: "top_k")
        }
        if !request.stopSequences.isEmpty {
            body.set(.array(request.stopSequences.map { .string($0) }), for: "stop_sequences")
        }
        writeShared(request, words, into: &body)
        if stream { body.set(true, for: "stream") }
        if let own = request.passthrough, own.family == family {
            // What it says of the output stands already among what we say of it.
            for (name, value) in own.members where name != "output_config" && (!value.isNull || !body.contains(name)) {
                body.set(value, for: name)
            }
        }
        return .object(body)
    }

    /// The body of a request to count the tokens of another's input.
    package static func countBody(of request: ModelRequest) -> JSONValue {
        let request = marked(request)
        var body: JSONObject = ["model": .string(request.model)]
        writeShared(request, ThinkingWords(for: request), into: &body)
        if let passthrough = request.passthrough, passthrough.family == family {
            for name in ["cache_control", "context_management", "mcp_servers", "tool_choice", "thinking"] {
                if let value = passthrough.members[name] { body.set(value, for: name) }
            }
        }
        return .object(body)
    }

    private static func marked(_ request: ModelRequest) -> ModelRequest {
        request.cacheMarks == .automatic ? PromptCachePlan(for: request).applied(to: request) : request
    }

    private static func writeShared(_ request: ModelRequest, _ words: ThinkingWords, into body: inout JSONObject) {
        if !request.tools.isEmpty { body.set(tools(of: request), for: "tools") }
        if let choice = choice(of: request) { body.set(choice, for: "tool_choice") }
        if let thinking = words.thinking { body.set(thinking, for: "thinking") }
        writeOutput(request, effort: words.effort, into: &body)
        if let user = request.user { body.set(["user_id": .string(user)], for: "metadata") }
        body.set(serviceTier(of: request), for: "service_tier")
        if let system = system(of: request) { body.set(system, for: "system") }
        body.set(messages(of: request), for: "messages")
    }

    private static func tools(of request: ModelRequest) -> JSONValue {
        var entries: [JSONValue] = []
        for tool in request.tools {
            guard var entry = self.tool(tool) else { continue }
            // Another format's tool may go without parameters; here an object is the least.
            if request.origin != family, entry["input_schema"] == [:] {
                entry.set(["type": "object"], for: "input_schema")
            }
            write(tool.cacheMark, into: &entry)
            entries.append(.object(entry))
        }
        return .array(entries)
    }

    /// Nil for a tool that another provider carries out itself.
    private static func tool(_ tool: ToolDefinition) -> JSONObject? {
        switch tool.kind {
        case .native:
            return tool.passthrough?.family == family ? tool.passthrough?.members : nil
        case .freeText:
            return [
                "name": .string(tool.name), "description": .string(tool.description),
                "input_schema": [
                    "type": "object", "properties": ["input": ["type": "string"]], "required": ["input"],
                ],
            ]
        case nil:
            var entry: JSONObject = ["name": .string(tool.name)]
            if !tool.description.isEmpty { entry.set(.string(tool.description), for: "description") }
            entry.set(tool.parameters, for: "input_schema")
            entry.set(tool.strict, for: "strict")
            entry.add(tool.passthrough, for: family)
            return entry
        }
    }

    private static func choice(of request: ModelRequest) -> JSONValue? {
        var entry: JSONObject
        switch request.toolChoice {
        case .auto: entry = ["type": "auto"]
        case .never: return ["type": "none"]
        case .required: entry = ["type": "any"]
        case .tool(let name): entry = ["type": "tool", "name": .string(name)]
        case nil:
            guard request.parallelToolCalls == false, !request.tools.isEmpty else { return nil }
            entry = ["type": "auto"]
        }
        if let parallel = request.parallelToolCalls, !parallel || request.origin == family {
            entry.set(.bool(!parallel), for: "disable_parallel_tool_use")
        }
        return .object(entry)
    }

    private static func writeOutput(
        _ request: ModelRequest, effort: ThinkingSetting.Effort?, into body: inout JSONObject
    ) {
        var config = JSONObject()
        config.set(effort?.rawValue, for: "effort")
        if case .schema(let format) = request.responseFormat {
            var entry: JSONObject = ["type": "json_schema", "schema": format.schema]
            entry.add(format.passthrough, for: family)
            if format.passthrough?.family == family, format.passthrough?.form == Form.outputFormat {
                body.set(.object(entry), for: "output_format")
            } else {
                config.set(.object(entry), for: "format")
            }
        }
        if let own = request.passthrough, own.family == family, let others = own.members["output_config"]?.objectValue {
            for (name, value) in others { config.set(value, for: name) }
        }
        if !config.isEmpty { body.set(.object(config), for: "output_config") }
    }

    /// Instructions in the middle of another format's conversation; not every model takes them there, so they join the
    /// system prompt.
    static func hoists(_ message: Message, of request: ModelRequest) -> Bool {
        message.role == .system && request.origin != family
    }

    /// Other formats have tiers of other names.
    private static func serviceTier(of request: ModelRequest) -> String? {
        guard request.origin != family else { return request.serviceTier }
        return request.serviceTier == "auto" ? "auto" : request.serviceTier == "default" ? "standard_only" : nil
    }

    private static func system(of request: ModelRequest) -> JSONValue? {
        let hoisted = request.messages.filter { hoists($0, of: request) }.map { Passage($0.text) }
        let parts = (request.systemParts + hoisted).filter { !$0.text.allSatisfy(\.isWhitespace) }
        guard let first = parts.first else { return nil }
        if parts.count == 1, first.isPlain { return .string(first.text) }
        return .array(parts.map { .object(block($0, citesOthers: false)) })
    }

    static func write(_ mark: CacheMark?, into block: inout JSONObject) {
        guard let mark else { return }
        var entry: JSONObject = ["type": "ephemeral"]
        entry.set(mark.lifetime, for: "ttl")
        entry.add(mark.passthrough, for: family)
        block.set(.object(entry), for: "cache_control")
    }
}
