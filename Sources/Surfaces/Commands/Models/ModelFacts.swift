import Edits
import Gateway
import JSON
import Money
import Terminal

/// What the catalogue says of a model, for a reader and for a program.
struct ModelFacts: Sendable {
    let name: String
    /// Nil where nothing is known.
    let entry: ModelEntry?

    // MARK: - For a reader

    static let legend =
        "t tools  p parallel tools  i images  d documents  h thinking  s structured output\n"
        + "e embeddings  c prompt caching; prices are dollars a million tokens"

    static func table(of facts: [ModelFacts], width: Int, style: TextStyle) -> [String] {
        var table = TextTable(columns: [
            .init("MODEL", alignment: .left, isFlexible: true), .init("WINDOW", alignment: .right),
            .init("OUT", alignment: .right), .init("$ IN", alignment: .right), .init("$ OUT", alignment: .right),
            .init("CAN", alignment: .left), .init("AS OF", alignment: .left),
        ])
        for fact in facts { table.add(row: fact.row) }
        return table.lines(width: width, style: style)
    }

    private var row: [String] {
        guard let entry else { return [name, "unknown", "", "unknown", "unknown", "", ""] }
        let prices = entry.card.prices
        return [
            name, EventText.tokens(entry.card.contextTokens), EventText.tokens(entry.card.maxOutputTokens),
            Self.dollars(prices, prices.input), Self.dollars(prices, prices.output), letters, entry.asOf ?? "",
        ]
    }

    private static func dollars(_ prices: ModelCard.Prices, _ rate: TokenRate) -> String {
        prices.isKnown ? String("\(rate.perMillion)".dropFirst()) : "unknown"
    }

    private var letters: String {
        let all: [(ModelCapability, Character)] = [
            (.tools, "t"), (.parallelTools, "p"), (.images, "i"), (.documents, "d"), (.thinking, "h"),
            (.structuredOutput, "s"), (.embeddings, "e"), (.promptCaching, "c"),
        ]
        return String(all.filter { entry?.capabilities.contains($0.0) == true }.map(\.1))
    }

    // MARK: - For a program

    /// Prices are integer millionths of a dollar for a million tokens; null is unknown.
    var json: JSONValue {
        guard let entry else { return ["model": .string(name), "known": false, "prices": .null] }
        return [
            "model": .string(name), "known": true, "name": .string(entry.name),
            "tier": entry.tier.map { .string($0.rawValue) } ?? .null,
            "context": .integer(Int64(entry.card.contextTokens)), "output": .integer(Int64(entry.card.maxOutputTokens)),
            "capabilities": .array(entry.capabilities.sorted().map { .string($0.rawValue) }),
            "prices": prices(of: entry), "tokenizer": .string(entry.tokenizer),
            "edit_format": .string(entry.card.editFormat.rawValue), "as_of": entry.asOf.map { .string($0) } ?? .null,
            "source": entry.source.map { .string($0) } ?? .null, "note": entry.note.map { .string($0) } ?? .null,
        ]
    }

    private func prices(of entry: ModelEntry) -> JSONValue {
        let prices = entry.card.prices
        guard prices.isKnown else { return .null }
        func micros(_ rate: TokenRate?) -> JSONValue { rate.map { .integer($0.perMillion.micros) } ?? .null }
        var long = JSONValue.null
        if let rates = prices.long {
            long = [
                "above": .integer(Int64(rates.above)), "input": micros(rates.input), "output": micros(rates.output),
                "cache_read": micros(rates.cacheRead), "cache_write": micros(rates.cacheWrite),
            ]
        }
        return [
            "input": micros(prices.input), "output": micros(prices.output), "cache_read": micros(prices.cacheRead),
            "cache_write": micros(prices.cacheWrite), "cache_write_1h": micros(entry.hourlyCacheWrite),
            "batch_input": micros(entry.batch?.input), "batch_output": micros(entry.batch?.output), "long": long,
        ]
    }
}
