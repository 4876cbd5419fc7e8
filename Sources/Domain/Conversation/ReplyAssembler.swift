import JSON

/// Puts the events of a stream together into one reply; pure, so every provider and recording shares it.
///
/// Linear in the length of the stream.
package struct ReplyAssembler: Sendable {
    private var id = ""
    private var model = ""
    private var parts: [Part] = []
    /// The place among the parts of the tool call that each index was last given to.
    private var calls: [Int: Int] = [:]
    private var startsPart = false
    private var usage = Usage.zero
    private var stopSequence: String?
    private var stopReason: StopReason?
    private var passthrough: Passthrough?

    package init() {}

    /// A part under construction; `text` grows in place.
    private struct Part: Sendable {
        var kind: Kind
        var text = ""
        var citations: [Citation]?
        var toolKind: ToolKind?
        var passthrough: Passthrough?

        enum Kind: Sendable {
            case text
            case thinking(signature: String?)
            case redacted
            case toolCall(id: String, name: String)
            case native(NativePart)
        }
    }

    package mutating func receive(_ event: ModelEvent) {
        switch event {
        case .started(let id, let model):
            self.id = id
            self.model = model
        case .text(let text):
            parts[textPart()].text += text
        case .nextPart:
            startsPart = true
        case .citation(let citation):
            let place = textPart()
            if parts[place].citations == nil { parts[place].citations = [] }
            parts[place].citations?.append(citation)
        case .thinking(let text):
            parts[thinkingPart()].text += text
        case .thinkingSignature(let signature):
            parts[thinkingPart()].kind = .thinking(signature: signature)
        case .redactedThinking(let data):
            parts.append(Part(kind: .redacted, text: data))
        case .toolCallStarted(let index, let id, let name):
            calls[index] = parts.count
            parts.append(Part(kind: .toolCall(id: id, name: name)))
        case .toolCallFragment(let index, let json):
            if let place = calls[index] { parts[place].text += json }
        case .toolCallDetails(let index, let kind, let passthrough):
            if let place = calls[index] {
                parts[place].toolKind = kind
                parts[place].passthrough = passthrough
            }
        case .native(let native):
            if let whole = native.completes { parts.append(Part(kind: .native(NativePart(native.family, whole)))) }
        case .fields(let fields):
            if passthrough?.family == fields.family {
                passthrough?.merge(fields)
            } else {
                passthrough = fields
            }
        case .usage(let usage):
            self.usage = usage
        case .stopSequence(let text):
            stopSequence = text
        case .stopped(let reason):
            stopReason = reason
        }
    }

    /// What has been used so far: what a stream that was cut off is charged for.
    package var usageSoFar: Usage { usage }

    /// The characters of the answer received so far, for an estimate where a stream was cut before its usage came.
    package var receivedCharacters: Int {
        parts.reduce(0) { sum, part in
            switch part.kind {
            case .text, .thinking: sum + part.text.utf8.count
            case .toolCall(_, let name): sum + name.utf8.count + part.text.utf8.count
            case .redacted: sum
            case .native(let native): sum + native.value.bytes().count
            }
        }
    }

    /// The reply, or nil while the stream has not said why it stopped.
    package func finish() -> ModelReply? {
        guard let stopReason else { return nil }
        let content: [Content] = parts.compactMap { part in
            switch part.kind {
            case .text:
                part.text.isEmpty && part.citations == nil
                    ? nil : Content(Passage(part.text, citations: part.citations))
            case .thinking(let signature): .thinking(Thinking(text: part.text, signature: signature))
            case .redacted: .thinking(Thinking(text: "", redacted: part.text))
            case .toolCall(let id, let name):
                .toolCall(
                    ToolCall(
                        id: id, name: name,
                        arguments: part.toolKind == .freeText
                            ? .json(.string(part.text)) : .init(streamed: part.text),
                        kind: part.toolKind, passthrough: part.passthrough))
            case .native(let native): .native(native)
            }
        }
        return ModelReply(
            id: id, model: model, content: content, stopReason: stopReason, usage: usage, stopSequence: stopSequence,
            passthrough: passthrough)
    }

    /// The place of the text part that is being given; a new one where there is none.
    private mutating func textPart() -> Int {
        if let last = parts.last, case .text = last.kind, !startsPart { return parts.count - 1 }
        startsPart = false
        parts.append(Part(kind: .text))
        return parts.count - 1
    }

    /// As for texts; a signature ends a thinking.
    private mutating func thinkingPart() -> Int {
        if let last = parts.last, case .thinking(nil) = last.kind { return parts.count - 1 }
        parts.append(Part(kind: .thinking(signature: nil)))
        return parts.count - 1
    }
}
