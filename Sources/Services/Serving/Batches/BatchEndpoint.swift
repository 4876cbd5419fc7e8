import Conversation
import JSON
import WireFormats

/// What the entries of a batch are bodies for.
enum BatchEndpoint: String, Sendable, Hashable, CaseIterable {
    case messages = "/v1/messages"
    case chat = "/v1/chat/completions"
    case responses = "/v1/responses"

    func request(from body: JSONValue) throws(WireFault) -> ServedRequest {
        let served =
            switch self {
            case .messages: try AnthropicMessages.request(from: body)
            case .chat: try OpenAIChat.request(from: body)
            case .responses: try OpenAIResponses.request(from: body)
            }
        guard !served.stream else {
            throw WireFault(.invalid, "stream", "an entry of a batch cannot be answered as a stream; leave it out")
        }
        return served
    }

    /// What the client is answered, as results say it.
    func result(of reply: ModelReply, to served: ServedRequest, at seconds: Int, requestID: String) -> JSONValue {
        let answer = ServedAnswer(to: served, created: seconds)
        return switch self {
        case .messages: AnthropicMessages.body(of: reply, answer: answer)
        case .chat: Self.response(200, OpenAIChat.body(of: reply, answer: answer), requestID)
        case .responses: Self.response(200, OpenAIResponses.body(of: reply, answer: answer), requestID)
        }
    }

    func result(of fault: ServedFault, requestID: String) -> JSONValue {
        switch self {
        case .messages: return AnthropicMessages.errorBody(of: fault, requestID: requestID).body
        case .chat, .responses:
            let (status, body) = OpenAIChat.errorBody(of: fault, requestID: requestID)
            return Self.response(status, body, requestID)
        }
    }

    private static func response(_ status: Int, _ body: JSONValue, _ requestID: String) -> JSONValue {
        ["status_code": .integer(Int64(status)), "request_id": .string(requestID), "body": body]
    }
}
