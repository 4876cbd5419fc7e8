import Conversation
import JSON

extension OpenAIChat {
    /// Gathers the messages of a request: instructions at its beginning are the system prompt, results of tools stand
    /// together in one message, before what the user says behind them.
    struct Gatherer {
        private(set) var system: [Passage] = []
        private(set) var messages: [Message] = []
        /// The id of the call that a message of the role `function` answers, by the function's name.
        private var legacyCalls: [String: String] = [:]
        private var legacyCount = 0
        private var endsWithResults = false

        var isEmpty: Bool { system.isEmpty && messages.isEmpty }

        mutating func take(_ value: JSONValue) throws(WireFault) {
            let wire = try WireObject(value)
            let role = try wire.requiredString("role")
            let hadResults = endsWithResults
            endsWithResults = false
            switch role {
            case "system", "developer": try takeInstruction(wire, isDeveloper: role == "developer")
            case "user":
                let message = try user(wire)
                if hadResults {
                    messages[messages.count - 1].content += message.content
                    messages[messages.count - 1].passthrough = message.passthrough
                } else {
                    messages.append(message)
                }
            case "assistant": messages.append(try assistant(wire))
            case "tool", "function":
                let result = try result(wire, isLegacy: role == "function")
                if hadResults {
                    messages[messages.count - 1].content.append(.toolResult(result))
                } else {
                    messages.append(Message(role: .user, content: [.toolResult(result)]))
                }
                endsWithResults = true
            default:
                throw WireFault(
                    .invalid, "role",
                    "expected system, developer, user, assistant or tool, got \(JSONValue.string(role).text())")
            }
        }

        private mutating func takeInstruction(_ wire: WireObject, isDeveloper: Bool) throws(WireFault) {
            let rest = wire.rest(besides: ["role", "content"])
            var passages = try texts(wire)
            let isString = wire["content"]?.stringValue != nil
            let form =
                isString ? (isDeveloper ? Form.developer : nil) : (isDeveloper ? Form.developerParts : Form.parts)
            guard messages.isEmpty else {
                messages.append(
                    Message(
                        role: .system, content: passages.map(Content.init),
                        passthrough: .kept(family, rest, form: form)))
                return
            }
            if passages.isEmpty { return }
            // The members of the message go with its first part, beside those of the part itself.
            for index in passages.indices {
                var own = passages[index].passthrough?.members ?? [:]
                if index == 0, !rest.isEmpty { own.set(.object(rest), for: "message") }
                passages[index].passthrough = .kept(family, own, form: index == 0 ? form : Form.more)
            }
            system += passages
        }

        private func user(_ wire: WireObject) throws(WireFault) -> Message {
            let rest = wire.rest(besides: ["role", "content"])
            let content = try wire.required("content")
            if let text = content.stringValue {
                return Message(role: .user, content: [.text(text)], passthrough: .kept(family, rest))
            }
            guard content.arrayValue != nil else { throw wire.mismatch("content", "a string or an array", content) }
            let parts = try wire.each("content", part) ?? []
            return Message(role: .user, content: parts, passthrough: .kept(family, rest, form: Form.parts))
        }

        private mutating func assistant(_ wire: WireObject) throws(WireFault) -> Message {
            var rest = wire.rest(besides: [
                "role", "content", "refusal", "tool_calls", "function_call", "reasoning_content", "reasoning",
            ])
            var form: String?
            var content: [Content] = []
            for name in ["reasoning_content", "reasoning"] {
                guard let text = try wire.string(name) else { continue }
                guard content.isEmpty else {
                    rest.set(.string(text), for: name)
                    continue
                }
                let own = name == "reasoning" ? Passthrough(family, form: Form.reasoning) : nil
                content.append(.thinking(Thinking(text: text, origin: family, passthrough: own)))
            }
            if let words = wire["content"] {
                if words.stringValue == nil { form = Form.parts }
                content += try texts(wire).map(Content.init)
            } else {
                rest.set(JSONValue?.none, for: "content")
                if wire.members["content"] == nil { form = Form.absent }
            }
            if let refusal = try wire.string("refusal") {
                content.append(.passage(Passage(refusal, passthrough: Passthrough(family, form: Form.refusal))))
            }
            content += try wire.each("tool_calls", OpenAIChat.toolCall)?.map { .toolCall($0) } ?? []
            if let call = try wire.object("function_call") {
                let name = call["name"]?.stringValue ?? ""
                legacyCount += 1
                legacyCalls[name] = "function_\(legacyCount)"
                content.append(
                    .toolCall(
                        ToolCall(
                            id: "function_\(legacyCount)", name: name,
                            arguments: .init(streamed: call["arguments"]?.stringValue ?? ""))))
            }
            return Message(role: .assistant, content: content, passthrough: .kept(family, rest, form: form))
        }

        private func result(_ wire: WireObject, isLegacy: Bool) throws(WireFault) -> ToolResult {
            let id: String
            if isLegacy {
                let name = try wire.requiredString("name")
                guard let known = legacyCalls[name] else {
                    throw WireFault(.invalid, "name", "no function call of the name \(name) comes before")
                }
                id = known
            } else {
                id = try wire.requiredString("tool_call_id")
            }
            let rest = isLegacy ? [:] : wire.rest(besides: ["role", "tool_call_id", "content"])
            guard let content = wire["content"], content.stringValue == nil else {
                var result = ToolResult(callID: id, text: wire["content"]?.stringValue ?? "", outcome: .ok)
                result.passthrough = .kept(family, rest)
                return result
            }
            guard content.arrayValue != nil else { throw wire.mismatch("content", "a string or an array", content) }
            return ToolResult(
                callID: id, parts: try wire.each("content", part) ?? [], outcome: .ok,
                passthrough: .kept(family, rest, form: Form.parts))
        }

        /// The texts of a content that may be a string.
        private func texts(_ wire: WireObject) throws(WireFault) -> [Passage] {
            let content = try wire.required("content")
            if let text = content.stringValue { return [Passage(text)] }
            guard content.arrayValue != nil else { throw wire.mismatch("content", "a string or an array", content) }
            return try wire.each("content") { (value) throws(WireFault) -> Passage in
                switch try part(value) {
                case .text(let text): return Passage(text)
                case .passage(let passage): return passage
                default:
                    throw WireFault(
                        .invalid, "type", "expected \"text\", got \(value["type"]?.summary ?? "another part")")
                }
            } ?? []
        }
    }

    static func part(_ value: JSONValue) throws(WireFault) -> Content {
        let wire = try WireObject(value)
        switch try wire.requiredString("type") {
        case "text":
            return Content(
                Passage(
                    try wire.requiredString("text"), cacheMark: mark(wire),
                    passthrough: .kept(family, wire.rest(besides: ["type", "text"]))))
        case "refusal":
            return .passage(
                Passage(
                    try wire.requiredString("refusal"),
                    passthrough: Passthrough(
                        family, wire.rest(besides: ["type", "refusal"]), form: Form.refusalPart)))
        case "image_url":
            var others = wire.rest(besides: ["type", "image_url"])
            _ = try wire.required("image_url")
            if let url = wire["image_url"]?.stringValue {
                others.set(.string(url), for: "image_url")
                return .image(ImagePart(DataURL.read(url) ?? .url(url), passthrough: .kept(family, others)))
            }
            let image = try wire.at("image_url") { (value) throws(WireFault) -> ImagePart in
                let inner = try WireObject(value)
                let deep = inner.rest(besides: ["url", "detail"])
                if !deep.isEmpty { others.set(.object(deep), for: "image_url") }
                let url = try inner.requiredString("url")
                return ImagePart(
                    DataURL.read(url) ?? .url(url), detail: try inner.string("detail"), cacheMark: mark(wire),
                    passthrough: .kept(family, others))
            }
            guard let image else { throw WireFault(.invalid, "image_url", "the field is missing") }
            return .image(image)
        case "file": return try file(wire)
        default: return .native(NativePart(family, value))
        }
    }

    private static func file(_ wire: WireObject) throws(WireFault) -> Content {
        guard let file = try wire.object("file") else { throw WireFault(.invalid, "file", "the field is missing") }
        let inner = WireObject(file)
        var others = wire.rest(besides: ["type", "file"])
        var deep = inner.rest(besides: ["file_data", "file_id", "filename"])
        do throws(WireFault) {
            let source: MediaSource
            if let data = try inner.string("file_data") {
                if let read = DataURL.read(data) {
                    source = read
                } else {
                    source = .base64(mediaType: "application/pdf", data: data)
                    deep.set(.string(data), for: "file_data")
                }
            } else if let id = try inner.string("file_id") {
                source = .file(id: id)
            } else {
                throw WireFault(.invalid, "", "expected file_data or file_id, found neither")
            }
            if !deep.isEmpty { others.set(.object(deep), for: "file") }
            return .document(
                DocumentPart(
                    source, title: try inner.string("filename"), cacheMark: mark(wire),
                    passthrough: .kept(family, others)))
        } catch {
            throw error.inside("file")
        }
    }

    /// The marks that this API's relatives and its later versions take; their own words pass through beside them.
    private static func mark(_ wire: WireObject) -> CacheMark? {
        if let mark = wire.members["cache_control"]?.objectValue {
            return CacheMark(lifetime: mark["ttl"]?.stringValue)
        }
        return wire.members["prompt_cache_breakpoint"]?.objectValue == nil ? nil : .standard
    }

    static func toolCall(_ value: JSONValue) throws(WireFault) -> ToolCall {
        let wire = try WireObject(value)
        let id = try wire.requiredString("id")
        let type = try wire.string("type") ?? "function"
        var others = wire.rest(besides: ["id", "type", "function", "custom"])
        let member = type == "custom" ? "custom" : "function"
        guard type == "function" || type == "custom" else {
            throw WireFault(
                .invalid, "type", "expected \"function\" or \"custom\", got \(JSONValue.string(type).text())")
        }
        guard let inner = try wire.object(member).map({ WireObject($0) }) else {
            throw WireFault(.invalid, member, "the field is missing")
        }
        do throws(WireFault) {
            let name = try inner.requiredString("name")
            guard type == "function" else {
                let deep = inner.rest(besides: ["name", "input"])
                if !deep.isEmpty { others.set(.object(deep), for: member) }
                return ToolCall(
                    id: id, name: name, arguments: .json(.string(try inner.string("input") ?? "")), kind: .freeText,
                    passthrough: .kept(family, others))
            }
            var deep = inner.rest(besides: ["name", "arguments"])
            let text: String
            if let whole = inner["arguments"]?.objectValue {
                text = JSONValue.object(whole).text()
            } else {
                text = try inner.string("arguments") ?? ""
            }
            var call = ToolCall(id: id, name: name, arguments: .init(streamed: text))
            // What the model wrote goes back as it wrote it, so that prompt caches hit.
            if OpenAIChat.arguments(of: call) != text { deep.set(.string(text), for: "arguments") }
            if !deep.isEmpty { others.set(.object(deep), for: member) }
            call.passthrough = .kept(family, others)
            return call
        } catch {
            throw error.inside(member)
        }
    }

    static func arguments(of call: ToolCall) -> String {
        switch call.arguments {
        case .json(let value) where call.kind == .freeText: JSONValue.object(["input": value]).text()
        case .json(let value) where value.objectValue != nil: value.text()
        case .json(let value): JSONValue.object(["value": value]).text()
        case .broken(let text, _): JSONValue.object(["unparsable_arguments": .string(text)]).text()
        }
    }
}
