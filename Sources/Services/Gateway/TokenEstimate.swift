package import Conversation
import JSON

/// Counts tokens before a provider does: on the high side, so that a reservation covers what is charged.
package enum TokenEstimate {
    /// Two bytes and a half a token: measured text and code run at three to four, dense JSON and other scripts at less.
    package static func tokens(inBytes count: Int) -> Int { (count * 2 + 4) / 5 }

    package static func tokens(in text: String) -> Int { tokens(inBytes: text.utf8.count) }

    /// The input tokens of a whole request, with what its structure adds.
    package static func inputTokens(of request: ModelRequest) -> Int { tokens(inBytes: inputBytes(of: request)) }

    /// The bytes of a whole request as they are counted: in text, with what its structure adds.
    ///
    /// How many tokens they are is a model's own matter; images and documents count as so many bytes of text.
    package static func inputBytes(of request: ModelRequest) -> Int {
        var bytes = request.system.utf8.count
        for tool in request.tools {
            bytes += tool.name.utf8.count + tool.description.utf8.count + tool.parameters.text().utf8.count + 64
        }
        for message in request.messages {
            bytes += 16 + message.content.reduce(0) { $0 + size(of: $1) }
        }
        return bytes
    }

    private static func size(of content: Content) -> Int {
        switch content {
        case .text(let text): text.utf8.count + 16
        case .passage(let passage):
            (passage.citations ?? []).reduce(passage.text.utf8.count + 16) { $0 + ($1.citedText?.utf8.count ?? 0) + 64 }
        case .document(let document): document.estimatedTokens * 5 / 2
        case .native(let native): native.value.text().utf8.count
        case .image(let image): image.estimatedTokens * 5 / 2
        case .thinking(let thinking):
            thinking.text.utf8.count + (thinking.signature?.utf8.count ?? 0) + (thinking.redacted?.utf8.count ?? 0)
        case .toolCall(let call):
            switch call.arguments {
            case .json(let value): call.name.utf8.count + value.text().utf8.count + 64
            case .broken(let text, _): call.name.utf8.count + text.utf8.count + 64
            }
        case .toolResult(let result):
            (result.parts ?? []).reduce(result.text.utf8.count + 64) {
                $1.plainText == nil ? $0 + size(of: $1) : $0 + 16
            }
        }
    }
}
