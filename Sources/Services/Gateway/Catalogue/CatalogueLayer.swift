import Edits
import Money
import Runs

/// What one file says of models: the built-in one, a user's, a project's.
///
/// Entries may say only a part.
struct CatalogueLayer: Sendable {
    var models: [String: PartialEntry] = [:]
    var usual: [String: [Mode: String]] = [:]
    var tokenizers: [String: Double] = [:]

    /// Lays another file's word over this one: entry by entry, and key by key.
    mutating func lay(_ other: CatalogueLayer) {
        models.merge(other.models) { $0.overlaid(by: $1) }
        for (kind, choices) in other.usual { usual[kind, default: [:]].merge(choices) { $1 } }
        tokenizers.merge(other.tokenizers) { $1 }
    }

    /// What a file says of one model; nil where it says nothing.
    struct PartialEntry: Sendable, Hashable {
        /// `models.yaml:12`, for what is found missing later.
        var place: String
        var context: Int?
        var output: Int?
        var tier: ModelTier?
        var tokenizer: String?
        var editFormat: EditFormat?
        var prices = PartialPrices()
        var can: Set<ModelCapability>?
        var aliases: [String]?
        var asOf: String?
        var source: String?
        var note: String?

        func overlaid(by other: PartialEntry) -> PartialEntry {
            var both = self
            both.place = other.place
            both.context = other.context ?? context
            both.output = other.output ?? output
            both.tier = other.tier ?? tier
            both.tokenizer = other.tokenizer ?? tokenizer
            both.editFormat = other.editFormat ?? editFormat
            both.prices = prices.overlaid(by: other.prices)
            both.can = other.can ?? can
            both.aliases = other.aliases.map { (aliases ?? []) + $0 } ?? aliases
            // A date and a source belong to what was said with them.
            if other.asOf != nil || other.source != nil {
                both.asOf = other.asOf
                both.source = other.source
            }
            both.note = other.note ?? note
            return both
        }
    }

    struct PartialPrices: Sendable, Hashable {
        var rates: [Price: USD] = [:]
        var long: [Price: USD] = [:]
        var longAbove: Int?

        func overlaid(by other: PartialPrices) -> PartialPrices {
            var both = self
            both.rates.merge(other.rates) { $1 }
            both.long.merge(other.long) { $1 }
            both.longAbove = other.longAbove ?? longAbove
            return both
        }
    }

    enum Price: String, CaseIterable, Sendable {
        case input, output
        case cacheRead = "cache_read"
        case cacheWrite = "cache_write"
        case hourlyCacheWrite = "cache_write_1h"
        case batchInput = "batch_input"
        case batchOutput = "batch_output"
    }
}

extension CatalogueLayer.PartialPrices {
    /// Prices where both directions have one, else nil: half a price is none.
    var whole: ModelCard.Prices? {
        guard let input = rates[.input], let output = rates[.output] else { return nil }
        var prices = ModelCard.Prices(
            input: TokenRate(perMillion: input), output: TokenRate(perMillion: output),
            cacheRead: TokenRate(perMillion: rates[.cacheRead] ?? input),
            cacheWrite: TokenRate(perMillion: rates[.cacheWrite] ?? input))
        if let above = longAbove {
            let longInput = long[.input] ?? input
            prices.long = ModelCard.Prices.Long(
                above: above, input: TokenRate(perMillion: longInput),
                output: TokenRate(perMillion: long[.output] ?? output),
                cacheRead: TokenRate(perMillion: long[.cacheRead] ?? longInput),
                cacheWrite: TokenRate(perMillion: long[.cacheWrite] ?? longInput))
        }
        return prices
    }

    var batch: ModelEntry.BatchPrices? {
        guard let input = rates[.batchInput], let output = rates[.batchOutput] else { return nil }
        return .init(input: TokenRate(perMillion: input), output: TokenRate(perMillion: output))
    }
}
