import Conversation
import JSON

/// Reads the request itself; its items are read by `ResponsesInputReader`.
struct ResponsesRequestReader {
    private let wire: WireObject
    private let body: JSONValue

    init(_ body: JSONValue) throws(WireFault) {
        self.body = body
        wire = try WireObject(body)
    }

    private static let family = OpenAIResponses.family
    private static let known: Set<String> = [
        "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text", "reasoning",
        "max_output_tokens", "temperature", "top_p", "prompt_cache_key", "metadata", "user", "service_tier", "stream",
    ]
    private static let echoed = [
        "background", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "parallel_tool_calls",
        "previous_response_id", "prompt_cache_key", "reasoning", "safety_identifier", "service_tier", "store",
        "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user",
    ]

    func read() throws(WireFault) -> ServedRequest {
        let model = try wire.requiredString("model")
        guard !model.isEmpty else { throw WireFault(.invalid, "model", "expected a model's name, got an empty string") }
        let limit = try wire.int("max_output_tokens", atLeast: 1)
        var input = ResponsesInputReader()
        try readInput(&input)
        var request = ModelRequest(
            model: model, system: "", messages: input.messages, maxOutputTokens: limit ?? 0,
            purpose: .init(agent: "served", step: "openai-responses", turn: 1))
        request.origin = Self.family
        request.cacheMarks = .asGiven
        request.assumesOutputLimit = limit == nil
        request.systemParts = input.system
        if let text = try wire.string("instructions"), !text.isEmpty {
            request.systemParts.insert(Passage(text), at: 0)
        }
        var rest = wire.rest(besides: Self.known)
        if wire["input"] == nil { rest.set(true, for: OpenAIResponses.Key.noInput) }
        request.tools = try wire.each("tools", tool) ?? []
        try wire.at("tool_choice") { (value) throws(WireFault) in
            if let choice = try self.choice(value) {
                request.toolChoice = choice
            } else {
                rest.set(value, for: "tool_choice")
            }
        }
        request.parallelToolCalls = try wire.bool("parallel_tool_calls")
        try wire.at("text") { (value) throws(WireFault) in try text(value, into: &request, rest: &rest) }
        try wire.at("reasoning") { (value) throws(WireFault) in
            request.thinking = try reasoning(value)
        }
        request.temperature = try wire.number("temperature", in: 0...2)
        request.topP = try wire.number("top_p", in: 0...1)
        request.cacheKey = try wire.string("prompt_cache_key")
        request.metadata = try wire.object("metadata")
        request.user = try wire.string("user")
        request.serviceTier = try wire.string("service_tier")
        request.passthrough = .kept(Self.family, rest)
        return ServedRequest(request, stream: try wire.bool("stream") ?? false, echo: echo())
    }

    private func readInput(_ input: inout ResponsesInputReader) throws(WireFault) {
        switch wire["input"] {
        case .string(let text):
            input.readText(text)
        case .array(let items):
            for (index, item) in items.enumerated() {
                do throws(WireFault) {
                    try input.read(item)
                } catch {
                    throw error.inside(index).inside("input")
                }
            }
            input.finish()
        case nil:
            // A conversation that OpenAI keeps may be continued without a word.
            guard wire["previous_response_id"] == nil, wire["conversation"] == nil, wire["prompt"] == nil else {
                return
            }
            throw WireFault(.invalid, "input", "the field is missing")
        case let value?:
            throw wire.mismatch("input", "a string or an array of items", value)
        }
    }

    private func tool(_ value: JSONValue) throws(WireFault) -> ToolDefinition {
        let wire = try WireObject(value)
        switch try wire.requiredString("type") {
        case "function":
            let schema = wire["parameters"]
            guard schema == nil || schema?.objectValue != nil else {
                throw wire.mismatch("parameters", "an object", schema ?? .null)
            }
            var rest = wire.rest(besides: ["type", "name", "description", "parameters", "strict"])
            // What stands for a missing schema is not written back.
            if schema == nil { rest.set(wire.members["parameters"] ?? .null, for: "parameters") }
            return ToolDefinition(
                name: try wire.requiredString("name"), description: try wire.string("description") ?? "",
                parameters: schema ?? ["type": "object", "properties": [:]], strict: try wire.bool("strict"),
                passthrough: Passthrough(Self.family, rest))
        case "custom":
            return ToolDefinition(
                name: try wire.requiredString("name"), description: try wire.string("description") ?? "",
                parameters: [:], kind: .freeText,
                passthrough: Passthrough(Self.family, wire.rest(besides: ["type", "name", "description"])))
        case let type:
            return ToolDefinition(
                name: try wire.string("name") ?? type, description: "", parameters: [:], kind: .native,
                passthrough: Passthrough(Self.family, wire.members))
        }
    }

    /// Nil for a choice that this API alone has.
    private func choice(_ value: JSONValue) throws(WireFault) -> ToolChoice? {
        if let word = value.stringValue {
            switch word {
            case "auto": return .auto
            case "none": return ToolChoice.never
            case "required": return .required
            default:
                throw WireFault(
                    .invalid, "", "expected \"auto\", \"none\", \"required\" or an object, got \(value.summary)")
            }
        }
        let wire = try WireObject(value)
        let type = try wire.requiredString("type")
        guard type == "function" || type == "custom" else { return nil }
        let name = try wire.requiredString("name")
        // Which of the two it is follows from the tool of that name.
        return wire.rest(besides: ["type", "name"]).isEmpty ? .tool(name) : nil
    }

    private func text(
        _ value: JSONValue, into request: inout ModelRequest, rest: inout JSONObject
    ) throws(WireFault) {
        let wire = try WireObject(value)
        var others = wire.rest(besides: ["format"])
        if let format = try wire.at("format", Self.format) {
            if let known = format { request.responseFormat = known } else { others.set(wire["format"], for: "format") }
        }
        if !others.isEmpty { rest.set(.object(others), for: "text") }
    }

    /// Nil for a format that this API alone has.
    private static func format(_ value: JSONValue) throws(WireFault) -> ResponseFormat? {
        let wire = try WireObject(value)
        switch try wire.requiredString("type") {
        case "text": return .text
        case "json_object": return .jsonObject
        case "json_schema":
            let schema = try wire.required("schema")
            guard schema.objectValue != nil else { throw wire.mismatch("schema", "an object", schema) }
            return .schema(
                .init(
                    schema, name: try wire.requiredString("name"), description: try wire.string("description"),
                    strict: try wire.bool("strict"),
                    passthrough: .kept(
                        family, wire.rest(besides: ["type", "schema", "name", "description", "strict"]))))
        default: return nil
        }
    }

    private func reasoning(_ value: JSONValue) throws(WireFault) -> ThinkingSetting {
        let wire = try WireObject(value)
        var rest = wire.rest(besides: ["effort"])
        var setting = ThinkingSetting()
        switch try wire.string("effort") {
        case nil: break
        case "none": setting.mode = .off
        case let word?:
            setting.effort = ThinkingSetting.Effort(rawValue: word)
            if setting.effort == nil { rest.set(word, for: "effort") }
        }
        setting.passthrough = Passthrough(Self.family, rest)
        return setting
    }

    private func echo() -> JSONObject {
        var echo = JSONObject()
        for name in Self.echoed { if let value = wire.members[name] { echo.set(value, for: name) } }
        return echo
    }
}
