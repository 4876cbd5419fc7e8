package import Conversation
package import HTTPClient
import JSON
package import Secrets
package import WireFormats

/// Ollama's own API.
///
/// Unlike its OpenAI-compatible one it lets a request say how many tokens the model keeps in view; left to itself, Ollama cuts
/// off the beginning of what is longer than a few thousand.
package struct OllamaProvider: ModelProvider {
    package let name: String
    private let endpoint: ModelEndpoint
    private let largestContext: Int

    /// - Parameters:
    ///   - baseURL: without `/api`, such as `http://localhost:11434`.
    ///   - key: for a service behind a door; Ollama itself has none.
    ///   - largestContext: the most tokens a model is asked to keep in view; memory is used for each.
    package init(
        name: String = "ollama", baseURL: String, key: Secret? = nil, keyHint: String = "Ollama itself needs no key",
        client: HTTPClient, timeouts: ModelTimeouts = ModelTimeouts(), largestContext: Int = 131_072
    ) {
        self.name = name
        self.largestContext = largestContext
        endpoint = .ollama(name, baseURL, key, keyHint, client, timeouts)
    }

    package func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
        var stream = OllamaChat.StreamReader()
        let body = OllamaChat.body(of: request, contextWindow: contextWindow(for: request))
        try await endpoint.lines("POST", "/api/chat", body, model: request.model) { line in
            for piece in try stream.receive(line: line) { try await receive(piece) }
            return stream.isFinished
        }
        try stream.end()
    }

    /// Doubled until all fits, as each other number makes Ollama load the model anew.
    private func contextWindow(for request: ModelRequest) -> Int {
        let needed = request.textBytes * 2 / 5 + max(request.maxOutputTokens, 1_024)
        var window = 8_192
        while window < needed, window < largestContext { window *= 2 }
        return min(window, largestContext)
    }

    /// The models that the service has.
    package func models() async throws -> [ListedModel] {
        let body = try await endpoint.get("/api/tags")
        do throws(WireFault) {
            return try ModelLists.models(from: body)
        } catch {
            throw ModelError(.malformedStream, "\(name) sent a list of models that cannot be read: \(error.message)")
        }
    }

    package func listModels() async throws -> [String] { try await models().map(\.id) }
}

extension ModelEndpoint {
    static func ollama(
        _ name: String, _ baseURL: String, _ key: Secret?, _ keyHint: String, _ client: HTTPClient,
        _ timeouts: ModelTimeouts
    ) -> ModelEndpoint {
        var headers: [(String, String)] = []
        key?.withValue { headers.append(("Authorization", "Bearer \($0)")) }
        return ModelEndpoint(
            provider: name, baseURL: baseURL, keyHint: keyHint, headers: headers, key: key, client: client,
            timeouts: timeouts)
    }
}

extension ModelRequest {
    /// The bytes of what a model reads; an image counts as some thousand.
    fileprivate var textBytes: Int {
        let schemas = tools.reduce(0) { $0 + $1.description.utf8.count + $1.parameters.text().utf8.count + 64 }
        return messages.reduce(system.utf8.count + schemas) { sum, message in
            message.content.reduce(sum + 16) { $0 + $1.textBytes }
        }
    }
}

extension Content {
    fileprivate var textBytes: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .passage(let passage): passage.text.utf8.count
        case .image: 4_000
        case .document(let document): document.estimatedTokens * 5 / 2
        case .thinking(let thinking): thinking.text.utf8.count
        case .toolCall(let call): call.name.utf8.count + call.wireText.utf8.count + 64
        case .toolResult(let result): result.text.utf8.count + (result.image == nil ? 64 : 4_064)
        case .native: 0
        }
    }
}
