package import Conversation
package import HTTPClient
package import Secrets
import WireFormats

/// OpenAI's Chat Completions API, as OpenAI, Ollama, OpenRouter, LM Studio, vLLM and many others speak it.
package struct OpenAIChatProvider: ModelProvider {
    package let name: String
    private let endpoint: ModelEndpoint
    private let limit: OpenAIChat.OutputLimit
    private let cacheKeys: CacheKeyUse

    /// - Parameters:
    ///   - baseURL: with its version, such as `https://api.openai.com/v1`.
    ///   - keyHint: how to mend a key that is refused.
    ///   - sendsCacheKey: whether requests have a `prompt_cache_key`. Nil gives OpenAI one with each request, and other
    ///     services, which may refuse a field that they do not know, only what a client has given.
    package init(
        name: String = "openai", baseURL: String, key: Secret?, keyHint: String, client: HTTPClient,
        timeouts: ModelTimeouts = ModelTimeouts(), sendsCacheKey: Bool? = nil
    ) {
        self.name = name
        cacheKeys = CacheKeyUse(sendsCacheKey, baseURL: baseURL)
        limit = baseURL.hasPrefix("https://api.openai.com") ? .maxCompletionTokens : .maxTokens
        var headers: [(String, String)] = []
        key?.withValue { headers.append(("Authorization", "Bearer \($0)")) }
        endpoint = ModelEndpoint(
            provider: name, baseURL: baseURL, keyHint: keyHint, headers: headers, key: key, client: client,
            timeouts: timeouts)
    }

    package func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        var request = request
        request.setCacheKey(cacheKeys)
        var stream = OpenAIChat.StreamReader()
        let body = OpenAIChat.body(of: request, limit: limit, stream: true)
        do {
            try await endpoint.stream("/chat/completions", body, model: request.model, rates: request.rateListener) {
                event in
                for piece in try stream.receive(event) { try await receive(piece) }
                return stream.isFinished
            }
        } catch let error as ModelError where error.code == .streamCut && stream.isComplete {
            // Only the end mark is missing: what is paid for and whole is not asked for again.
        }
        for piece in try stream.end() { try await receive(piece) }
    }

    /// The names of the models that the service has.
    package func listModels() async throws -> [String] {
        try await endpoint.models("/models")
    }

    /// Whether a service answers there; asked with short timeouts, as it usually does not.
    package static func isAnswering(baseURL: String, client: HTTPClient) async -> Bool {
        var request = HTTPRequest("GET", baseURL + "/models")
        request.timeouts.connect = .milliseconds(500)
        request.timeouts.firstByte = .seconds(2)
        request.timeouts.total = .seconds(4)
        // Whatever goes wrong, nobody is there to be used.
        return (try? await client.collect(request, limit: 8 << 20))?.status == 200
    }
}
