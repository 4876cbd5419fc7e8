package import Conversation
package import Files
import Gateway
package import ResponseCache
package import Settings
package import Timekeeping

extension ResponseCache {
    /// The name of the cache's file in the home, beside the journal.
    package static let fileName = "cache.db"

    /// The cache that the configuration asks for, opened; nil where it is off.
    package static func configured(
        _ settings: Settings.Cache, home: FilePath, embedders: [any EmbeddingProvider], clock: WallClock
    ) async throws -> ResponseCache? {
        guard settings.isEnabled else { return nil }
        return try await open(
            at: home / fileName, policy: CachePolicy(settings), embedder: try embedder(settings, embedders),
            clock: clock)
    }

    /// What the semantic cache compares questions by; nil where it is off.
    private static func embedder(
        _ settings: Settings.Cache, _ embedders: [any EmbeddingProvider]
    ) throws -> TextEmbedder? {
        guard settings.isSemantic, let text = settings.embedder, let name = ModelName(text) else { return nil }
        guard let provider = embedders.first(where: { $0.name == name.provider }) else {
            throw Failure(
                .usage,
                "cache.semantic.embedder names \(text), and there is no provider '\(name.provider)' that gives vectors: configure one under models.providers"
            )
        }
        return TextEmbedder(name: text, patience: settings.embedderPatience) { words in
            try await provider.embed(EmbeddingRequest(model: name.model, input: .texts([words]))).vectors.first ?? []
        }
    }
}
