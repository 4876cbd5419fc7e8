import Conversation
import JSON

extension OpenAIChat {
    static func messages(of request: ModelRequest) -> [JSONValue] {
        var wire = instructions(request.systemParts)
        wire.reserveCapacity(wire.count + request.messages.count)
        for message in request.messages {
            switch message.role {
            case .system: wire.append(instruction(message))
            case .assistant: wire.append(assistant(message))
            case .user:
                // Tool results are messages of their own here, before what the user says beside them.
                var shown: [JSONValue] = []
                for result in message.toolResults {
                    wire.append(tool(result, in: request))
                    for part in result.parts ?? [] {
                        if case .native = part { continue }
                        if let medium = medium(part, in: request) { shown.append(medium) }
                    }
                }
                if let said = user(message, shown: shown, in: request) { wire.append(said) }
            }
        }
        return wire
    }

    /// Parts of other formats are one text; our own stand as they were read.
    private static func instructions(_ parts: [Passage]) -> [JSONValue] {
        guard parts.contains(where: { $0.passthrough?.family == family }) else {
            let text = parts.map(\.text).joined(separator: "\n\n")
            return text.isEmpty ? [] : [["role": "system", "content": .string(text)]]
        }
        var messages: [(head: JSONObject, parts: [JSONValue])] = []
        for part in parts {
            let own = part.passthrough?.family == family ? part.passthrough : nil
            let form = own?.form
            let role: JSONValue = form == Form.developer || form == Form.developerParts ? "developer" : "system"
            if form == Form.more, !messages.isEmpty {
                messages[messages.count - 1].parts.append(text(part))
                continue
            }
            var head: JSONObject = ["role": role]
            let inParts = form == Form.parts || form == Form.developerParts
            if !inParts { head.set(.string(part.text), for: "content") }
            for (name, value) in own?.members["message"]?.objectValue ?? [:] { head.set(value, for: name) }
            messages.append((head, inParts ? [text(part)] : []))
        }
        return messages.map { message in
            var head = message.head
            if !message.parts.isEmpty { head.set(.array(message.parts), for: "content") }
            return .object(head)
        }
    }

    private static func instruction(_ message: Message) -> JSONValue {
        let own = message.passthrough?.family == family ? message.passthrough : nil
        let isDeveloper = own?.form == Form.developer || own?.form == Form.developerParts
        var entry: JSONObject = ["role": isDeveloper ? "developer" : "system"]
        if own?.form == Form.parts || own?.form == Form.developerParts {
            entry.set(.array(message.content.compactMap { medium($0, in: nil) ?? textPart($0) }), for: "content")
        } else {
            entry.set(.string(message.text), for: "content")
        }
        entry.add(own, for: family)
        return .object(entry)
    }

    private static func text(_ passage: Passage) -> JSONValue {
        let isRefusal = passage.passthrough?.family == family && passage.passthrough?.form == Form.refusalPart
        let type = isRefusal ? "refusal" : "text"
        var part: JSONObject = ["type": .string(type), type: .string(passage.text)]
        if let own = passage.passthrough, own.family == family {
            for (name, value) in own.members where name != "message" { part.set(value, for: name) }
        }
        return .object(part)
    }

    private static func textPart(_ content: Content) -> JSONValue? {
        switch content {
        case .text(let text):
            guard !text.isEmpty else { return nil }
            return ["type": "text", "text": .string(text)]
        case .passage(let passage): return text(passage)
        default: return nil
        }
    }

    /// A plain text where there is nothing but texts, as not every service takes content in parts.
    private static func user(_ message: Message, shown: [JSONValue], in request: ModelRequest) -> JSONValue? {
        let own = message.passthrough?.family == family ? message.passthrough : nil
        let media = message.content.compactMap { medium($0, in: request) }
        var entry: JSONObject = ["role": "user"]
        if media.isEmpty, shown.isEmpty, own?.form != Form.parts {
            let text = message.text
            let isAnswer = message.content.contains { if case .toolResult = $0 { true } else { false } }
            if text.isEmpty, isAnswer || request.origin != family { return nil }
            entry.set(.string(text), for: "content")
        } else {
            let parts = message.content.compactMap { medium($0, in: request) ?? textPart($0) }
            guard !(shown + parts).isEmpty || own?.form == Form.parts else { return nil }
            entry.set(.array(shown + parts), for: "content")
        }
        entry.add(own, for: family)
        return .object(entry)
    }

    /// What is no text: images, documents, and parts that only this format has.
    ///
    /// Nil for anything else.
    private static func medium(_ content: Content, in request: ModelRequest?) -> JSONValue? {
        switch content {
        case .image(let image): return self.image(image, in: request)
        case .document(let document): return file(document, isOwn: request?.origin == family)
        case .native(let native):
            if let own = native.value(for: family) { return own }
            guard request?.origin != family, let words = native.words else { return nil }
            return ["type": "text", "text": .string(words)]
        case .text, .passage, .thinking, .toolCall, .toolResult: return nil
        }
    }

    /// Nil for an image that was uploaded to another provider.
    private static func image(_ image: ImagePart, in request: ModelRequest?) -> JSONValue? {
        let url: String
        switch image.source {
        case .base64(let mediaType, let data): url = DataURL.text(mediaType: mediaType, data: data)
        case .url(let address): url = address
        case nil: url = DataURL.text(mediaType: image.format.mediaType, data: request?.images[image.hash] ?? "")
        case .text, .file, .parts: return nil
        }
        var inner: JSONObject = ["url": .string(url)]
        inner.set(image.detail, for: "detail")
        var part: JSONObject = ["type": "image_url", "image_url": .object(inner)]
        part.addDeep(image.passthrough, for: family)
        return .object(part)
    }

    /// A document with bytes is a file; one of text, or behind an address, is told in words.
    private static func file(_ document: DocumentPart, isOwn: Bool) -> JSONValue? {
        var inner = JSONObject()
        let words: String
        switch document.source {
        case .base64(let mediaType, let data):
            if isOwn {
                inner.set(document.title, for: "filename")
            } else {
                inner.set(.string(document.title ?? "document.pdf"), for: "filename")
            }
            inner.set(.string(DataURL.text(mediaType: mediaType, data: data)), for: "file_data")
            words = ""
        case .file(let id):
            guard isOwn else { return nil }
            inner.set(.string(id), for: "file_id")
            inner.set(document.title, for: "filename")
            words = ""
        case .text(_, let text): words = text
        case .url(let url): words = url
        case .parts(let parts): words = parts.compactMap(\.plainText).joined(separator: "\n")
        }
        guard inner.isEmpty else {
            var part: JSONObject = ["type": "file", "file": .object(inner)]
            part.addDeep(document.passthrough, for: family)
            return .object(part)
        }
        let head = [document.title.map { "Document: \($0)" }, document.context].compactMap(\.self)
        return ["type": "text", "text": .string((head + [words]).joined(separator: "\n\n"))]
    }

    /// Only texts fit into a result; images and documents of it follow in a message of the user.
    private static func tool(_ result: ToolResult, in request: ModelRequest) -> JSONValue {
        var entry: JSONObject = ["role": "tool", "tool_call_id": .string(result.callID)]
        if let parts = result.parts, result.passthrough?.form == Form.parts, result.passthrough?.family == family {
            entry.set(.array(parts.compactMap(textPart)), for: "content")
        } else {
            let natives = (result.parts ?? []).compactMap {
                if case .native(let native) = $0 { native.words } else { nil }
            }
            let words = ([result.text].filter { !$0.isEmpty } + natives).joined(separator: "\n")
            let text = words.isEmpty && result.parts?.isEmpty == false ? "(see what follows)" : words
            entry.set(.string(result.outcome == .error ? "Error: \(text)" : text), for: "content")
        }
        entry.add(result.passthrough, for: family)
        return .object(entry)
    }

    private static func assistant(_ message: Message) -> JSONValue {
        let own = message.passthrough?.family == family ? message.passthrough : nil
        var entry: JSONObject = ["role": "assistant"]
        var refusal: String?
        var texts: [String] = []
        var hasText = false
        for content in message.content {
            if case .passage(let passage) = content, passage.passthrough?.form == Form.refusal {
                refusal = passage.text
            } else if let text = content.plainText {
                hasText = true
                texts.append(text)
            }
        }
        if own?.form == Form.parts {
            entry.set(.array(message.content.filter { !isRefusal($0) }.compactMap(textPart)), for: "content")
        } else if own?.form != Form.absent {
            // Only beside tool calls may the content be missing.
            let text = texts.joined(separator: "\n")
            let isSilent = text.isEmpty && (!message.toolCalls.isEmpty || refusal != nil) && !(own != nil && hasText)
            entry.set(isSilent ? .null : .string(text), for: "content")
        }
        for case .thinking(let thinking) in message.content where thinking.origin == family {
            let name = thinking.passthrough?.form == Form.reasoning ? "reasoning" : "reasoning_content"
            entry.set(.string(thinking.text), for: name)
        }
        entry.set(refusal, for: "refusal")
        let calls = message.toolCalls.map { wire($0) }
        if !calls.isEmpty { entry.set(.array(calls), for: "tool_calls") }
        entry.add(own, for: family)
        return .object(entry)
    }

    private static func isRefusal(_ content: Content) -> Bool {
        if case .passage(let passage) = content { passage.passthrough?.form == Form.refusal } else { false }
    }

    /// A call in its place among an answer's or a request's calls.
    static func wire(_ call: ToolCall) -> JSONValue {
        var entry: JSONObject = ["id": .string(call.id)]
        if call.kind == .freeText {
            entry.set("custom", for: "type")
            entry.set(["name": .string(call.name), "input": .string(call.wireText)], for: "custom")
        } else {
            entry.set("function", for: "type")
            entry.set(["name": .string(call.name), "arguments": .string(arguments(of: call))], for: "function")
        }
        entry.addDeep(call.passthrough, for: family)
        return .object(entry)
    }
}
