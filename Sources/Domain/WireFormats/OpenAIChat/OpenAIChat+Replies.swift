package import Conversation
package import JSON

extension OpenAIChat {
    static let replyMembers: Set<String> = ["id", "object", "created", "model", "choices", "usage"]
    static let messageMembers: Set<String> = [
        "role", "content", "refusal", "reasoning_content", "reasoning", "tool_calls", "function_call", "annotations",
    ]

    /// Reads a whole answer: its first choice.
    package static func reply(from body: JSONValue) throws(WireFault) -> ModelReply {
        let wire = try WireObject(body)
        guard let choices = try wire.array("choices"), let first = choices.first else {
            throw WireFault(.invalid, "choices", "expected an answer, found none")
        }
        var fields = JSONObject()
        for (name, value) in wire.members where !replyMembers.contains(name) { fields.set(value, for: name) }
        var usage = Usage.zero
        if let counts = try wire.object("usage") { usage = Self.usage(counts) }
        do throws(WireFault) {
            let choice = try WireObject(first)
            guard let members = try choice.object("message") else {
                throw WireFault(.invalid, "message", "the field is missing")
            }
            var others = JSONObject()
            for (name, value) in choice.members where !["index", "message", "finish_reason"].contains(name) {
                others.set(value, for: name)
            }
            var reply = ModelReply(
                id: try wire.string("id") ?? "", model: try wire.string("model") ?? "", content: [],
                stopReason: .endOfTurn, usage: usage)
            do throws(WireFault) {
                try read(WireObject(members), into: &reply, fields: &fields)
            } catch {
                throw error.inside("message")
            }
            let word = try choice.requiredString("finish_reason")
            reply.stopReason = stopReason(word, hasCalls: !reply.message.toolCalls.isEmpty)
            if case .other = reply.stopReason { others.set(.string(word), for: "finish_reason") }
            if !others.isEmpty { fields.set(.object(others), for: "choice") }
            reply.passthrough = .kept(family, fields, form: reply.passthrough?.form)
            return reply
        } catch {
            throw error.inside(0).inside("choices")
        }
    }

    private static func read(
        _ message: WireObject, into reply: inout ModelReply, fields: inout JSONObject
    ) throws(WireFault) {
        var rest = JSONObject()
        for (name, value) in message.members where !messageMembers.contains(name) { rest.set(value, for: name) }
        let reasoning = try message.string("reasoning")
        if let text = try message.string("reasoning_content") ?? reasoning, !text.isEmpty {
            reply.content.append(.thinking(Thinking(text: text)))
            if message["reasoning_content"] == nil { reply.passthrough = Passthrough(family, form: Form.reasoning) }
        }
        let annotations = try message.each("annotations", annotation)
        if let text = try message.string("content"), !text.isEmpty || annotations?.isEmpty == false {
            reply.content.append(Content(Passage(text, citations: annotations)))
        } else if annotations != nil {
            rest.set([], for: "annotations")
        }
        if let text = try message.string("refusal") {
            reply.content.append(.text(text))
            reply.passthrough = Passthrough(family, form: Form.refusal)
        }
        reply.content += try message.each("tool_calls", toolCall)?.map { .toolCall($0) } ?? []
        if let call = try message.object("function_call"), let name = call["name"]?.stringValue {
            let arguments = ToolCall.Arguments(streamed: call["arguments"]?.stringValue ?? "")
            reply.content.append(.toolCall(ToolCall(id: "function_1", name: name, arguments: arguments)))
        }
        if !rest.isEmpty { fields.set(.object(rest), for: "message") }
    }

    static func annotation(_ value: JSONValue) throws(WireFault) -> Citation {
        let wire = try WireObject(value)
        let native = NativePart(family, value)
        guard try wire.requiredString("type") == "url_citation", let web = try wire.object("url_citation") else {
            return Citation(.other, native: native)
        }
        var answer: Citation.Place?
        if let start = web["start_index"]?.intValue, let end = web["end_index"]?.intValue {
            answer = Citation.Place(start: start, end: end)
        }
        return Citation(
            .web(url: web["url"]?.stringValue ?? ""), title: web["title"]?.stringValue, answer: answer, native: native)
    }

    /// A citation for a client, of the characters that it stands for; nil for what this format has no words for.
    static func wire(_ citation: Citation, of range: Range<Int>) -> JSONValue? {
        if let native = citation.native, native.family == family { return native.value }
        let url: String
        switch citation.source {
        case .web(let address): url = address
        case .searchResult(_, let source) where source.hasPrefix("http"): url = source
        default: return nil
        }
        let place = citation.answer ?? Citation.Place(start: range.lowerBound, end: range.upperBound)
        return [
            "type": "url_citation",
            "url_citation": [
                "start_index": .integer(Int64(place.start)), "end_index": .integer(Int64(place.end)),
                "url": .string(url), "title": .string(citation.title ?? url),
            ],
        ]
    }

    /// The body of a whole answer for a client.
    ///
    /// Thinking is `reasoning_content`, as the services that show it have it; signatures have no place here.
    package static func body(of reply: ModelReply, answer: ServedAnswer) -> JSONValue {
        let own = reply.passthrough?.family == family ? reply.passthrough : nil
        var message: JSONObject = ["role": "assistant"]
        var text = ""
        var length = 0
        var hasText = false
        var thinking = ""
        var annotations: [JSONValue]?
        var calls: [ToolCall] = []
        for content in reply.content {
            switch content {
            case .thinking(let part): thinking += part.text
            case .toolCall(let call): calls.append(call)
            default:
                guard let words = content.plainText else { continue }
                hasText = true
                text += words
                let start = length
                length += words.unicodeScalars.count
                guard case .passage(let passage) = content, let citations = passage.citations else { continue }
                annotations = (annotations ?? []) + citations.compactMap { wire($0, of: start..<length) }
            }
        }
        let isRefusal = own?.form == Form.refusal
        message.set(hasText && !isRefusal ? .string(text) : .null, for: "content")
        message.set(isRefusal ? .string(text) : .null, for: "refusal")
        if !thinking.isEmpty {
            message.set(.string(thinking), for: own?.form == Form.reasoning ? "reasoning" : "reasoning_content")
        }
        if let annotations { message.set(.array(annotations), for: "annotations") }
        write(calls, answer, into: &message)
        if let others = own?.members["message"]?.objectValue { message.merge(others) }
        var choice: JSONObject = [
            "index": 0, "message": .object(message),
            "finish_reason": .string(word(for: reply.stopReason, legacy: answer.usesLegacyFunctions)),
        ]
        if let others = own?.members["choice"]?.objectValue { choice.merge(others) }
        var body: JSONObject = [
            "id": .string(answer.id ?? reply.id), "object": "chat.completion",
            "created": .integer(Int64(answer.created)), "model": .string(answer.model ?? reply.model),
            "choices": [.object(choice)], "usage": .object(wire(reply.usage)),
        ]
        for (name, value) in own?.members ?? [:] where name != "choice" && name != "message" {
            body.set(value, for: name)
        }
        return .object(body)
    }

    private static func write(_ calls: [ToolCall], _ answer: ServedAnswer, into message: inout JSONObject) {
        guard let first = calls.first else { return }
        if answer.usesLegacyFunctions {
            message.set(
                ["name": .string(first.name), "arguments": .string(first.wireText)], for: "function_call")
            return
        }
        message.set(
            .array(
                calls.map { call in
                    var call = call
                    if let text = answer.freeText(of: call) {
                        call.kind = .freeText
                        call.arguments = .json(.string(text))
                    }
                    return wire(call, asSaid: true)
                }), for: "tool_calls")
    }

    /// A call of an answer: broken arguments go to the client as the model wrote them.
    private static func wire(_ call: ToolCall, asSaid: Bool) -> JSONValue {
        guard case .broken(let text, _) = call.arguments, case .object(var entry) = wire(call) else {
            return wire(call)
        }
        entry.merge(["function": ["arguments": .string(text)]])
        return .object(entry)
    }

    static func stopReason(_ word: String, hasCalls: Bool) -> StopReason {
        switch word {
        case "stop": hasCalls ? .toolUse : .endOfTurn
        case "tool_calls", "function_call": .toolUse
        case "length": .maxTokens
        case "content_filter": .refused
        default: .other(word)
        }
    }

    static func word(for reason: StopReason, legacy: Bool) -> String {
        switch reason {
        case .endOfTurn, .stopSequence, .other: "stop"
        case .toolUse: legacy ? "function_call" : "tool_calls"
        case .maxTokens: "length"
        case .refused: "content_filter"
        }
    }

    /// Here the input includes what was read from the cache and written to it; in our words each token is counted once.
    static func usage(_ counts: JSONObject) -> Usage {
        let input = counts["prompt_tokens_details"]?.objectValue ?? [:]
        let output = counts["completion_tokens_details"]?.objectValue ?? [:]
        let cached = input["cached_tokens"]?.intValue ?? counts["prompt_cache_hit_tokens"]?.intValue ?? 0
        let written = input["cache_write_tokens"]?.intValue ?? 0
        var rest = WireObject(counts).rest(besides: [
            "prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details", "completion_tokens_details",
        ])
        let otherInput = WireObject(input).rest(besides: ["cached_tokens", "cache_write_tokens"])
        let otherOutput = WireObject(output).rest(besides: ["reasoning_tokens"])
        if !otherInput.isEmpty { rest.set(.object(otherInput), for: "prompt_tokens_details") }
        if !otherOutput.isEmpty { rest.set(.object(otherOutput), for: "completion_tokens_details") }
        return Usage(
            input: max(0, (counts["prompt_tokens"]?.intValue ?? 0) - cached - written),
            output: counts["completion_tokens"]?.intValue ?? 0, cacheRead: cached, cacheWrite: written,
            reasoning: output["reasoning_tokens"]?.intValue ?? 0, passthrough: .kept(family, rest))
    }

    static func wire(_ usage: Usage) -> JSONObject {
        var input: JSONObject = ["cached_tokens": .integer(Int64(usage.cacheRead))]
        if usage.cacheWrite > 0 { input.set(usage.cacheWrite, for: "cache_write_tokens") }
        var counts: JSONObject = [
            "prompt_tokens": .integer(Int64(usage.totalInput)), "completion_tokens": .integer(Int64(usage.output)),
            "total_tokens": .integer(Int64(usage.total)), "prompt_tokens_details": .object(input),
            "completion_tokens_details": ["reasoning_tokens": .integer(Int64(usage.reasoning))],
        ]
        counts.addDeep(usage.passthrough, for: family)
        return counts
    }
}
