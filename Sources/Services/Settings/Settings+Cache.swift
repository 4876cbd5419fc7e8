extension Settings {
    /// Whether and which answers of models are given again.
    package struct Cache: Sendable, Hashable {
        package var isEnabled = false
        /// For equal questions.
        package var isExact = true
        /// For similar ones.
        package var isSemantic = false
        /// `provider/model` that gives texts their vectors.
        package var embedder: String?
        /// How long a question may wait for its vector; then it is a miss.
        package var embedderPatience = Duration.seconds(2)
        /// What differs from the usual figures, and further kinds.
        package var kinds: [String: CacheKind] = [:]
        package var share: CacheShare = .none
        /// The highest whose answers are kept.
        package var temperature = 0.3
        /// Whether a request that names no temperature counts as one below the bound.
        package var keepsUnstatedTemperature = true
        package var allowsTools = false
        /// In bytes.
        package var size = 1 << 30

        package init() {}
    }

    /// What the configuration says of a kind of answers.
    package struct CacheKind: Sendable, Hashable {
        package var timeToLive: Duration?
        package var similarity: Double?

        package init(timeToLive: Duration? = nil, similarity: Double? = nil) {
            self.timeToLive = timeToLive
            self.similarity = similarity
        }
    }

    /// Who is given answers that others paid for.
    package enum CacheShare: String, Sendable, Hashable, CaseIterable {
        case none, project, key
    }
}
