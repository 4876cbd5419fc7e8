package import Conversation
package import JSON

/// Ollama's `/api/chat`, as it is spoken to: requests written, answers and streams read; pure.
package enum OllamaChat {
    static let family = WireFamily.ollama

    /// The request in this format.
    ///
    /// - Parameter contextWindow: how many tokens the service is to keep in view. Left out, it uses a few thousand and drops
    ///   the beginning of what is longer without a word.
    package static func body(of request: ModelRequest, contextWindow: Int? = nil, stream: Bool = true) -> JSONValue {
        OllamaRequestWriter(request: request, contextWindow: contextWindow).body(stream: stream)
    }

    /// Reads a whole answer.
    ///
    /// - Throws: `WireFault`, and `ModelError` where the answer is an error.
    package static func reply(from body: JSONValue) throws -> ModelReply {
        var reader = StreamReader()
        var assembler = ReplyAssembler()
        for event in try reader.receive(body) { assembler.receive(event) }
        guard let reply = assembler.finish() else {
            throw WireFault(.invalid, "done", "expected an answer that has ended")
        }
        return reply
    }

    /// A failure as this API tells it.
    package static func errorBody(of fault: ServedFault, requestID: String) -> (status: Int, body: JSONValue) {
        (fault.kind.status, ["error": .string(fault.message)])
    }
}
