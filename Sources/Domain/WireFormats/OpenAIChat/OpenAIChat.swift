import Conversation

/// OpenAI's Chat Completions API, read and written in both directions; pure.
///
/// What is read and written again is the same JSON but for the order of members, the way of writing a number, and older
/// words for the same thing: `functions` become `tools`, and counts that were left out come as 0.
package enum OpenAIChat {
    static let family = WireFamily.openAIChat

    /// The name of the field that caps the output: OpenAI's own reasoning models refuse the older one, others know only that.
    package enum OutputLimit: String, Sendable, Hashable, CaseIterable {
        case maxTokens = "max_tokens"
        case maxCompletionTokens = "max_completion_tokens"
    }

    /// The forms of the wire that mean the same, by the names under which a passthrough keeps them.
    enum Form {
        /// An instruction of the role `developer`, which is that of `system` in other words.
        static let developer = "developer"
        /// A content in parts where a plain string would do.
        static let parts = "parts"
        static let developerParts = "developer parts"
        /// A part of the same instruction as the one before.
        static let more = "more"
        /// An assistant's message that leaves its content out.
        static let absent = "absent"
        /// Words by which the model declines, which stand in a member of their own, or in a part of their own kind.
        static let refusal = "refusal"
        static let refusalPart = "refusal part"
        /// Reasoning in the member `reasoning` instead of `reasoning_content`.
        static let reasoning = "reasoning"
    }
}
