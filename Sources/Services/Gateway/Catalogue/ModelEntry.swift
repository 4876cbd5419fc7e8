package import Money

/// All that the catalogue says of one model, with the day and the source of what it says.
package struct ModelEntry: Sendable, Hashable {
    /// The name in the catalogue, or the whole name of a model that is not in it.
    package var name: String
    package var card: ModelCard
    /// Nil where nobody has judged it.
    package var tier: ModelTier?
    package var capabilities: Set<ModelCapability>
    /// The kind of tokenizer, and how many bytes of source code one of its tokens holds at least.
    package var tokenizer: String
    package var bytesPerToken: Double
    /// Writing the cache for an hour instead of minutes.
    package var hourlyCacheWrite: TokenRate?
    package var batch: BatchPrices?
    /// The day, or the month, for which the source says so: `2026-11-18`.
    package var asOf: String?
    package var source: String?
    package var note: String?

    package init(
        name: String, card: ModelCard, tier: ModelTier? = nil, capabilities: Set<ModelCapability>,
        tokenizer: String = "other", bytesPerToken: Double = ModelEntry.usualBytesPerToken,
        hourlyCacheWrite: TokenRate? = nil, batch: BatchPrices? = nil, asOf: String? = nil, source: String? = nil,
        note: String? = nil
    ) {
        self.name = name
        self.card = card
        self.tier = tier
        self.capabilities = capabilities
        self.tokenizer = tokenizer
        self.bytesPerToken = bytesPerToken
        self.hourlyCacheWrite = hourlyCacheWrite
        self.batch = batch
        self.asOf = asOf
        self.source = source
        self.note = note
    }

    /// What calls cost that may wait.
    package struct BatchPrices: Sendable, Hashable {
        package var input: TokenRate
        package var output: TokenRate

        package init(input: TokenRate, output: TokenRate) {
            self.input = input
            self.output = output
        }
    }

    package static let usualBytesPerToken = 2.5

    /// What a model is taken to do of which nothing is known: what agents cannot do without.
    package static func assumed(images: ModelCard.Images) -> Set<ModelCapability> {
        images == .taken ? [.tools, .streaming, .images] : [.tools, .streaming]
    }

    /// Tokens of so many bytes of text, on the high side.
    package func tokens(inBytes count: Int) -> Int { Int((Double(count) / bytesPerToken).rounded(.up)) }
}
