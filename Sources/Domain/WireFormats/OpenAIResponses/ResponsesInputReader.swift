import Conversation
import JSON

/// Reads the items of an input one after the other: those of one side in a row become one message.
struct ResponsesInputReader {
    private(set) var system: [Passage] = []
    private(set) var messages: [Message] = []
    private var role: Message.Role?
    private var content: [Content] = []

    private static let family = OpenAIResponses.family

    mutating func readText(_ text: String) {
        messages = [Message(role: .user, content: [.text(text)], passthrough: Passthrough(Self.family, form: "string"))]
    }

    mutating func finish() {
        guard let role else { return }
        if !content.isEmpty { messages.append(Message(role: role, content: content)) }
        self.role = nil
        content = []
    }

    mutating func read(_ item: JSONValue) throws(WireFault) {
        let wire = try WireObject(item)
        switch try wire.string("type") ?? (wire["role"] != nil ? "message" : "item_reference") {
        case "message": try message(wire)
        case "function_call": take(.assistant, .toolCall(try call(wire)))
        case "custom_tool_call": take(.assistant, .toolCall(try customCall(wire)))
        case "function_call_output": take(.user, .toolResult(try result(wire, form: nil)))
        case "custom_tool_call_output": take(.user, .toolResult(try result(wire, form: OpenAIResponses.Form.custom)))
        case "item_reference":
            throw WireFault(
                .unsupported, wire["type"] == nil ? "" : "type",
                "items that OpenAI keeps cannot be named here; send the item itself instead of an item_reference")
        case "reasoning":
            let thinking = ForeignThinking.thinking(in: item)
            take(.assistant, thinking.map { .thinking($0) } ?? .native(NativePart(Self.family, item)))
        case let type:
            take(ResponsesItem.isOfUser(type) ? .user : .assistant, .native(NativePart(Self.family, item)))
        }
    }

    private mutating func take(_ side: Message.Role, _ part: Content) {
        if role != side { finish() }
        role = side
        content.append(part)
    }

    private mutating func message(_ wire: WireObject) throws(WireFault) {
        let word = try wire.requiredString("role")
        let value = try wire.required("content")
        var parts: [Content]
        var form: String?
        if let text = value.stringValue {
            parts = [.text(text)]
            form = OpenAIResponses.Form.string
        } else if value.arrayValue != nil {
            parts = try wire.each("content", ResponsesContentReader.part) ?? []
        } else {
            throw wire.mismatch("content", "a string or an array", value)
        }
        var item = wire.members
        item.set(Optional<JSONValue>.none, for: "content")
        switch word {
        case "user", "assistant":
            let side: Message.Role = word == "user" ? .user : .assistant
            let isFirst = role != side || content.isEmpty
            let isPlain = form == nil && item == ["type": "message", "role": .string(word)]
            if !isPlain || !isFirst, !parts.isEmpty { parts[0] = parts[0].marked(item, form: form) }
            for part in parts { take(side, part) }
        case "system", "developer":
            if messages.isEmpty, role == nil, parts.allSatisfy({ $0.plainText != nil }) {
                if !parts.isEmpty { parts[0] = parts[0].marked(item, form: form) }
                system += parts.compactMap(\.asPassage)
            } else {
                finish()
                messages.append(
                    Message(
                        role: .system, content: parts,
                        passthrough: Passthrough(Self.family, [OpenAIResponses.Key.item: .object(item)], form: form)))
            }
        default:
            throw WireFault(
                .invalid, "role",
                "expected \"user\", \"assistant\", \"system\" or \"developer\", got \(JSONValue.string(word).text())")
        }
    }

    private func call(_ wire: WireObject) throws(WireFault) -> ToolCall {
        ToolCall(
            id: try wire.requiredString("call_id"), name: try wire.requiredString("name"),
            arguments: .init(streamed: try wire.requiredString("arguments")),
            passthrough: .kept(Self.family, wire.rest(besides: ["type", "call_id", "name", "arguments"])))
    }

    private func customCall(_ wire: WireObject) throws(WireFault) -> ToolCall {
        ToolCall(
            id: try wire.requiredString("call_id"), name: try wire.requiredString("name"),
            arguments: .json(.string(try wire.requiredString("input"))), kind: .freeText,
            passthrough: .kept(Self.family, wire.rest(besides: ["type", "call_id", "name", "input"])))
    }

    private func result(_ wire: WireObject, form: String?) throws(WireFault) -> ToolResult {
        let id = try wire.requiredString("call_id")
        let output = try wire.required("output")
        let rest = Passthrough.kept(Self.family, wire.rest(besides: ["type", "call_id", "output"]), form: form)
        if let text = output.stringValue {
            var result = ToolResult(callID: id, text: text, outcome: .ok)
            result.passthrough = rest
            return result
        }
        guard output.arrayValue != nil else { throw wire.mismatch("output", "a string or an array", output) }
        let parts = try wire.each("output", ResponsesContentReader.part) ?? []
        return ToolResult(callID: id, parts: parts, outcome: .ok, passthrough: rest)
    }
}

/// The kinds of items.
enum ResponsesItem {
    /// Whether an item that only this API has comes from the user's side: what answers a call of the model.
    static func isOfUser(_ type: String) -> Bool {
        type.hasSuffix("_output") || type == "mcp_approval_response" || type == "configuration_update"
    }
}

extension Content {
    /// The part with the members of the item that it begins.
    fileprivate func marked(_ item: JSONObject, form: String?) -> Content {
        func adding(_ before: Passthrough?) -> Passthrough {
            var passthrough = before ?? Passthrough(OpenAIResponses.family)
            passthrough.members.set(.object(item), for: OpenAIResponses.Key.item)
            passthrough.form = form ?? passthrough.form
            return passthrough
        }
        switch self {
        case .text(let text): return .passage(Passage(text, passthrough: adding(nil)))
        case .passage(var passage):
            passage.passthrough = adding(passage.passthrough)
            return .passage(passage)
        case .image(var image):
            image.passthrough = adding(image.passthrough)
            return .image(image)
        case .document(var document):
            document.passthrough = adding(document.passthrough)
            return .document(document)
        case .thinking, .toolCall, .toolResult, .native: return self
        }
    }

    fileprivate var asPassage: Passage? {
        switch self {
        case .text(let text): Passage(text)
        case .passage(let passage): passage
        default: nil
        }
    }
}
