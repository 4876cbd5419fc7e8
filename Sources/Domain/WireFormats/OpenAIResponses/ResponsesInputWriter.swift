import Conversation
import JSON

/// Writes messages as items.
struct ResponsesInputWriter {
    private let content: ResponsesContentWriter
    private var items: [JSONValue] = []
    /// The message item that is being filled.
    private var open: Open?

    private static let family = OpenAIResponses.family

    private struct Open {
        var role: String
        var members: JSONObject
        var form: String?
        var parts: [JSONValue] = []
        var text = ""
    }

    init(images: [String: String]) {
        content = ResponsesContentWriter(images: images)
    }

    var isEmpty: Bool { items.isEmpty && open == nil }

    mutating func finish() -> [JSONValue] {
        close()
        return items
    }

    mutating func add(_ message: Message) {
        close()
        switch message.role {
        case .system:
            var role = "developer"
            if let item = message.passthrough?.item {
                role = item["role"]?.stringValue ?? role
                open = Open(role: role, members: item, form: message.passthrough?.form)
            }
            for part in message.content { add(part, of: role) }
        case .user: for part in message.content { add(part, of: "user") }
        case .assistant: for part in message.content { add(part, of: "assistant") }
        }
        close()
    }

    mutating func add(_ part: Content, of role: String) {
        switch part {
        case .text(let text): append(content.text(text, of: role), words: text, of: role, nil)
        case .passage(let passage):
            append(content.passage(passage, of: role), words: passage.text, of: role, passage.passthrough)
        case .image(let image): append(content.image(image), words: "", of: role, image.passthrough)
        case .document(let document):
            for (place, part) in content.document(document).enumerated() {
                append(part, words: "", of: role, place == 0 ? document.passthrough : nil)
            }
        // OpenAI takes reasoning back as the item that it gave, which stands beside the words.
        case .thinking: break
        case .toolCall(let call): append(item: Self.call(call))
        case .toolResult(let result): append(item: self.result(result))
        case .native(let native) where native.family == Self.family:
            if native.value["type"]?.stringValue?.hasPrefix("input_") == true {
                append(native.value, words: "", of: role, nil)
            } else {
                append(item: native.value)
            }
        case .native: break
        }
    }

    private mutating func append(item: JSONValue) {
        close()
        items.append(item)
    }

    private mutating func append(_ part: JSONValue, words: String, of role: String, _ passthrough: Passthrough?) {
        if let item = passthrough?.item {
            close()
            open = Open(role: item["role"]?.stringValue ?? role, members: item, form: passthrough?.form)
        }
        if open == nil { open = Open(role: role, members: ["type": "message", "role": .string(role)]) }
        open?.parts.append(part)
        open?.text += words
    }

    private mutating func close() {
        guard var item = open else { return }
        open = nil
        guard !item.parts.isEmpty else { return }
        let isString = item.form == OpenAIResponses.Form.string
        item.members.set(isString ? .string(item.text) : .array(item.parts), for: "content")
        items.append(.object(item.members))
    }

    private static func call(_ call: ToolCall) -> JSONValue {
        var item: JSONObject
        if call.kind == .freeText {
            item = [
                "type": "custom_tool_call", "call_id": .string(call.id), "name": .string(call.name),
                "input": .string(call.wireText),
            ]
        } else {
            item = [
                "type": "function_call", "call_id": .string(call.id), "name": .string(call.name),
                "arguments": .string(arguments(of: call)),
            ]
        }
        item.addRest(call.passthrough)
        return .object(item)
    }

    /// Always an object, so that services that parse it can.
    private static func arguments(of call: ToolCall) -> String {
        switch call.arguments {
        case .json(let value) where value.objectValue != nil: value.text()
        case .json(let value): JSONValue.object(["value": value]).text()
        case .broken(let text, _): JSONValue.object(["unparsable_arguments": .string(text)]).text()
        }
    }

    private func result(_ result: ToolResult) -> JSONValue {
        let isCustom =
            result.passthrough?.family == Self.family && result.passthrough?.form == OpenAIResponses.Form.custom
        var item: JSONObject = [
            "type": isCustom ? "custom_tool_call_output" : "function_call_output", "call_id": .string(result.callID),
        ]
        var parts = result.parts
        if parts == nil, let image = result.image { parts = [.text(result.text), .image(image)] }
        if var parts {
            if result.outcome == .error { parts.insert(.text("Error:"), at: 0) }
            item.set(.array(parts.flatMap(content.output)), for: "output")
        } else {
            item.set(.string(result.outcome == .error ? "Error: \(result.text)" : result.text), for: "output")
        }
        item.addRest(result.passthrough)
        return .object(item)
    }
}
