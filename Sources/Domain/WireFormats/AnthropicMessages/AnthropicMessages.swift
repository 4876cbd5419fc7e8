package import Conversation
package import JSON

/// Anthropic's Messages API, version 2023-06-01, read and written in both directions; pure.
///
/// What is read and written again is the same JSON but for the order of members, the way of writing a number, and what the
/// API refuses to take: blank texts and thinking without its signature are left out, tool results come first.
package enum AnthropicMessages {
    static let family = WireFamily.anthropicMessages

    /// Reads a request of `POST /v1/messages`.
    package static func request(from body: JSONValue) throws(WireFault) -> ServedRequest {
        try read(body, needsLimit: true)
    }

    /// Reads a request of `POST /v1/messages/count_tokens`, which has no limit of the answer and no stream.
    package static func countRequest(from body: JSONValue) throws(WireFault) -> ModelRequest {
        try read(body, needsLimit: false).request
    }

    /// What `count_tokens` answers.
    package static func countBody(inputTokens: Int) -> JSONValue { ["input_tokens": .integer(Int64(inputTokens))] }

    /// The tokens that an answer of `count_tokens` gives.
    package static func tokenCount(from body: JSONValue) throws(WireFault) -> Int {
        guard let count = try WireObject(body).int("input_tokens", atLeast: 0) else {
            throw WireFault(.invalid, "input_tokens", "the field is missing")
        }
        return count
    }

    /// The forms of the wire that mean the same, by the names under which a passthrough keeps them.
    enum Form {
        /// A content that is a plain string.
        static let string = "string"
        /// A system prompt of one text that stands in an array.
        static let block = "block"
        /// A tool result without content.
        static let empty = "empty"
        /// A response format at the top of the request, as the beta had it.
        static let outputFormat = "output_format"
    }
}
