/// A text that carries more than its words: citations, a cache mark, or what one wire format alone has.
package struct Passage: Sendable, Hashable, Codable {
    package var text: String
    /// Where the words come from; nil and empty mean the same, though a format may write them differently.
    package var citations: [Citation]?
    package var cacheMark: CacheMark?
    package var passthrough: Passthrough?

    package init(
        _ text: String, citations: [Citation]? = nil, cacheMark: CacheMark? = nil, passthrough: Passthrough? = nil
    ) {
        self.text = text
        self.citations = citations
        self.cacheMark = cacheMark
        self.passthrough = passthrough
    }

    /// Whether the words are all there is.
    package var isPlain: Bool { citations == nil && cacheMark == nil && passthrough == nil }
}

/// A wish that the provider caches everything up to and including what carries the mark.
package struct CacheMark: Sendable, Hashable, Codable {
    /// How long, in the provider's words, such as `5m` and `1h`; nil leaves its default.
    package var lifetime: String?
    package var passthrough: Passthrough?

    package init(lifetime: String? = nil, passthrough: Passthrough? = nil) {
        self.lifetime = lifetime
        self.passthrough = passthrough
    }

    package static let standard = CacheMark()
    package static let hour = CacheMark(lifetime: "1h")
}
