package import JSON

/// One message of a conversation, in the order the model sees them.
package struct Message: Sendable, Hashable, Codable {
    package var role: Role
    package var content: [Content]

    package init(role: Role, content: [Content]) {
        self.role = role
        self.content = content
    }

    package static func user(_ text: String) -> Message { Message(role: .user, content: [.text(text)]) }
    package static func assistant(_ text: String) -> Message { Message(role: .assistant, content: [.text(text)]) }

    /// Who speaks; tool results are spoken by the user, as every provider's wire has them in one form or another.
    package enum Role: String, Sendable, Hashable, Codable {
        case user, assistant
    }

    /// The text parts joined by newlines, without thinking and tool traffic.
    package var text: String {
        content.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
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
    case image(ImagePart)
    case thinking(Thinking)
    case toolCall(ToolCall)
    case toolResult(ToolResult)
}

/// A model's reasoning as its provider gave it; handed back unchanged, never shown as evidence.
package struct Thinking: Sendable, Hashable, Codable {
    package var text: String
    /// The provider's signature, without which it refuses the block when it is sent back.
    package var signature: String?
    /// Encrypted reasoning that the provider does not show.
    package var redacted: String?

    package init(text: String, signature: String? = nil, redacted: String? = nil) {
        self.text = text
        self.signature = signature
        self.redacted = redacted
    }
}

/// A model's wish to use a tool.
package struct ToolCall: Sendable, Hashable, Codable {
    package var id: String
    package var name: String
    package var arguments: Arguments

    package init(id: String, name: String, arguments: Arguments) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }

    /// Arguments as the model wrote them: JSON where they parse, otherwise the broken text and what is wrong with it.
    package enum Arguments: Sendable, Hashable, Codable {
        case json(JSONValue)
        case broken(text: String, reason: String)

        /// Parses what a model streamed; nothing at all counts as an empty object, as several models send that.
        package init(streamed text: String) {
            guard text.contains(where: { !$0.isWhitespace }) else {
                self = .json(.object([:]))
                return
            }
            do throws(JSONError) {
                self = .json(try JSONValue(parsing: text))
            } catch {
                self = .broken(text: text, reason: error.message)
            }
        }
    }
}

/// What came of a tool call, as the model is told.
package struct ToolResult: Sendable, Hashable, Codable {
    package var callID: String
    package var text: String
    package var outcome: Outcome
    /// What the call shows besides; it stands behind the results, as not every provider takes it within one.
    package var image: ImagePart?

    package init(callID: String, text: String, outcome: Outcome, image: ImagePart? = nil) {
        self.callID = callID
        self.text = text
        self.outcome = outcome
        self.image = image
    }

    package enum Outcome: String, Sendable, Hashable, Codable {
        case ok, error
    }
}
