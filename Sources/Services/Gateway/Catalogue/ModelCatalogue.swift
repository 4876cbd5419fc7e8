package import Edits
import Money
package import Runs

/// Windows, prices, capabilities and the usual choice for each mode, as data (`models.yaml`), with a user's files and
/// settings above it.
package struct ModelCatalogue: Sendable {
    private let entries: [String: ModelEntry]
    private let aliases: [String: String]
    private let choices: [String: [Mode: String]]
    private let overrides: [ModelName: ModelCard]
    private let freeProviders: Set<String>
    private let editFormats: [ModelName: EditFormat]
    /// What becomes of models that nobody has named a price for.
    package let unknownPrices: UnknownPrices

    /// What becomes of calls to models without a price.
    package enum UnknownPrices: String, Sendable, Hashable, CaseIterable {
        /// They are made; what they cost is shown as unknown, and no budget counts it.
        case allow
        /// They are not made, as no budget could hold them.
        case refuse
    }

    /// A file that is laid over the built-in catalogue.
    package struct File: Sendable, Hashable {
        /// As complaints name it.
        package var name: String
        package var text: String

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// - Parameters:
    ///   - files: catalogues over the built-in one, the weakest first.
    ///   - overrides: what configuration says of single models.
    ///   - editFormats: what configuration says of how single models write changes.
    ///   - freeProviders: providers that cost nothing, such as one on this machine.
    package init(
        files: [File] = [], overrides: [ModelName: ModelCard] = [:], freeProviders: Set<String> = [],
        editFormats: [ModelName: EditFormat] = [:], unknownPrices: UnknownPrices = .refuse
    ) throws(CatalogueError) {
        var layer = try Self.builtIn.get()
        for file in files { layer.lay(try CatalogueReader.layer(parsing: file.text, file: file.name)) }
        let assembled = files.isEmpty ? try Self.builtInEntries.get() : try Self.assemble(layer)
        entries = assembled.entries
        aliases = assembled.aliases
        choices = layer.usual
        self.overrides = overrides
        self.freeProviders = freeProviders
        self.editFormats = editFormats
        self.unknownPrices = unknownPrices
    }

    /// What is known of the model, by its whole name, its own name, or its own name without its maker and a trailing date.
    ///
    /// - Parameter unknownPrices: what to do without a price, where that is not the catalogue's own rule; calls that no
    ///   limit of money holds may be allowed.
    package func card(of name: ModelName, unknownPrices: UnknownPrices? = nil) -> ModelCard? {
        let rule = unknownPrices ?? self.unknownPrices
        return entry(of: name).flatMap { $0.card.prices.isKnown || rule == .allow ? $0.card : nil }
            ?? (rule == .allow ? Self.stranger(name).card : nil)
    }

    /// All that is known of the model, also where that is no price; nil for a model that nobody has named.
    package func entry(of name: ModelName) -> ModelEntry? {
        var entry = known(name)
        if let own = overrides[name] {
            entry = entry ?? ModelEntry(name: "\(name)", card: own, capabilities: [])
            var capabilities = entry?.capabilities ?? []
            if capabilities.isEmpty { capabilities = ModelEntry.assumed(images: own.images) }
            if own.images == .taken { capabilities.insert(.images) } else { capabilities.remove(.images) }
            entry?.card = own
            entry?.hourlyCacheWrite = own.prices.cacheWriteHour
            entry?.batch = own.prices.batch
            entry?.capabilities = capabilities
            entry?.asOf = nil
            entry?.source = "configuration"
            return entry
        }
        guard freeProviders.contains(name.provider) else { return entry }
        guard var entry else {
            return ModelEntry(
                name: "\(name)",
                card: ModelCard(
                    contextTokens: 32_768, maxOutputTokens: 8_192, prices: .free, editFormat: .wholeFile),
                capabilities: ModelEntry.assumed(images: .refused))
        }
        entry.card.prices = .free
        entry.hourlyCacheWrite = nil
        entry.batch = nil
        return entry
    }

    /// A model that nobody has named, with what is taken of every model.
    package static func stranger(_ name: ModelName) -> ModelEntry {
        ModelEntry(
            name: "\(name)",
            card: ModelCard(contextTokens: 128_000, maxOutputTokens: 16_384, prices: .unknown),
            capabilities: ModelEntry.assumed(images: .refused))
    }

    /// Whether the provider costs nothing.
    package func isFree(_ provider: String) -> Bool { freeProviders.contains(provider) }

    /// Tokens of so many bytes of text for the model, on the high side; by the usual measure where nobody knows its own.
    package func tokens(inBytes count: Int, of name: ModelName) -> Int {
        entry(of: name)?.tokens(inBytes: count) ?? TokenEstimate.tokens(inBytes: count)
    }

    /// How the model writes down changes best: as configured, else as the catalogue says, else by an edit tool.
    package func editFormat(of name: ModelName) -> EditFormat {
        editFormats[name] ?? known(name)?.card.editFormat ?? card(of: name)?.editFormat ?? .editTool
    }

    /// The usual model of a provider kind (`anthropic`, `openai`) for a mode.
    package func choice(for mode: Mode, kind: String) -> String? { choices[kind]?[mode] }

    package var knownModels: [String] { entries.keys.sorted() }

    /// The entry of that very name, for lists.
    package func entry(named name: String) -> ModelEntry? { entries[name] }

    /// The model that was probably meant by a name that nobody knows.
    package func nearest(to name: ModelName) -> String? {
        NameDistance.nearest(to: name.model, among: knownModels)
    }

    /// The catalogue's own entry, which a price in the configuration does not hide.
    private func known(_ name: ModelName) -> ModelEntry? {
        func entry(_ candidate: String) -> ModelEntry? {
            entries[candidate] ?? aliases[candidate].flatMap { entries[$0] }
        }
        if let entry = entry("\(name)") ?? entry(name.model) { return entry }
        let base = name.model.split(separator: "/").last.map(String.init) ?? name.model
        return entry(base) ?? entry(Self.withoutDate(base))
    }

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

extension ModelCatalogue {
    private typealias Assembled = (entries: [String: ModelEntry], aliases: [String: String])

    /// Read when the first catalogue is made, once in a process: most commands never need one.
    private static let builtIn: Result<CatalogueLayer, CatalogueError> = {
        do throws(CatalogueError) {
            let text = String(decoding: PackageResources.models_yaml, as: UTF8.self)
            return .success(try CatalogueReader.layer(parsing: text, file: "the built-in models.yaml"))
        } catch {
            return .failure(error)
        }
    }()

    private static let builtInEntries: Result<Assembled, CatalogueError> = {
        do throws(CatalogueError) {
            return .success(try assemble(try builtIn.get()))
        } catch {
            return .failure(error)
        }
    }()

    private static func assemble(_ layer: CatalogueLayer) throws(CatalogueError) -> Assembled {
        var entries: [String: ModelEntry] = [:]
        var aliases: [String: String] = [:]
        for (name, partial) in layer.models {
            entries[name] = try entry(name, partial, layer.tokenizers)
            for alias in partial.aliases ?? [] { aliases[alias] = name }
        }
        return (entries, aliases)
    }

    private static func entry(
        _ name: String, _ partial: CatalogueLayer.PartialEntry, _ tokenizers: [String: Double]
    ) throws(CatalogueError) -> ModelEntry {
        func fault(_ what: String) -> CatalogueError {
            CatalogueError(message: "\(partial.place): models.\(name) \(what)")
        }
        guard let context = partial.context else { throw fault("needs context: how many tokens fit in the model") }
        let capabilities = partial.can ?? ModelEntry.assumed(images: .refused)
        let output = partial.output ?? min(context, 16_384)
        guard output <= context else { throw fault("has an output of \(output) tokens, more than its context") }
        let tokenizer = partial.tokenizer ?? "other"
        guard let bytes = tokenizers[tokenizer] else {
            throw fault(
                "names the tokenizer '\(tokenizer)'; known are \(tokenizers.keys.sorted().joined(separator: ", "))")
        }
        var prices = partial.prices.whole ?? .unknown
        if prices.isKnown {
            prices.cacheWriteHour = partial.prices.rates[.hourlyCacheWrite].map { TokenRate(perMillion: $0) }
            prices.batch = partial.prices.batch
        }
        return ModelEntry(
            name: name,
            card: ModelCard(
                contextTokens: context, maxOutputTokens: output, prices: prices,
                images: capabilities.contains(.images) ? .taken : .refused,
                editFormat: partial.editFormat ?? .editTool),
            tier: partial.tier, capabilities: capabilities, tokenizer: tokenizer, bytesPerToken: bytes,
            hourlyCacheWrite: partial.prices.rates[.hourlyCacheWrite].map { TokenRate(perMillion: $0) },
            batch: partial.prices.batch, asOf: partial.asOf, source: partial.source, note: partial.note)
    }
}
