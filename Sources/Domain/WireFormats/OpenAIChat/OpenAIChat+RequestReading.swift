import Conversation
package import JSON

extension OpenAIChat {
    private static let known: Set<String> = [
        "model", "messages", "tools", "functions", "tool_choice", "function_call", "parallel_tool_calls", "max_tokens",
        "max_completion_tokens", "temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty",
        "stop",
        "stream", "stream_options", "response_format", "reasoning_effort", "user", "metadata", "service_tier",
        "prompt_cache_key",
    ]

    /// Reads a request of `POST /v1/chat/completions`.
    ///
    /// Where the client gave no limit of the answer, `maxOutputTokens` is 0 and `assumesOutputLimit` true: the caller puts
    /// the model's own limit in.
    package static func request(from body: JSONValue) throws(WireFault) -> ServedRequest {
        let wire = try WireObject(body)
        let model = try wire.requiredString("model")
        guard !model.isEmpty else { throw WireFault(.invalid, "model", "expected a model's name, got an empty string") }
        if let count = try wire.int("n", atLeast: 1), count > 1 {
            throw WireFault(
                .unsupported, "n", "this server gives one answer a call; leave n out, and ask \(count) times")
        }
        var rest = wire.rest(besides: known)
        let older = try wire.int("max_tokens", atLeast: 1)
        let limit = try wire.int("max_completion_tokens", atLeast: 1) ?? older
        var conversation = Gatherer()
        _ = try wire.each("messages") { (value) throws(WireFault) in try conversation.take(value) }
        guard wire["messages"] != nil else { throw WireFault(.invalid, "messages", "the field is missing") }
        guard !conversation.isEmpty else {
            throw WireFault(.invalid, "messages", "expected at least one message, got an empty array")
        }
        var request = ModelRequest(
            model: model, system: "", messages: conversation.messages, maxOutputTokens: limit ?? 0,
            purpose: .init(agent: "served", step: "openai-chat", turn: 1))
        request.systemParts = conversation.system
        request.origin = family
        request.cacheMarks = .asGiven
        request.assumesOutputLimit = limit == nil
        try readTools(wire, into: &request, rest: &rest)
        try readSampling(wire, into: &request, rest: &rest)
        if let format = wire["response_format"] { try readFormat(format, into: &request, rest: &rest) }
        if let word = try wire.string("reasoning_effort") {
            if word == "none" {
                request.thinking = ThinkingSetting(mode: .off)
            } else if let effort = ThinkingSetting.Effort(rawValue: word) {
                request.thinking = ThinkingSetting(effort: effort)
            } else {
                rest.set(.string(word), for: "reasoning_effort")
            }
        }
        request.user = try wire.string("user")
        request.metadata = try wire.object("metadata")
        request.serviceTier = try wire.string("service_tier")
        request.cacheKey = try wire.string("prompt_cache_key")
        var served = ServedRequest(request, stream: try wire.bool("stream") ?? false, includesUsage: false)
        if var options = try wire.object("stream_options") {
            served.includesUsage = options["include_usage"]?.boolValue ?? false
            options.set(JSONValue?.none, for: "include_usage")
            if !options.isEmpty { rest.set(.object(options), for: "stream_options") }
        }
        served.usesLegacyFunctions = wire["functions"] != nil
        served.request.passthrough = .kept(family, rest)
        return served
    }

    private static func readSampling(
        _ wire: WireObject, into request: inout ModelRequest, rest: inout JSONObject
    ) throws(WireFault) {
        request.temperature = try wire.number("temperature", in: 0...2)
        request.topP = try wire.number("top_p", in: 0...1)
        request.topK = try wire.int("top_k")
        request.seed = try wire.int("seed")
        request.frequencyPenalty = try wire.number("frequency_penalty", in: -2...2)
        request.presencePenalty = try wire.number("presence_penalty", in: -2...2)
        guard let stop = wire["stop"] else { return }
        if let text = stop.stringValue {
            request.stopSequences = [text]
            rest.set(stop, for: "stop")
        } else if stop.arrayValue != nil {
            request.stopSequences = try wire.strings("stop") ?? []
        } else {
            throw wire.mismatch("stop", "a string or an array of strings", stop)
        }
    }

    private static func readFormat(
        _ value: JSONValue, into request: inout ModelRequest, rest: inout JSONObject
    ) throws(WireFault) {
        do throws(WireFault) {
            let wire = try WireObject(value)
            switch try wire.requiredString("type") {
            case "text": request.responseFormat = .text
            case "json_object": request.responseFormat = .jsonObject
            case "json_schema":
                _ = try wire.required("json_schema")
                request.responseFormat = try wire.at("json_schema", schemaFormat)
            default: rest.set(value, for: "response_format")
            }
        } catch {
            throw error.inside("response_format")
        }
    }

    private static func schemaFormat(_ value: JSONValue) throws(WireFault) -> ResponseFormat {
        let wire = try WireObject(value)
        let others = wire.rest(besides: ["name", "description", "schema", "strict"])
        let schema = try wire.object("schema")
        return .schema(
            .init(
                .object(schema ?? [:]), name: try wire.requiredString("name"),
                description: try wire.string("description"), strict: try wire.bool("strict"),
                passthrough: .kept(family, others, form: schema == nil ? Form.absent : nil)))
    }

    private static func readTools(
        _ wire: WireObject, into request: inout ModelRequest, rest: inout JSONObject
    ) throws(WireFault) {
        request.tools = try wire.each("tools", tool) ?? []
        request.tools +=
            try wire.each("functions") { (value) throws(WireFault) -> ToolDefinition in
                try function(try WireObject(value), outer: [:])
            } ?? []
        request.parallelToolCalls = try wire.bool("parallel_tool_calls")
        if let word = wire["tool_choice"] ?? wire["function_call"] {
            switch word {
            case "auto": request.toolChoice = .auto
            case "none": request.toolChoice = .never
            case "required": request.toolChoice = .required
            case .object(let choice):
                if let name = (choice["function"] ?? choice["custom"])?["name"]?.stringValue {
                    request.toolChoice = .tool(name)
                } else if wire["tool_choice"] == nil, let name = choice["name"]?.stringValue {
                    request.toolChoice = .tool(name)
                } else {
                    rest.set(word, for: "tool_choice")
                }
            default:
                let name = wire["tool_choice"] == nil ? "function_call" : "tool_choice"
                throw wire.mismatch(name, "\"auto\", \"none\", \"required\" or an object with the tool's name", word)
            }
        }
    }

    private static func tool(_ value: JSONValue) throws(WireFault) -> ToolDefinition {
        let wire = try WireObject(value)
        switch try wire.requiredString("type") {
        case "function":
            _ = try wire.required("function")
            let outer = wire.rest(besides: ["type", "function"])
            guard
                let tool = try wire.at(
                    "function", { (value) throws(WireFault) in try function(try WireObject(value), outer: outer) })
            else { throw WireFault(.invalid, "function", "the field is missing") }
            return tool
        case "custom":
            guard let custom = try wire.object("custom") else {
                throw WireFault(.invalid, "custom", "the field is missing")
            }
            let inner = WireObject(custom)
            var others = wire.rest(besides: ["type", "custom"])
            let deep = inner.rest(besides: ["name", "description"])
            if !deep.isEmpty { others.set(.object(deep), for: "custom") }
            do throws(WireFault) {
                return ToolDefinition(
                    name: try inner.requiredString("name"), description: try inner.string("description") ?? "",
                    parameters: [:], kind: .freeText, passthrough: .kept(family, others))
            } catch {
                throw error.inside("custom")
            }
        case let type:
            return ToolDefinition(
                name: wire.members["name"]?.stringValue ?? type, description: "", parameters: [:], kind: .native,
                passthrough: Passthrough(family, wire.members))
        }
    }

    private static func function(_ wire: WireObject, outer: JSONObject) throws(WireFault) -> ToolDefinition {
        var others = outer
        let deep = wire.rest(besides: ["name", "description", "parameters", "strict"])
        if !deep.isEmpty { others.set(.object(deep), for: "function") }
        return ToolDefinition(
            name: try wire.requiredString("name"), description: try wire.string("description") ?? "",
            parameters: try wire.object("parameters").map { .object($0) } ?? [:], strict: try wire.bool("strict"),
            passthrough: .kept(family, others))
    }
}
