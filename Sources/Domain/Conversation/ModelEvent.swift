/// A piece of a model's streamed answer, in the order of arrival.
package enum ModelEvent: Sendable, Hashable {
    /// The answer begins; the model is the one the provider says it used.
    case started(id: String, model: String)
    case text(String)
    case thinking(String)
    case thinkingSignature(String)
    case redactedThinking(String)
    /// A tool call begins. Indices order the calls of an answer; fragments name theirs.
    case toolCallStarted(index: Int, id: String, name: String)
    case toolCallFragment(index: Int, json: String)
    /// Counts as far as the provider has given them; each event replaces the one before.
    case usage(Usage)
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

    package init(id: String, model: String, content: [Content], stopReason: StopReason, usage: Usage) {
        self.id = id
        self.model = model
        self.content = content
        self.stopReason = stopReason
        self.usage = usage
    }

    package var message: Message { Message(role: .assistant, content: content) }
}
