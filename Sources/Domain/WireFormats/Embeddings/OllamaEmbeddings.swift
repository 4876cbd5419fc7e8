package import Conversation
package import JSON

/// Ollama's `/api/embed`, as it is spoken to; pure.
package enum OllamaEmbeddings {
    /// Throws where the texts are tokens, which this API does not take.
    package static func body(of request: EmbeddingRequest) throws(WireFault) -> JSONValue {
        guard case .texts(let texts) = request.input else {
            throw WireFault(.unsupported, "input", "Ollama takes texts, not tokens; send the texts themselves")
        }
        var body: JSONObject = ["model": .string(request.model), "input": .array(texts.map { .string($0) })]
        body.set(request.dimensions, for: "dimensions")
        body.add(request.passthrough, for: .ollama)
        return .object(body)
    }

    package static func reply(from body: JSONValue) throws(WireFault) -> EmbeddingReply {
        let wire = try WireObject(body)
        guard let vectors = try wire.each("embeddings", VectorCoding.vector) else {
            throw WireFault(.invalid, "embeddings", "the field is missing")
        }
        return EmbeddingReply(
            model: try wire.string("model") ?? "", vectors: vectors,
            usage: Usage(input: try wire.int("prompt_eval_count", atLeast: 0) ?? 0))
    }
}
