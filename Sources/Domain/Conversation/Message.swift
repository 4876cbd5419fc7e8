/// One message of a conversation, in the order the model sees them.
package struct Message: Sendable, Hashable, Codable {
    package var role: Role
    package var content: [Content]
    package var passthrough: Passthrough?

    package init(role: Role, content: [Content], passthrough: Passthrough? = nil) {
        self.role = role
        self.content = content
        self.passthrough = passthrough
    }

    package static func user(_ text: String) -> Message { Message(role: .user, content: [.text(text)]) }
    package static func assistant(_ text: String) -> Message { Message(role: .assistant, content: [.text(text)]) }

    /// Who speaks; tool results are spoken by the user, as every provider's wire has them in one form or another.
    package enum Role: String, Sendable, Hashable, Codable {
        case user, assistant
        /// An instruction in the middle of the conversation, as served clients send it; our own agents have none.
        case system
    }

    /// The text parts joined by newlines, without thinking and tool traffic.
    package var text: String {
        content.compactMap(\.plainText).joined(separator: "\n")
    }

    package var images: [ImagePart] {
        content.compactMap { if case .image(let image) = $0 { image } else { nil } }
    }

    package var toolCalls: [ToolCall] {
        content.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }

    package var toolResults: [ToolResult] {
        content.compactMap { if case .toolResult(let result) = $0 { result } else { nil } }
    }
}

/// One part of a message.
package enum Content: Sendable, Hashable, Codable {
    case text(String)
    /// A text that carries more than its words; readers make one only where it does.
    case passage(Passage)
    case image(ImagePart)
    case document(DocumentPart)
    case thinking(Thinking)
    case toolCall(ToolCall)
    case toolResult(ToolResult)
    /// What one wire format alone has.
    case native(NativePart)

    /// A text, in the simpler form where its words are all there is.
    package init(_ passage: Passage) {
        self = passage.isPlain ? .text(passage.text) : .passage(passage)
    }

    /// The words of a text, whether they carry something or not.
    package var plainText: String? {
        switch self {
        case .text(let text): text
        case .passage(let passage): passage.text
        case .image, .document, .thinking, .toolCall, .toolResult, .native: nil
        }
    }
}

/// A model's reasoning as its provider gave it; handed back unchanged, never shown as evidence.
package struct Thinking: Sendable, Hashable, Codable {
    package var text: String
    /// The provider's signature, without which it refuses the block when it is sent back.
    package var signature: String?
    /// Encrypted reasoning that the provider does not show.
    package var redacted: String?
    /// The format that it was read from in a served request; nil for what a model just said.
    ///
    /// Thinking that is known to come from another format is left out where a request is written.
    package var origin: WireFamily?
    package var passthrough: Passthrough?

    package init(
        text: String, signature: String? = nil, redacted: String? = nil, origin: WireFamily? = nil,
        passthrough: Passthrough? = nil
    ) {
        self.text = text
        self.signature = signature
        self.redacted = redacted
        self.origin = origin
        self.passthrough = passthrough
    }
}
