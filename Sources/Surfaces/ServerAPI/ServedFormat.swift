import Conversation
import JSON
import ServerSentEvents
import WireFormats

/// A wire format that a call can come in and an answer go out.
protocol ServedFormat: SendableMetatype {
    associatedtype Writer: ServedStreamWriter

    static func request(from body: JSONValue) throws(WireFault) -> ServedRequest
    static func body(of reply: ModelReply, answer: ServedAnswer) -> JSONValue
    static func errorBody(of fault: ServedFault, requestID: String) -> (status: Int, body: JSONValue)
    /// Headers of a request that say how its body is to be read, and go to a provider of the same family.
    static var passedHeaders: [String] { get }
}

/// Writes the events of an answer as a format's stream.
protocol ServedStreamWriter: Sendable {
    init(answer: ServedAnswer)
    mutating func write(_ event: ModelEvent) -> [ServerSentEvent]
    /// How a stream that has begun ends with a fault.
    mutating func fault(_ fault: ServedFault) -> [ServerSentEvent]
}

extension AnthropicMessages: ServedFormat {
    static var passedHeaders: [String] { ["anthropic-beta"] }
    typealias Writer = StreamWriter
}

extension OpenAIChat: ServedFormat {
    static var passedHeaders: [String] { [] }
    typealias Writer = StreamWriter
}

extension OpenAIResponses: ServedFormat {
    static var passedHeaders: [String] { [] }
    typealias Writer = StreamWriter
}

extension AnthropicMessages.StreamWriter: ServedStreamWriter {}
extension OpenAIChat.StreamWriter: ServedStreamWriter {}
extension OpenAIResponses.StreamWriter: ServedStreamWriter {}
