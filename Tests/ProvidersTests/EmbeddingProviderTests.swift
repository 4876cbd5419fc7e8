import Conversation
import HTTPClient
import JSON
import LoopbackHTTP
import Providers
import Secrets
import Testing

/// Embeddings over real HTTP.
@Suite struct EmbeddingProviderTests {
    enum API: String, Sendable, CaseIterable, CustomTestStringConvertible {
        case openAI, ollama

        var testDescription: String { rawValue }

        func provider(at baseURL: String) throws -> any EmbeddingProvider {
            let client = try HTTPClient(configuration: .init(proxy: .direct))
            switch self {
            case .openAI:
                return OpenAIEmbeddingProvider(
                    name: "fake", baseURL: baseURL + "/v1", key: Secret("k-123456"), keyHint: "check it", client: client
                )
            case .ollama: return OllamaEmbeddingProvider(name: "fake", baseURL: baseURL, client: client)
            }
        }

        var path: String { self == .openAI ? "/v1/embeddings" : "/api/embed" }

        func body(_ vectors: [[Double]]) -> String {
            let wire = vectors.map { JSONValue.array($0.map { .number($0) }) }
            guard self == .openAI else {
                return JSONValue.object(["model": "m", "embeddings": .array(wire), "prompt_eval_count": 6]).text()
            }
            let data = wire.enumerated().map { ["index": .integer(Int64($0)), "embedding": $1] as JSONValue }
            return JSONValue.object(["model": "m", "data": .array(data), "usage": ["prompt_tokens": 6]]).text()
        }
    }

    private let request = EmbeddingRequest(model: "m", input: .texts(["a", "ü"]), dimensions: 2)

    @Test(arguments: API.allCases) func `Each text gets its vector`(_ api: API) async throws {
        try await withAnswer({ $0.respond(200, [], body: api.body([[0.25, 1], [0.5, -1]])) }) { server in
            let reply = try await api.provider(at: server.baseURL).embed(request)
            #expect(
                reply == EmbeddingReply(model: "m", vectors: [[0.25, 1], [0.5, -1]], usage: Usage(input: 6)))
            let sent = try #require(server.requests.first)
            #expect(sent.path == api.path)
            #expect(
                try JSONValue(parsing: sent.body) == ["model": "m", "input": ["a", "ü"], "dimensions": 2])
        }
    }

    @Test(arguments: API.allCases) func `Too few vectors, and vectors of two lengths, are no answer`(
        _ api: API
    ) async throws {
        for (vectors, lengths) in [
            ([[1.0]], "1 vectors for 2 texts, of the lengths [1]"),
            ([[1.0], [1.0, 2.0]], "2 vectors for 2 texts, of the lengths [1, 2]"),
        ] {
            try await withAnswer({ $0.respond(200, [], body: api.body(vectors)) }) { server -> Void in
                await #expect(throws: ModelError(.malformedStream, "fake sent \(lengths)")) {
                    try await api.provider(at: server.baseURL).embed(request)
                }
            }
        }
    }

    @Test(arguments: API.allCases) func `A refusal and rubbish have their kinds`(_ api: API) async throws {
        try await withAnswer({ $0.respond(404, [], body: #"{"error":{"message":"no model m"}}"#) }) { server -> Void in
            await #expect(
                throws: ModelError(
                    .unknownModel, "fake does not know the model m (HTTP 404: no model m); see vencejo models list")
            ) { try await api.provider(at: server.baseURL).embed(request) }
        }
        try await withAnswer({ $0.respond(200, [], body: "rubbish") }) { server -> Void in
            let error = await #expect(throws: ModelError.self) {
                try await api.provider(at: server.baseURL).embed(request)
            }
            #expect(error?.code == .malformedStream)
        }
        try await withAnswer({ $0.respond(200, [], body: "{}") }) { server in
            let error = await #expect(throws: ModelError.self) {
                try await api.provider(at: server.baseURL).embed(request)
            }
            #expect(error?.message.hasPrefix("fake sent vectors that cannot be read: ") == true)
        }
    }

    @Test func `Tokens go to services that take them`() async throws {
        let tokens = EmbeddingRequest(model: "m", input: .tokens([[1, 2], [3]]))
        try await withAnswer({ $0.respond(200, [], body: API.openAI.body([[1], [2]])) }) { server in
            let reply = try await API.openAI.provider(at: server.baseURL).embed(tokens)
            #expect(reply.vectors == [[1], [2]])
            await #expect(
                throws: ModelError(
                    .invalidRequest, "fake: input: Ollama takes texts, not tokens; send the texts themselves")
            ) { try await API.ollama.provider(at: server.baseURL).embed(tokens) }
        }
    }
}
