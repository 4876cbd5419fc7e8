/// What came of a look-up.
package enum CacheLookup: Sendable {
    case hit(CacheHit)
    /// Nothing is there: ask, and end the ticket.
    case miss(CacheTicket)
    case bypass(CacheBypass)
}

/// An answer from the cache.
package struct CacheHit: Sendable, Hashable {
    package var answer: CachedReply
    package var manner: Manner

    package enum Manner: Sendable, Hashable {
        /// The question is the same.
        case exact
        /// Another one was under way with the same question.
        case joined
        /// The question is like another one; by the cosine between the two.
        case similar(Double)
    }
}
