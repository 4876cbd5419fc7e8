/// A piece of a model's streamed answer, in the order of arrival.
package enum ModelEvent: Sendable, Hashable {
    /// The answer begins; the model is the one the provider says it used.
    case started(id: String, model: String)
    case text(String)
    /// The text that follows is a part of its own, not more of the one before.
    case nextPart
    /// A source of the text part that is being given.
    case citation(Citation)
    case thinking(String)
    case thinkingSignature(String)
    case redactedThinking(String)
    /// A tool call begins. Indices order the calls of an answer; fragments name theirs.
    case toolCallStarted(index: Int, id: String, name: String)
    case toolCallFragment(index: Int, json: String)
    /// More about a call that has begun: what is written to its tool, and what one format alone says of it.
    case toolCallDetails(index: Int, kind: ToolKind?, passthrough: Passthrough?)
    /// Counts as far as the provider has given them; each event replaces the one before.
    case usage(Usage)
    /// The stop sequence that ended the answer; comes before `.stopped`.
    case stopSequence(String)
    /// Members of the answer itself that one format alone has; later ones are merged into those before.
    case fields(Passthrough)
    /// What one format alone has, in its place among the parts.
    case native(NativeEvent)
    case stopped(StopReason)
}

/// Why a model's answer ended.
package enum StopReason: Sendable, Hashable, Codable {
    case endOfTurn
    case toolUse
    case maxTokens
    case stopSequence
    /// The model or its provider declined to answer.
    case refused
    /// A reason this version has no word for, as the provider wrote it.
    case other(String)
}

/// A whole answer of a model.
package struct ModelReply: Sendable, Hashable, Codable {
    package var id: String
    package var model: String
    package var content: [Content]
    package var stopReason: StopReason
    package var usage: Usage
    /// Which of the request's stop sequences ended the answer.
    package var stopSequence: String?
    package var passthrough: Passthrough?

    package init(
        id: String, model: String, content: [Content], stopReason: StopReason, usage: Usage,
        stopSequence: String? = nil, passthrough: Passthrough? = nil
    ) {
        self.stopSequence = stopSequence
        self.passthrough = passthrough
        self.id = id
        self.model = model
        self.content = content
        self.stopReason = stopReason
        self.usage = usage
    }

    package var message: Message { Message(role: .assistant, content: content) }

    /// The answer as a stream would have brought it, whole parts at once: assembled, they give it again.
    package var events: [ModelEvent] {
        var events: [ModelEvent] = [.started(id: id, model: model), .usage(usage)]
        if let passthrough { events.append(.fields(passthrough)) }
        var follows = false
        for (index, part) in content.enumerated() {
            if part.plainText != nil, follows { events.append(.nextPart) }
            follows = part.plainText != nil
            switch part {
            case .text(let text): events.append(.text(text))
            case .passage(let passage):
                events.append(.text(passage.text))
                events += (passage.citations ?? []).map(ModelEvent.citation)
            case .thinking(let thinking):
                if let redacted = thinking.redacted {
                    events.append(.redactedThinking(redacted))
                } else {
                    events.append(.thinking(thinking.text))
                    if let signature = thinking.signature { events.append(.thinkingSignature(signature)) }
                }
            case .toolCall(let call):
                events += [
                    .toolCallStarted(index: index, id: call.id, name: call.name)
                ]
                if call.kind != nil || call.passthrough != nil {
                    events.append(.toolCallDetails(index: index, kind: call.kind, passthrough: call.passthrough))
                }
                events.append(.toolCallFragment(index: index, json: call.wireText))
            case .native(let native): events.append(.native(NativeEvent(native.family, completes: native.value)))
            case .image, .document, .toolResult: break
            }
        }
        if let stopSequence { events.append(.stopSequence(stopSequence)) }
        return events + [.usage(usage), .stopped(stopReason)]
    }
}
