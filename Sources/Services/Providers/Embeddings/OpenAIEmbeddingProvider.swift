package import Conversation
package import HTTPClient
import JSON
package import Secrets
import WireFormats

/// OpenAI's `/v1/embeddings`, as OpenAI, vLLM, LM Studio, Ollama and many others speak it.
package struct OpenAIEmbeddingProvider: EmbeddingProvider {
    package let name: String
    private let endpoint: ModelEndpoint
    private let encoding: OpenAIEmbeddings.Encoding

    /// - Parameters:
    ///   - baseURL: with its version, such as `https://api.openai.com/v1`.
    ///   - keyHint: how to mend a key that is refused.
    package init(
        name: String = "openai", baseURL: String, key: Secret?, keyHint: String, client: HTTPClient,
        timeouts: ModelTimeouts = ModelTimeouts()
    ) {
        self.name = name
        // A fifth of the bytes, where the service is known to take it.
        encoding = baseURL.hasPrefix("https://api.openai.com") ? .base64 : .float
        var headers: [(String, String)] = []
        key?.withValue { headers.append(("Authorization", "Bearer \($0)")) }
        endpoint = ModelEndpoint(
            provider: name, baseURL: baseURL, keyHint: keyHint, headers: headers, key: key, client: client,
            timeouts: timeouts)
    }

    package func embed(_ request: EmbeddingRequest) async throws -> EmbeddingReply {
        let body = OpenAIEmbeddings.body(of: request, encoding: encoding)
        let answer = try await endpoint.document("POST", "/embeddings", body, model: request.model)
        return try checked(request, provider: name) { () throws(WireFault) in try OpenAIEmbeddings.reply(from: answer) }
    }
}

/// Ollama's own `/api/embed`.
package struct OllamaEmbeddingProvider: EmbeddingProvider {
    package let name: String
    private let endpoint: ModelEndpoint

    /// - Parameter baseURL: without `/api`, such as `http://localhost:11434`.
    package init(
        name: String = "ollama", baseURL: String, key: Secret? = nil, keyHint: String = "Ollama itself needs no key",
        client: HTTPClient, timeouts: ModelTimeouts = ModelTimeouts()
    ) {
        self.name = name
        endpoint = .ollama(name, baseURL, key, keyHint, client, timeouts)
    }

    package func embed(_ request: EmbeddingRequest) async throws -> EmbeddingReply {
        let body: JSONValue
        do throws(WireFault) {
            body = try OllamaEmbeddings.body(of: request)
        } catch {
            throw ModelError(.invalidRequest, "\(name): \(error.message)")
        }
        let answer = try await endpoint.document("POST", "/api/embed", body, model: request.model)
        return try checked(request, provider: name) { () throws(WireFault) in try OllamaEmbeddings.reply(from: answer) }
    }
}

/// The answer, where it has a vector for each text, and all are of one length.
private func checked(
    _ request: EmbeddingRequest, provider: String, _ read: () throws(WireFault) -> EmbeddingReply
) throws(ModelError) -> EmbeddingReply {
    let reply: EmbeddingReply
    do throws(WireFault) {
        reply = try read()
    } catch {
        throw ModelError(.malformedStream, "\(provider) sent vectors that cannot be read: \(error.message)")
    }
    let lengths = Set(reply.vectors.map(\.count))
    guard reply.vectors.count == request.input.count, lengths.count == 1, lengths.first != 0 else {
        throw ModelError(
            .malformedStream,
            "\(provider) sent \(reply.vectors.count) vectors for \(request.input.count) texts, of the lengths \(lengths.sorted())"
        )
    }
    return reply
}
