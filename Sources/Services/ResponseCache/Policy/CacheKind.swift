/// What an answer is for: how long it stays good, and how alike another question has to be.
///
/// Three kinds have usual figures; any other name is a kind of its own whose figures are configured.
package struct CacheKind: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// A task taken apart into smaller ones.
    package static let decomposition = CacheKind(rawValue: "decomposition")
    /// An answer like any other.
    package static let response = CacheKind(rawValue: "response")
    /// What was found in code or text that was looked at.
    package static let analysis = CacheKind(rawValue: "analysis")

    package var description: String { rawValue }
}

/// The figures of one kind.
package struct CacheKindRule: Sendable, Hashable {
    /// How long an answer is given again.
    package var timeToLive: Duration
    /// The cosine from which on two questions count as the same, for the semantic cache alone; from 0 to 1.
    package var similarity: Double

    package init(timeToLive: Duration, similarity: Double) {
        self.timeToLive = timeToLive
        self.similarity = similarity
    }

    /// Of the kinds that have usual figures.
    package static let usual: [CacheKind: CacheKindRule] = [
        .decomposition: CacheKindRule(timeToLive: .seconds(7 * 86_400), similarity: 0.90),
        .response: CacheKindRule(timeToLive: .seconds(86_400), similarity: 0.85),
        .analysis: CacheKindRule(timeToLive: .seconds(3 * 86_400), similarity: 0.95),
    ]
}
