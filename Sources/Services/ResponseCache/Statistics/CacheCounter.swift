/// What is counted of each kind.
package enum CacheCounter: String, Sendable, Hashable, CaseIterable {
    /// Equal questions answered from the cache.
    case exactHits = "exact_hits"
    /// Similar questions answered from the cache.
    case semanticHits = "semantic_hits"
    /// Questions that were answered by the call of another that was under way.
    case joined
    case misses
    /// Requests that went past the cache.
    case bypassed
    case stored
    /// Answers that were not kept: cut, refused, empty, too large, or not from the model that was asked for.
    case unkept
    case expired
    /// Answers that made room for others.
    case evicted
    case purged
    /// Rows that were not what had been written.
    case damaged
    /// Answers that could not be written.
    case lost
    case savedMicros = "saved_usd_micros"
    case savedInputTokens = "saved_input_tokens"
    case savedOutputTokens = "saved_output_tokens"
    /// Texts for which the embedder gave no vector.
    case notEmbedded = "not_embedded"
}
