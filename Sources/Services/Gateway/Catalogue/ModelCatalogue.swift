package import Edits
import JSON
import Money
package import Runs

/// Prices, capacities and the usual choice for each mode, as data (`catalogue.json`), with a user's own entries above it.
package struct ModelCatalogue: Sendable {
    private var cards: [String: ModelCard]
    private var choices: [String: [Mode: String]]
    private var overrides: [ModelName: ModelCard]
    private let freeProviders: Set<String>
    private let editFormats: [ModelName: EditFormat]

    /// - Parameters:
    ///   - overrides: what configuration says of single models.
    ///   - editFormats: what configuration says of how single models write changes.
    ///   - freeProviders: providers that cost nothing, such as one on this machine.
    package init(
        overrides: [ModelName: ModelCard] = [:], freeProviders: Set<String> = [],
        editFormats: [ModelName: EditFormat] = [:]
    ) throws(CatalogueError) {
        let text = String(decoding: PackageResources.catalogue_json, as: UTF8.self)
        do {
            let file = try JSONCoding.decode(CatalogueFile.self, from: JSONValue(parsing: text))
            cards = file.models.mapValues(\.card)
            choices = file.choices.mapValues { byMode in
                Dictionary(
                    uniqueKeysWithValues: byMode.compactMap { key, name in Mode(rawValue: key).map { ($0, name) } })
            }
        } catch {
            throw CatalogueError(message: "the built-in model catalogue is unreadable: \(error)")
        }
        self.overrides = overrides
        self.freeProviders = freeProviders
        self.editFormats = editFormats
    }

    /// What is known of the model, by its whole name, its own name, or its own name without a trailing date.
    package func card(of name: ModelName) -> ModelCard? {
        if let own = overrides[name] { return own }
        let base = name.model.split(separator: "/").last.map(String.init) ?? name.model
        for candidate in [name.model, base, Self.withoutDate(base)] {
            if var card = cards[candidate] {
                if freeProviders.contains(name.provider) { card.prices = .free }
                return card
            }
        }
        guard freeProviders.contains(name.provider) else { return nil }
        return ModelCard(contextTokens: 32_768, maxOutputTokens: 8_192, prices: .free, editFormat: .wholeFile)
    }

    /// How the model writes down changes best: as configured, else as the catalogue says, else by an edit tool.
    package func editFormat(of name: ModelName) -> EditFormat {
        editFormats[name] ?? known(name)?.editFormat ?? card(of: name)?.editFormat ?? .editTool
    }

    /// The catalogue's own entry, which a price in the configuration does not hide.
    private func known(_ name: ModelName) -> ModelCard? {
        let base = name.model.split(separator: "/").last.map(String.init) ?? name.model
        return [name.model, base, Self.withoutDate(base)].lazy.compactMap { cards[$0] }.first
    }

    /// The usual model of a provider kind (`anthropic`, `openai`) for a mode.
    package func choice(for mode: Mode, kind: String) -> String? { choices[kind]?[mode] }

    package var knownModels: [String] { cards.keys.sorted() }

    /// `claude-sonnet-4-5-20250929` → `claude-sonnet-4-5`, `gpt-4o-2024-08-06` → `gpt-4o`.
    private static func withoutDate(_ name: String) -> String {
        var parts = name.split(separator: "-")
        let isNumber = { (part: Substring?) in part?.allSatisfy(\.isNumber) == true }
        if parts.count > 1, parts.last?.count == 8, isNumber(parts.last) {
            parts.removeLast()
        } else if parts.count > 3, parts.suffix(3).map(\.count) == [4, 2, 2],
            parts.suffix(3).allSatisfy({ isNumber($0) })
        {
            parts.removeLast(3)
        }
        return parts.joined(separator: "-")
    }
}

package struct CatalogueError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package var description: String { message }
}

private struct CatalogueFile: Decodable {
    var models: [String: Entry]
    var choices: [String: [String: String]]

    /// Prices are micro-dollars a million tokens, so that no figure passes through a Double.
    struct Entry: Decodable {
        var context: Int
        var output: Int
        var inputPrice: Int64
        var outputPrice: Int64
        var cacheReadPrice: Int64?
        var cacheWritePrice: Int64?
        var images: Bool?
        var editFormat: EditFormat

        var card: ModelCard {
            ModelCard(
                contextTokens: context, maxOutputTokens: output,
                prices: .init(
                    input: TokenRate(perMillion: USD(micros: inputPrice)),
                    output: TokenRate(perMillion: USD(micros: outputPrice)),
                    cacheRead: TokenRate(perMillion: USD(micros: cacheReadPrice ?? inputPrice)),
                    cacheWrite: TokenRate(perMillion: USD(micros: cacheWritePrice ?? inputPrice))),
                images: images == true ? .taken : .refused, editFormat: editFormat)
        }
    }
}
