import Conversation
import JSON

extension AnthropicMessages {
    /// A content block of a request.
    static func block(_ value: JSONValue) throws(WireFault) -> Content {
        let wire = try WireObject(value)
        switch try wire.requiredString("type") {
        case "text": return Content(try passage(wire))
        case "image": return .image(try image(wire))
        case "document": return .document(try document(wire))
        case "thinking", "redacted_thinking":
            var thinking = try thinking(wire)
            thinking.origin = family
            return .thinking(thinking)
        case "tool_use": return .toolCall(try toolCall(wire))
        case "tool_result": return .toolResult(try toolResult(wire))
        default: return .native(NativePart(family, value))
        }
    }

    static func passage(_ wire: WireObject) throws(WireFault) -> Passage {
        Passage(
            try wire.requiredString("text"),
            citations: try wire.each("citations", citation), cacheMark: try cacheMark(wire),
            passthrough: .kept(family, wire.rest(besides: ["type", "text", "citations", "cache_control"])))
    }

    static func thinking(_ wire: WireObject) throws(WireFault) -> Thinking {
        if wire.members["type"] == "redacted_thinking" {
            return Thinking(
                text: "", redacted: try wire.requiredString("data"),
                passthrough: .kept(family, wire.rest(besides: ["type", "data"])))
        }
        return Thinking(
            text: try wire.requiredString("thinking"), signature: try wire.string("signature"),
            passthrough: .kept(family, wire.rest(besides: ["type", "thinking", "signature"])))
    }

    static func toolCall(_ wire: WireObject) throws(WireFault) -> ToolCall {
        ToolCall(
            id: try wire.requiredString("id"), name: try wire.requiredString("name"),
            arguments: .json(wire["input"] ?? [:]), cacheMark: try cacheMark(wire),
            passthrough: .kept(family, wire.rest(besides: ["type", "id", "name", "input", "cache_control"])))
    }

    static func cacheMark(_ wire: WireObject) throws(WireFault) -> CacheMark? {
        try wire.at("cache_control") { (value) throws(WireFault) in
            let wire = try WireObject(value)
            var rest = wire.rest(besides: ["type", "ttl"])
            let type = try wire.requiredString("type")
            if type != "ephemeral" { rest.set(type, for: "type") }
            return CacheMark(lifetime: try wire.string("ttl"), passthrough: .kept(family, rest))
        }
    }

    private static func toolResult(_ wire: WireObject) throws(WireFault) -> ToolResult {
        let id = try wire.requiredString("tool_use_id")
        var rest = wire.rest(besides: ["type", "tool_use_id", "content", "is_error", "cache_control"])
        let failed = try wire.bool("is_error")
        if failed == false { rest.set(false, for: "is_error") }
        let mark = try cacheMark(wire)
        let outcome: ToolResult.Outcome = failed == true ? .error : .ok
        guard let content = wire["content"], content.stringValue == nil else {
            var result = ToolResult(callID: id, text: wire["content"]?.stringValue ?? "", outcome: outcome)
            result.cacheMark = mark
            result.passthrough = .kept(family, rest, form: wire["content"] == nil ? Form.empty : nil)
            return result
        }
        guard content.arrayValue != nil else { throw wire.mismatch("content", "a string or an array", content) }
        let parts = try wire.each("content", block) ?? []
        return ToolResult(
            callID: id, parts: parts, outcome: outcome, cacheMark: mark, passthrough: .kept(family, rest))
    }

    private static func image(_ wire: WireObject) throws(WireFault) -> ImagePart {
        let source = try wire.required("source")
        return ImagePart(
            try read(source, in: "source", parts: false), cacheMark: try cacheMark(wire),
            passthrough: .kept(family, wire.rest(besides: ["type", "source", "cache_control"])))
    }

    private static func document(_ wire: WireObject) throws(WireFault) -> DocumentPart {
        let source = try wire.required("source")
        var rest = wire.rest(besides: ["type", "source", "title", "context", "citations", "cache_control"])
        var citations: Bool?
        if let setting = try wire.object("citations") {
            citations = setting["enabled"]?.boolValue
            if setting.count != (citations == nil ? 0 : 1) { rest.set(.object(setting), for: "citations") }
        }
        return DocumentPart(
            try read(source, in: "source", parts: true), title: try wire.string("title"),
            context: try wire.string("context"), allowsCitations: citations, cacheMark: try cacheMark(wire),
            passthrough: .kept(family, rest))
    }

    private static func read(
        _ source: JSONValue, in name: String, parts: Bool
    ) throws(WireFault) -> MediaSource {
        do throws(WireFault) {
            let wire = try WireObject(source)
            switch try wire.requiredString("type") {
            case "base64":
                return .base64(
                    mediaType: try wire.requiredString("media_type"), data: try wire.requiredString("data"))
            case "url": return .url(try wire.requiredString("url"))
            case "file": return .file(id: try wire.requiredString("file_id"))
            case "text" where parts:
                return .text(
                    mediaType: try wire.string("media_type") ?? "text/plain", text: try wire.requiredString("data"))
            case "content" where parts:
                if let text = wire["content"]?.stringValue { return .parts([.text(text)]) }
                return .parts(try wire.each("content", block) ?? [])
            case let type:
                let allowed = parts ? "base64, url, file, text or content" : "base64, url or file"
                throw WireFault(.invalid, "type", "expected \(allowed), got \(JSONValue.string(type).text())")
            }
        } catch {
            throw error.inside(name)
        }
    }
}
