package import Conversation
package import HTTPClient
package import Secrets
import WireFormats

/// Anthropic's Messages API, and whatever speaks it.
package struct AnthropicProvider: TokenCounter {
    package let name: String
    private let endpoint: ModelEndpoint

    /// - Parameters:
    ///   - baseURL: without `/v1`, such as `https://api.anthropic.com`.
    ///   - keyHint: how to mend a key that is refused.
    package init(
        name: String = "anthropic", baseURL: String, key: Secret?, keyHint: String, client: HTTPClient,
        timeouts: ModelTimeouts = ModelTimeouts()
    ) {
        self.name = name
        var headers = [("anthropic-version", "2023-06-01")]
        key?.withValue { headers.append(("x-api-key", $0)) }
        endpoint = ModelEndpoint(
            provider: name, baseURL: baseURL, keyHint: keyHint, headers: headers, key: key, client: client,
            timeouts: timeouts)
    }

    package func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        var request = request
        // A client of another API cannot mark what is to be cached; one of this API is taken at its word.
        if let origin = request.origin, origin != .anthropicMessages { request.cacheMarks = .automatic }
        var stream = AnthropicMessages.StreamReader()
        let body = AnthropicMessages.body(of: request, stream: true)
        try await endpoint.stream(
            "/v1/messages", body, headers: Self.headers(of: request), model: request.model, rates: request.rateListener
        ) {
            event in
            for piece in try stream.receive(event) { try await receive(piece) }
            return stream.isFinished
        }
        guard stream.isFinished else {
            throw ModelError(.streamCut, "\(name) ended its stream in the middle of the answer")
        }
    }

    package func count(_ request: ModelRequest) async throws -> Int {
        let answer = try await endpoint.document(
            "POST", "/v1/messages/count_tokens", AnthropicMessages.countBody(of: request), model: request.model,
            headers: Self.headers(of: request), total: .seconds(20))
        return try endpoint.reading("a count of tokens") { () throws(WireFault) in
            try AnthropicMessages.tokenCount(from: answer)
        }
    }

    /// What a client of the same API said in headers of how its request is to be read.
    private static func headers(of request: ModelRequest) -> [(String, String)] {
        guard request.origin == .anthropicMessages else { return [] }
        return request.passthroughHeaders.filter { $0.key.lowercased() == "anthropic-beta" }.map { ($0.key, $0.value) }
    }

    /// The names of the models that the key may use.
    package func listModels() async throws -> [String] {
        try await endpoint.models("/v1/models?limit=1000")
    }
}
