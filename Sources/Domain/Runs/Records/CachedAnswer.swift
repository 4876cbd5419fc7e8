package import Money

/// How an answer came from the response cache, and what it had cost when it was bought.
package struct CachedAnswer: Sendable, Hashable, Codable {
    package enum Manner: String, Sendable, Hashable, Codable {
        /// The question was the same.
        case exact
        /// The same question was under way, and its answer was given to both.
        case joined
        /// The question was like another one.
        case similar
    }

    package var manner: Manner
    package var saved: USD

    package init(manner: Manner, saved: USD) {
        self.manner = manner
        self.saved = saved
    }
}
