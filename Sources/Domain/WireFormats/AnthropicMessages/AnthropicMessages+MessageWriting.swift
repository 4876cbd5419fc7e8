import Conversation
import JSON

extension AnthropicMessages {
    static func messages(of request: ModelRequest) -> JSONValue {
        var wire: [JSONValue] = []
        wire.reserveCapacity(request.messages.count)
        for message in request.messages where !hoists(message, of: request) {
            let text = plainString(message).map { JSONValue.string($0) }
            wire.append(entry(message, text ?? .array(blocks(of: message, in: request))))
        }
        return .array(wire)
    }

    private static func entry(_ message: Message, _ content: JSONValue) -> JSONValue {
        var entry: JSONObject = ["role": .string(message.role.rawValue), "content": content]
        entry.add(message.passthrough, for: family)
        return .object(entry)
    }

    /// The content of a message that was read as a plain string.
    private static func plainString(_ message: Message) -> String? {
        guard message.passthrough?.family == family, message.passthrough?.form == Form.string,
            message.content.count == 1, case .text(let text) = message.content[0]
        else { return nil }
        return text
    }

    /// The API wants tool results before anything else, and refuses a message without blocks.
    private static func blocks(of message: Message, in request: ModelRequest) -> [JSONValue] {
        var results: [JSONValue] = []
        var others: [JSONValue] = []
        for content in message.content {
            guard let block = block(content, in: request) else { continue }
            if case .toolResult = content { results.append(block) } else { others.append(block) }
        }
        let blocks = results + others
        return blocks.isEmpty ? [["type": "text", "text": "(nothing)"]] : blocks
    }

    /// Nil for what the API refuses to take back: blank text, thinking without its own signature, and what only another
    /// format has.
    private static func block(_ content: Content, in request: ModelRequest) -> JSONValue? {
        switch content {
        case .text(let text):
            guard !text.allSatisfy(\.isWhitespace) else { return nil }
            return ["type": "text", "text": .string(text)]
        case .passage(let passage):
            guard !passage.text.allSatisfy(\.isWhitespace) else { return nil }
            return .object(block(passage, citesOthers: false))
        case .image(let image): return block(image, in: request).map { .object($0) }
        case .document(let document): return block(document, in: request).map { .object($0) }
        case .thinking(let thinking):
            guard thinking.origin == nil || thinking.origin == family else { return nil }
            guard thinking.redacted != nil || thinking.signature?.isEmpty == false else { return nil }
            return block(thinking)
        case .toolCall(let call): return .object(block(call))
        case .toolResult(let result): return .object(block(result, in: request))
        case .native(let native): return native.value(for: family)
        }
    }

    static func block(_ passage: Passage, citesOthers: Bool) -> JSONObject {
        var block: JSONObject = ["type": "text", "text": .string(passage.text)]
        if let citations = passage.citations {
            // Those of other formats have no index that the API could check.
            let own = citations.filter { citesOthers || $0.native?.family == family }.compactMap(wire)
            if !own.isEmpty || citations.isEmpty { block.set(.array(own), for: "citations") }
        }
        write(passage.cacheMark, into: &block)
        block.add(passage.passthrough, for: family)
        return block
    }

    static func block(_ thinking: Thinking) -> JSONValue {
        var block: JSONObject
        if let redacted = thinking.redacted {
            block = ["type": "redacted_thinking", "data": .string(redacted)]
        } else {
            block = [
                "type": "thinking", "thinking": .string(thinking.text), "signature": .string(thinking.signature ?? ""),
            ]
        }
        block.add(thinking.passthrough, for: family)
        return .object(block)
    }

    static func block(_ call: ToolCall) -> JSONObject {
        var block: JSONObject = [
            "type": "tool_use", "id": .string(identifier(call.id)), "name": .string(call.name),
            "input": input(of: call),
        ]
        write(call.cacheMark, into: &block)
        block.add(call.passthrough, for: family)
        return block
    }

    private static func block(_ result: ToolResult, in request: ModelRequest) -> JSONObject {
        var block: JSONObject = ["type": "tool_result", "tool_use_id": .string(identifier(result.callID))]
        if let parts = result.parts {
            block.set(.array(parts.compactMap { Self.block($0, in: request) }), for: "content")
        } else if result.passthrough?.form != Form.empty || !result.text.isEmpty {
            block.set(.string(result.text), for: "content")
        }
        if result.outcome == .error || request.origin == nil {
            block.set(.bool(result.outcome == .error), for: "is_error")
        }
        write(result.cacheMark, into: &block)
        block.add(result.passthrough, for: family)
        return block
    }

    private static func block(_ image: ImagePart, in request: ModelRequest) -> JSONObject? {
        let bytes = MediaSource.base64(mediaType: image.format.mediaType, data: request.images[image.hash] ?? "")
        guard let source = source(image.source ?? bytes, in: request) else { return nil }
        var block: JSONObject = ["type": "image", "source": source]
        write(image.cacheMark, into: &block)
        block.add(image.passthrough, for: family)
        return block
    }

    private static func block(_ document: DocumentPart, in request: ModelRequest) -> JSONObject? {
        guard let source = source(document.source, in: request) else { return nil }
        var block: JSONObject = ["type": "document", "source": source]
        block.set(document.title, for: "title")
        block.set(document.context, for: "context")
        if let allows = document.allowsCitations { block.set(["enabled": .bool(allows)], for: "citations") }
        write(document.cacheMark, into: &block)
        block.add(document.passthrough, for: family)
        return block
    }

    /// Nil for what was uploaded to another provider, whose ids mean nothing here.
    private static func source(_ source: MediaSource, in request: ModelRequest) -> JSONValue? {
        switch source {
        case .base64(let mediaType, let data):
            return ["type": "base64", "media_type": .string(mediaType), "data": .string(data)]
        case .url(let url):
            return ["type": "url", "url": .string(url)]
        case .text(let mediaType, let text):
            return ["type": "text", "media_type": .string(mediaType), "data": .string(text)]
        case .file(let id):
            guard request.origin == family else { return nil }
            return ["type": "file", "file_id": .string(id)]
        case .parts(let parts):
            return ["type": "content", "content": .array(parts.compactMap { block($0, in: request) })]
        }
    }

    /// The API takes objects only, so a free text and broken arguments go back under names of their own.
    static func input(of call: ToolCall) -> JSONValue {
        switch call.arguments {
        case .json(let value) where call.kind == .freeText: ["input": value]
        case .json(let value): value.objectValue == nil ? ["value": value] : value
        case .broken(let text, _): ["unparsable_arguments": .string(text)]
        }
    }

    /// The API takes letters, digits, `_` and `-` only; calls and their results change in the same way.
    private static func identifier(_ id: String) -> String {
        let isAllowed = { (byte: UInt8) in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
            default: false
            }
        }
        if !id.isEmpty, id.utf8.allSatisfy(isAllowed) { return id }
        return id.isEmpty ? "_" : String(decoding: id.utf8.map { isAllowed($0) ? $0 : 0x5F }, as: UTF8.self)
    }
}
