import Conversation
import JSON

/// Carries the thinking of another API through a client of this one, in the encrypted content of a reasoning item.
///
/// Clients send such items back as they are; without their own signature other providers refuse thinking.
enum ForeignThinking {
    private static let signed = "vencejo.signed."
    private static let hidden = "vencejo.redacted."

    static func signature(_ signature: String) -> String { signed + signature }
    static func redacted(_ data: String) -> String { hidden + data }

    /// What a reasoning item was made of, or nil where it is this API's own.
    static func thinking(in item: JSONValue) -> Thinking? {
        guard let text = item["encrypted_content"]?.stringValue else { return nil }
        if text.hasPrefix(signed) {
            return Thinking(
                text: ResponsesReplyReader.words(ofReasoning: item), signature: String(text.dropFirst(signed.count)),
                origin: .anthropicMessages)
        }
        guard text.hasPrefix(hidden) else { return nil }
        return Thinking(text: "", redacted: String(text.dropFirst(hidden.count)), origin: .anthropicMessages)
    }
}
