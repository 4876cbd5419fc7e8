package import Conversation
package import HTTPClient
import JSON
package import Secrets
import WireFormats

/// OpenAI's Responses API, and whatever speaks it.
package struct OpenAIResponsesProvider: ModelProvider {
    package let name: String
    private let endpoint: ModelEndpoint
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
        var headers: [(String, String)] = []
        key?.withValue { headers.append(("Authorization", "Bearer \($0)")) }
        endpoint = ModelEndpoint(
            provider: name, baseURL: baseURL, keyHint: keyHint, headers: headers, key: key, client: client,
            timeouts: timeouts)
    }

    package func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        var request = request
        request.setCacheKey(cacheKeys)
        // A client of the same API gets what the provider sent, event by event.
        var stream = OpenAIResponses.StreamReader(mirrors: request.origin == .openAIResponses)
        try await endpoint.stream(
            "/responses", OpenAIResponses.body(of: request), model: request.model, rates: request.rateListener
        ) { event in
            for piece in try stream.receive(event) { try await receive(piece) }
            return stream.isFinished
        }
        try stream.end()
    }

    /// The names of the models that the service has.
    package func listModels() async throws -> [String] {
        try await endpoint.models("/models")
    }
}
