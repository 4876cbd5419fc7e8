/// Puts the events of a stream together into one reply; pure, so every provider and recording shares it.
package struct ReplyAssembler: Sendable {
    private var id = ""
    private var model = ""
    private var parts: [Part] = []
    private var usage = Usage.zero
    private var stopReason: StopReason?

    package init() {}

    private enum Part: Sendable {
        case text(String)
        case thinking(Thinking)
        case toolCall(index: Int, id: String, name: String, json: String)
    }

    package mutating func receive(_ event: ModelEvent) {
        switch event {
        case .started(let id, let model):
            self.id = id
            self.model = model
        case .text(let text):
            if case .text(let before) = parts.last {
                parts[parts.count - 1] = .text(before + text)
            } else {
                parts.append(.text(text))
            }
        case .thinking(let text):
            extendThinking { $0.text += text }
        case .thinkingSignature(let signature):
            extendThinking { $0.signature = signature }
        case .redactedThinking(let data):
            parts.append(.thinking(Thinking(text: "", redacted: data)))
        case .toolCallStarted(let index, let id, let name):
            parts.append(.toolCall(index: index, id: id, name: name, json: ""))
        case .toolCallFragment(let index, let json):
            extendToolCall(index, with: json)
        case .usage(let usage):
            self.usage = usage
        case .stopped(let reason):
            stopReason = reason
        }
    }

    /// What has been used so far: what a stream that was cut off is charged for.
    package var usageSoFar: Usage { usage }

    /// The characters of the answer received so far, for an estimate where a stream was cut before its usage came.
    package var receivedCharacters: Int {
        parts.reduce(0) { sum, part in
            switch part {
            case .text(let text): sum + text.utf8.count
            case .thinking(let thinking): sum + thinking.text.utf8.count
            case .toolCall(_, _, let name, let json): sum + name.utf8.count + json.utf8.count
            }
        }
    }

    /// The reply, or nil while the stream has not said why it stopped.
    package func finish() -> ModelReply? {
        guard let stopReason else { return nil }
        let content: [Content] = parts.compactMap { part in
            switch part {
            case .text(let text): text.isEmpty ? nil : .text(text)
            case .thinking(let thinking): .thinking(thinking)
            case .toolCall(_, let id, let name, let json):
                .toolCall(ToolCall(id: id, name: name, arguments: .init(streamed: json)))
            }
        }
        return ModelReply(id: id, model: model, content: content, stopReason: stopReason, usage: usage)
    }

    private mutating func extendThinking(_ change: (inout Thinking) -> Void) {
        var thinking = Thinking(text: "")
        if case .thinking(let before) = parts.last, before.redacted == nil, before.signature == nil {
            thinking = before
            parts.removeLast()
        }
        change(&thinking)
        parts.append(.thinking(thinking))
    }

    private mutating func extendToolCall(_ index: Int, with fragment: String) {
        for position in parts.indices.reversed() {
            if case .toolCall(index, let id, let name, let json) = parts[position] {
                parts[position] = .toolCall(index: index, id: id, name: name, json: json + fragment)
                return
            }
        }
    }
}
