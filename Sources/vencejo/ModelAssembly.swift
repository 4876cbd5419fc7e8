import Batches
import Commands
import Conversation
import Crypto
import Edits
import Files
import Gateway
import HTTPClient
import Money
import Providers
import Runs
import Secrets
import Settings
import WireFormats

/// Finds the way to the models: what is configured, else a key in the environment, else an Ollama that answers.
struct ModelAssembly: Sendable {
    let variables: [String: String]
    /// `--model`: for every agent.
    let model: String?
    /// `--record`: where to keep the answers.
    let recordTo: String?

    func setup(for settings: Settings, project: FilePath) async throws -> ModelSetup {
        let way = Way(client: try HTTPClient(), timeouts: ModelTimeouts(settings.resilience.timeouts))
        var entries: [Entry] = []
        for (name, provider) in settings.models.providers.sorted(by: { $0.key < $1.key }) {
            entries.append(try configured(name, provider, project: project, way: way))
        }
        entries += fromEnvironment(way, besides: Set(entries.map(\.name)))
        if entries.isEmpty, let ollama = await ollama(way) { entries.append(ollama) }
        let catalogue = try catalogue(settings, entries)
        let router = Router(table: try table(settings, entries, catalogue), catalogue: catalogue)
        let found = entries
        var setup = ModelSetup(
            providers: try entries.flatMap { [$0.provider].compactMap(\.self) + $0.moreProviders }.map(recorded),
            catalogue: catalogue, router: router,
            choose: { role, own, mode in
                try Self.choose(role, own, Mode(rawValue: mode) ?? settings.mode, router)
            },
            origins: Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.origin) }),
            list: { name in try await found.first { $0.name == name }?.list() ?? [] },
            models: model == nil ? Self.models(of: settings, entries, catalogue) : [],
            embedders: entries.compactMap(\.embedder))
        // A recording has every answer, and those of batches do not come this way.
        if recordTo == nil { setup.batchProviders = entries.compactMap(\.batches) }
        return setup
    }

    /// How all providers are reached.
    private struct Way: Sendable {
        var client: HTTPClient
        var timeouts: ModelTimeouts
    }

    /// A provider and how it came to be known.
    private struct Entry: Sendable {
        var name: String
        var api: Settings.API
        /// Nil where its key is missing; then `problem` says so when it is to be used.
        var provider: (any ModelProvider)?
        /// The same provider with its further keys.
        var moreProviders: [any ModelProvider] = []
        /// The way to its models that give vectors.
        var embedder: (any EmbeddingProvider)?
        /// The way to its batches, where it takes any.
        var batches: ModelSetup.BatchAccount?
        var origin: String
        var problem: String?
        var isFree = false
        var firstModel: String?
        var list: @Sendable () async throws -> [String] = { [] }
    }

    private func configured(
        _ name: String, _ settings: Settings.Provider, project: FilePath, way: Way
    ) throws -> Entry {
        switch settings.api {
        case .rehearsal:
            guard let file = settings.file else {
                throw SettingsError("models.providers.\(name) needs file: the rehearsal to replay")
            }
            let path = FilePath(file).resolved(from: project)
            return Entry(
                name: name, api: .rehearsal, provider: try RehearsalProvider(name: name, file: path),
                origin: "rehearsal of \(path)", isFree: true)
        case .anthropic, .openai, .responses, .ollama:
            let base = settings.baseURL ?? usualAddress(settings.api)
            let keys = settings.givenKeys
            if let source = settings.keySource, keys.isEmpty {
                return Entry(
                    name: name, api: settings.api, origin: "\(PublicURL.text(base)), key from \(source) (not set)",
                    problem: "the key of the provider '\(name)' is not set: put it into \(source)")
            }
            var entry = spoken(
                name, settings.api, base: base, key: keys.first?.secret ?? environmentKey(for: settings, name),
                keySource: keys.first?.source ?? settings.keySource, way,
                sendsCacheKey: settings.sendsCacheKey)
            for key in keys.dropFirst() {
                let other = spoken(
                    name, settings.api, base: base, key: key.secret, keySource: key.source, way,
                    sendsCacheKey: settings.sendsCacheKey)
                entry.moreProviders += [other.provider].compactMap(\.self)
                entry.origin += ", \(key.source)"
            }
            entry.isFree = settings.isFree || entry.isFree
            switch settings.takesBatches {
            case true?:
                entry.batches = batches(
                    name, settings.api, base: base, key: keys.first?.secret ?? environmentKey(for: settings, name),
                    keySource: keys.first?.source ?? settings.keySource, way.client)
                guard entry.batches != nil else {
                    throw SettingsError(
                        "models.providers.\(name).batches is on, and there are none in the API '\(settings.api.rawValue)'; leave it out"
                    )
                }
            case false?: entry.batches = nil
            case nil: break
            }
            return entry
        }
    }

    private func usualAddress(_ api: Settings.API) -> String {
        switch api {
        case .anthropic: "https://api.anthropic.com"
        case .ollama: ollamaHost
        default: "https://api.openai.com/v1"
        }
    }

    private var ollamaHost: String {
        let host = variables["OLLAMA_HOST"].flatMap { $0.isEmpty ? nil : $0 } ?? "127.0.0.1:11434"
        return host.contains("://") ? host : "http://\(host)"
    }

    /// A provider named as a well-known one may take its key from the usual variable.
    private func environmentKey(for settings: Settings.Provider, _ name: String) -> Secret? {
        guard settings.baseURL == nil, settings.api != .ollama else { return nil }
        return key(settings.api == .anthropic ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY")
    }

    private func fromEnvironment(_ way: Way, besides known: Set<String>) -> [Entry] {
        var entries: [Entry] = []
        if !known.contains("anthropic"), let key = key("ANTHROPIC_API_KEY") {
            let base = variables["ANTHROPIC_BASE_URL"] ?? "https://api.anthropic.com"
            entries.append(
                spoken("anthropic", .anthropic, base: base, key: key, keySource: "$ANTHROPIC_API_KEY", way))
        }
        if !known.contains("openai"), let key = key("OPENAI_API_KEY") {
            let base = variables["OPENAI_BASE_URL"] ?? "https://api.openai.com/v1"
            entries.append(spoken("openai", .openai, base: base, key: key, keySource: "$OPENAI_API_KEY", way))
        }
        return entries
    }

    private func key(_ variable: String) -> Secret? {
        variables[variable].flatMap { $0.isEmpty ? nil : Secret($0) }
    }

    private func ollama(_ way: Way) async -> Entry? {
        let base = ollamaHost + "/v1"
        guard await OpenAIChatProvider.isAnswering(baseURL: base, client: way.client) else { return nil }
        var entry = spoken("ollama", .openai, base: base, key: nil, keySource: nil, way)
        entry.isFree = true
        // A model that is not there is told when it is used.
        entry.firstModel = (try? await entry.list())?.sorted().first
        return entry
    }

    private func spoken(
        _ name: String, _ api: Settings.API, base: String, key: Secret?, keySource: String?, _ way: Way,
        sendsCacheKey: Bool? = nil
    ) -> Entry {
        let (client, timeouts) = (way.client, way.timeouts)
        let hint = keySource.map { "check the key in \($0)" } ?? "give one with models.providers.\(name).api_key"
        let origin = keySource.map { "\(PublicURL.text(base)), key from \($0)" } ?? PublicURL.text(base)
        // A gateway on this machine that wants a key usually leads to a model that costs money.
        let isFree = key == nil && Self.isLocal(base)
        var entry = Entry(name: name, api: api, origin: origin, isFree: isFree)
        switch api {
        case .anthropic:
            let provider = AnthropicProvider(
                name: name, baseURL: base, key: key, keyHint: hint, client: client, timeouts: timeouts)
            (entry.provider, entry.list) = (provider, { try await provider.listModels() })
        case .ollama:
            let provider = OllamaProvider(
                name: name, baseURL: base, key: key, keyHint: hint, client: client, timeouts: timeouts)
            (entry.provider, entry.list) = (provider, { try await provider.listModels() })
            entry.embedder = OllamaEmbeddingProvider(name: name, baseURL: base, key: key, keyHint: hint, client: client)
        case .responses:
            let provider = OpenAIResponsesProvider(
                name: name, baseURL: base, key: key, keyHint: hint, client: client, timeouts: timeouts,
                sendsCacheKey: sendsCacheKey)
            (entry.provider, entry.list) = (provider, { try await provider.listModels() })
            entry.embedder = OpenAIEmbeddingProvider(name: name, baseURL: base, key: key, keyHint: hint, client: client)
        case .openai, .rehearsal:
            let provider = OpenAIChatProvider(
                name: name, baseURL: base, key: key, keyHint: hint, client: client, timeouts: timeouts,
                sendsCacheKey: sendsCacheKey)
            (entry.provider, entry.list) = (provider, { try await provider.listModels() })
            entry.embedder = OpenAIEmbeddingProvider(name: name, baseURL: base, key: key, keyHint: hint, client: client)
        }
        if Self.batchHosts.contains(where: { base == $0 || base.hasPrefix($0 + "/") }) {
            entry.batches = batches(name, api, base: base, key: key, keySource: keySource, way.client)
        }
        return entry
    }

    /// Where batches are taken without a word of the configuration.
    private static let batchHosts = ["https://api.anthropic.com", "https://api.openai.com"]

    /// The way to a provider's batches, which go with its first key; nil where its API has none.
    private func batches(
        _ name: String, _ api: Settings.API, base: String, key: Secret?, keySource: String?, _ client: HTTPClient
    ) -> ModelSetup.BatchAccount? {
        let hint = keySource.map { "check the key in \($0)" } ?? "give one with models.providers.\(name).api_key"
        let digest = SHA256.hash("\(base)\n\(key?.withValue { $0 } ?? "")").hex
        let account = "\(name)@\(digest.prefix(8))"
        let provider: any BatchProvider
        switch api {
        case .anthropic:
            provider = AnthropicBatchProvider(
                name: name, baseURL: base, key: key, keyHint: hint, client: client, account: account)
        case .openai, .responses:
            provider = OpenAIBatchProvider(
                name: name, baseURL: base, key: key, keyHint: hint, client: client, account: account,
                format: api == .openai ? .chat : .responses)
        case .ollama, .rehearsal: return nil
        }
        return ModelSetup.BatchAccount(provider: name, batches: provider)
    }

    private func recorded(_ provider: any ModelProvider) throws -> any ModelProvider {
        guard let recordTo else { return provider }
        return RecordingProvider(provider, to: ProcessEnvironment.absolute(recordTo))
    }

    /// Calls to this machine cost nothing.
    private static func isLocal(_ url: String) -> Bool {
        ["http://localhost", "http://127.0.0.1", "http://[::1]", "https://localhost", "https://127.0.0.1"].contains {
            url == $0 || url.hasPrefix($0 + ":") || url.hasPrefix($0 + "/")
        }
    }

    private func catalogue(_ settings: Settings, _ entries: [Entry]) throws -> ModelCatalogue {
        var overrides: [ModelName: ModelCard] = [:]
        for (typed, price) in settings.models.prices {
            guard let name = ModelName(typed) else {
                throw SettingsError("models.prices has '\(typed)', which is not of the form provider/model")
            }
            let rate = { (amount: USD?) in TokenRate(perMillion: amount ?? price.input) }
            var batch: ModelEntry.BatchPrices?
            if let input = price.batchInput, let output = price.batchOutput {
                batch = .init(input: rate(input), output: rate(output))
            }
            overrides[name] = ModelCard(
                contextTokens: price.context ?? 128_000, maxOutputTokens: price.maxOutput ?? 16_384,
                prices: .init(
                    input: rate(price.input), output: rate(price.output), cacheRead: rate(price.cacheRead),
                    cacheWrite: rate(price.cacheWrite), cacheWriteHour: price.cacheWriteHour.map { rate($0) },
                    batch: batch), images: price.takesImages ? .taken : .refused)
        }
        var formats: [ModelName: EditFormat] = [:]
        for (typed, format) in settings.models.editFormats {
            guard let name = ModelName(typed) else {
                throw SettingsError("models.edit_formats has '\(typed)', which is not of the form provider/model")
            }
            formats[name] = EditFormat(rawValue: format)
        }
        var files: [ModelCatalogue.File] = []
        for path in settings.models.catalogues {
            do throws(FileError) {
                files.append(.init(name: path, text: try FileSystem.readText(FilePath(path), limit: 4 << 20)))
            } catch {
                throw SettingsError("the catalogue of models cannot be read: \(error.message)")
            }
        }
        do throws(CatalogueError) {
            return try ModelCatalogue(
                files: files, overrides: overrides, freeProviders: Set(entries.filter(\.isFree).map(\.name)),
                editFormats: formats, unknownPrices: settings.models.unknownPrices == .allow ? .allow : .refuse)
        } catch {
            throw SettingsError(error.message)
        }
    }

    /// The model of an agent whose work is not known any closer, or the sentence that says why there is none.
    private static func choose(_ role: String, _ own: String?, _ mode: Mode, _ router: Router) throws -> ModelName {
        let decision = router.decide(
            RoutingRequest(
                role: role, kind: TaskKind.of(StepKey(rawValue: role), agent: role), complexity: 50, mode: mode,
                preferred: try own.map { try target($0) }))
        if let chosen = decision.chosen { return chosen.model }
        throw SettingsError(decision.isOfNothing ? noModel : decision.refusal ?? noModel)
    }

    private static func target(_ text: String) throws -> RouteTarget {
        guard let target = RouteTarget(text) else {
            throw SettingsError("'\(text)' is no model: give provider/model, such as anthropic/claude-sonnet-4-5")
        }
        return target
    }

    /// What configuration and environment say of which model is for what.
    private func table(_ settings: Settings, _ entries: [Entry], _ catalogue: ModelCatalogue) throws -> RoutingTable {
        let models = settings.models
        var table = RoutingTable()
        if let model {
            guard case .model(let name) = try Self.target(model) else {
                throw SettingsError("--model takes provider/model, not the tier '\(model)'; tiers go with --mode")
            }
            table.pinned = name
        }
        for (word, names) in models.tiers {
            guard let tier = ModelTier(rawValue: word) else { continue }
            table.tiers[tier] = names.compactMap { ModelName($0) }
        }
        table.roles = try models.roles.mapValues { try Self.target($0) }
        table.modes = try models.modes.mapValues { try Self.target($0) }
        for (word, text) in models.kinds {
            guard let kind = TaskKind(rawValue: word) else { continue }
            table.kinds[kind] = try Self.target(text)
        }
        table.standard = models.standard.flatMap { ModelName($0) }
        for mode in Mode.allCases where table.configuredTiers.isEmpty {
            table.usual[mode] = Self.usual(mode, entries, catalogue).flatMap { ModelName($0) }
        }
        table.environment = models.environment == .development ? .development : .production
        table.escalations = EscalationPolicy(most: models.escalations, isAllowedInFrugal: models.escalatesInFrugal)
        table.others = models.prices.keys.compactMap { ModelName($0) }
        for entry in entries { table.providers[entry.name] = entry.problem.map { .unusable($0) } ?? .ready }
        if let fault = table.fault { throw SettingsError(fault) }
        return table
    }

    /// The models that a call may go to: those that the settings name, and those that are usual for a provider with a key.
    private static func models(of settings: Settings, _ entries: [Entry], _ catalogue: ModelCatalogue) -> [ModelName] {
        let models = settings.models
        let named =
            [models.standard].compactMap(\.self) + models.roles.values + models.modes.values
            + models.prices.keys + models.kinds.values + models.tiers.values.joined()
        let usual = entries.flatMap { entry in
            Mode.allCases.compactMap { catalogue.choice(for: $0, kind: entry.name).map { "\(entry.name)/\($0)" } }
        }
        let usable = Set(entries.filter { $0.provider != nil && $0.api != .rehearsal }.map(\.name))
        return Set((named + usual).compactMap { ModelName($0) }.filter { usable.contains($0.provider) })
            .sorted { "\($0)" < "\($1)" }
    }

    /// The usual model of the first provider that can be used.
    private static func usual(_ mode: Mode, _ entries: [Entry], _ catalogue: ModelCatalogue) -> String? {
        for entry in entries where entry.provider != nil {
            if entry.api == .rehearsal { return "\(entry.name)/session" }
            if let first = entry.firstModel { return "\(entry.name)/\(first)" }
            if let model = catalogue.choice(for: mode, kind: entry.name) { return "\(entry.name)/\(model)" }
        }
        return nil
    }

    private static let noModel = """
        no model is configured. Do one of these:
          export ANTHROPIC_API_KEY=…   or   export OPENAI_API_KEY=…
          start Ollama (ollama serve), or name a provider under models: in .vencejo/config.yaml
        """
}

extension ModelTimeouts {
    fileprivate init(_ settings: Settings.Timeouts) {
        self.init()
        (connect, firstByte, idle) = (settings.connect, settings.firstByte, settings.idle)
    }
}
