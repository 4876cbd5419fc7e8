import Conversation
import JSON

/// The counts of an answer.
enum ResponsesUsage {
    /// Here the input includes what was read from and written to the cache; in our words each token is counted once.
    static func read(_ counts: JSONValue?) -> Usage? {
        guard let counts, counts.objectValue != nil else { return nil }
        let details = counts["input_tokens_details"]
        let cached = details?["cached_tokens"]?.intValue ?? 0
        let written = details?["cache_write_tokens"]?.intValue ?? 0
        return Usage(
            input: max(0, (counts["input_tokens"]?.intValue ?? 0) - cached - written),
            output: counts["output_tokens"]?.intValue ?? 0, cacheRead: cached, cacheWrite: written,
            reasoning: counts["output_tokens_details"]?["reasoning_tokens"]?.intValue ?? 0)
    }

    static func body(of usage: Usage) -> JSONValue {
        [
            "input_tokens": .integer(Int64(usage.totalInput)),
            "input_tokens_details": [
                "cached_tokens": .integer(Int64(usage.cacheRead)),
                "cache_write_tokens": .integer(Int64(usage.cacheWrite)),
            ],
            "output_tokens": .integer(Int64(usage.output)),
            "output_tokens_details": ["reasoning_tokens": .integer(Int64(usage.reasoning))],
            "total_tokens": .integer(Int64(usage.total)),
        ]
    }
}
