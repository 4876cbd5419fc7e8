import Conversation
import JSON

extension AnthropicMessages {
    private static let known: Set<String> = [
        "model", "max_tokens", "messages", "system", "tools", "tool_choice", "temperature", "top_p", "top_k",
        "stop_sequences", "stream", "metadata", "thinking", "output_config", "output_format", "service_tier",
    ]

    static func read(_ body: JSONValue, needsLimit: Bool) throws(WireFault) -> ServedRequest {
        let wire = try WireObject(body)
        let model = try wire.requiredString("model")
        guard !model.isEmpty else { throw WireFault(.invalid, "model", "expected a model's name, got an empty string") }
        let limit = try wire.int("max_tokens", atLeast: 0)
        if needsLimit, limit == nil { throw WireFault(.invalid, "max_tokens", "the field is missing") }
        guard let messages = try wire.each("messages", message) else {
            throw WireFault(.invalid, "messages", "the field is missing")
        }
        guard !messages.isEmpty else {
            throw WireFault(.invalid, "messages", "expected at least one message, got an empty array")
        }
        var request = ModelRequest(
            model: model, system: "", messages: messages, maxOutputTokens: limit ?? 0,
            purpose: .init(agent: "served", step: "anthropic-messages", turn: 1))
        request.origin = family
        request.cacheMarks = .asGiven
        request.assumesOutputLimit = limit == nil
        var rest = wire.rest(besides: known)
        request.systemParts = try system(wire)
        request.tools = try wire.each("tools", tool) ?? []
        try wire.at("tool_choice") { (value) throws(WireFault) in
            try choice(value, into: &request, rest: &rest)
        }
        request.temperature = try wire.number("temperature", in: 0...1)
        request.topP = try wire.number("top_p", in: 0...1)
        request.topK = try wire.int("top_k", atLeast: 0)
        request.stopSequences = try wire.strings("stop_sequences") ?? []
        request.serviceTier = try wire.string("service_tier")
        if let metadata = try wire.object("metadata") {
            request.user = try WireObject(metadata).userID()
            if request.user == nil || metadata.count > 1 { rest.set(.object(metadata), for: "metadata") }
        }
        try wire.at("thinking") { (value) throws(WireFault) in
            try thinking(value, into: &request, rest: &rest)
        }
        try wire.at("output_config") { (value) throws(WireFault) in
            try outputConfig(value, into: &request, rest: &rest)
        }
        if let format = wire["output_format"] {
            request.responseFormat = schemaFormat(format, form: Form.outputFormat)
            if request.responseFormat == nil { rest.set(format, for: "output_format") }
        }
        request.passthrough = .kept(family, rest)
        return ServedRequest(request, stream: try wire.bool("stream") ?? false)
    }

    private static func system(_ wire: WireObject) throws(WireFault) -> [Passage] {
        guard let value = wire["system"] else { return [] }
        if let text = value.stringValue { return text.isEmpty ? [] : [Passage(text)] }
        guard value.arrayValue != nil else { throw wire.mismatch("system", "a string or an array of texts", value) }
        var parts =
            try wire.each("system") { (block) throws(WireFault) -> Passage in
                let block = try WireObject(block)
                guard try block.requiredString("type") == "text" else {
                    throw WireFault(.invalid, "type", "expected \"text\", got \(block.members["type"]?.summary ?? "")")
                }
                return try passage(block)
            } ?? []
        if parts.count == 1, parts[0].isPlain { parts[0].passthrough = Passthrough(family, form: Form.block) }
        return parts
    }

    private static func message(_ value: JSONValue) throws(WireFault) -> Message {
        let wire = try WireObject(value)
        let word = try wire.requiredString("role")
        guard let role = Message.Role(rawValue: word) else {
            throw WireFault(
                .invalid, "role", "expected \"user\", \"assistant\" or \"system\", got \(JSONValue.string(word).text())"
            )
        }
        let rest = wire.rest(besides: ["role", "content"])
        let content = try wire.required("content")
        if let text = content.stringValue {
            return Message(
                role: role, content: [.text(text)], passthrough: Passthrough(family, rest, form: Form.string))
        }
        guard content.arrayValue != nil else { throw wire.mismatch("content", "a string or an array", content) }
        let blocks = try wire.each("content", block) ?? []
        return Message(role: role, content: blocks, passthrough: .kept(family, rest))
    }

    private static func tool(_ value: JSONValue) throws(WireFault) -> ToolDefinition {
        let wire = try WireObject(value)
        let type = try wire.string("type")
        let name = try wire.requiredString("name")
        let mark = try cacheMark(wire)
        guard type == nil || type == "custom" else {
            return ToolDefinition(
                name: name, description: "", parameters: [:], kind: .native,
                passthrough: Passthrough(family, wire.members))
        }
        let schema = try wire.required("input_schema")
        guard schema.objectValue != nil else { throw wire.mismatch("input_schema", "an object", schema) }
        return ToolDefinition(
            name: name, description: try wire.string("description") ?? "", parameters: schema,
            strict: try wire.bool("strict"), cacheMark: mark,
            passthrough: .kept(
                family, wire.rest(besides: ["name", "description", "input_schema", "strict", "cache_control"])))
    }

    private static func choice(
        _ value: JSONValue, into request: inout ModelRequest, rest: inout JSONObject
    ) throws(WireFault) {
        let wire = try WireObject(value)
        let type = try wire.requiredString("type")
        if let disabled = try wire.bool("disable_parallel_tool_use") { request.parallelToolCalls = !disabled }
        var known: Set = ["type", "disable_parallel_tool_use"]
        switch type {
        case "auto": request.toolChoice = .auto
        case "any": request.toolChoice = .required
        case "none": request.toolChoice = .never
        case "tool":
            request.toolChoice = .tool(try wire.requiredString("name"))
            known.insert("name")
        default:
            throw WireFault(
                .invalid, "type",
                "expected \"auto\", \"any\", \"tool\" or \"none\", got \(JSONValue.string(type).text())")
        }
        if !wire.rest(besides: known).isEmpty { rest.set(value, for: "tool_choice") }
    }

    private static func thinking(
        _ value: JSONValue, into request: inout ModelRequest, rest: inout JSONObject
    ) throws(WireFault) {
        let wire = try WireObject(value)
        let others = Passthrough.kept(family, wire.rest(besides: ["type", "budget_tokens"]))
        switch try wire.requiredString("type") {
        case "enabled":
            guard let budget = try wire.int("budget_tokens", atLeast: 1) else {
                throw WireFault(.invalid, "budget_tokens", "the field is missing")
            }
            request.thinking = ThinkingSetting(mode: .budget(budget), passthrough: others)
        case "disabled": request.thinking = ThinkingSetting(mode: .off, passthrough: others)
        case "adaptive": request.thinking = ThinkingSetting(mode: .adaptive, passthrough: others)
        default: rest.set(value, for: "thinking")
        }
    }

    private static func outputConfig(
        _ value: JSONValue, into request: inout ModelRequest, rest: inout JSONObject
    ) throws(WireFault) {
        let wire = try WireObject(value)
        var others = wire.rest(besides: ["effort", "format"])
        if let word = try wire.string("effort") {
            if let effort = ThinkingSetting.Effort(rawValue: word) {
                request.thinking = request.thinking ?? ThinkingSetting()
                request.thinking?.effort = effort
            } else {
                others.set(word, for: "effort")
            }
        }
        if let format = wire["format"] {
            request.responseFormat = schemaFormat(format, form: nil)
            if request.responseFormat == nil { others.set(format, for: "format") }
        }
        if !others.isEmpty { rest.set(.object(others), for: "output_config") }
    }

    /// Nil for a kind of format that only this API knows.
    private static func schemaFormat(_ value: JSONValue, form: String?) -> ResponseFormat? {
        guard value["type"] == "json_schema", let schema = value["schema"], let object = value.objectValue else {
            return nil
        }
        let rest = WireObject(object).rest(besides: ["type", "schema"])
        return .schema(.init(schema, passthrough: .kept(family, rest, form: form)))
    }
}

extension WireObject {
    fileprivate func userID() throws(WireFault) -> String? {
        do throws(WireFault) {
            return try string("user_id")
        } catch {
            throw error.inside("metadata")
        }
    }
}
