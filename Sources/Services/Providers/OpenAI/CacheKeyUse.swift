import Conversation

/// Whether a service that speaks OpenAI's API is given a key for its prompt cache.
enum CacheKeyUse: Sendable, Hashable {
    /// Each request has one: the client's, or one made from what requests have in common.
    case always
    /// Requests have what the client has given.
    case asGiven
    case never

    /// - Parameter choice: what the configuration says.
    init(_ choice: Bool?, baseURL: String) {
        switch choice {
        case true?: self = .always
        case false?: self = .never
        case nil: self = baseURL.hasPrefix("https://api.openai.com") ? .always : .asGiven
        }
    }
}

extension ModelRequest {
    mutating func setCacheKey(_ use: CacheKeyUse) {
        switch use {
        case .always: cacheKey = PromptCacheKey.text(for: self, scope: user ?? "")
        case .asGiven: break
        case .never: cacheKey = nil
        }
    }
}
