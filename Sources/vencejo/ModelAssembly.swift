import Commands
import Conversation
import Edits
import Files
import Gateway
import HTTPClient
import Money
import Providers
import Runs
import Secrets
import Settings

/// Finds the way to the models: what is configured, else a key in the environment, else an Ollama that answers.
struct ModelAssembly: Sendable {
    let variables: [String: String]
    /// `--model`: for every agent.
    let model: String?
    /// `--record`: where to keep the answers.
    let recordTo: String?

    func setup(for settings: Settings, project: FilePath) async throws -> ModelSetup {
        let client = try HTTPClient()
        var entries: [Entry] = []
        for (name, provider) in settings.models.providers.sorted(by: { $0.key < $1.key }) {
            entries.append(try configured(name, provider, project: project, client: client))
        }
        entries += fromEnvironment(client, besides: Set(entries.map(\.name)))
        if entries.isEmpty, let ollama = await ollama(client) { entries.append(ollama) }
        let catalogue = try catalogue(settings, entries)
        let overriding = model
        let found = entries
        return ModelSetup(
            providers: try entries.compactMap(\.provider).map(recorded), catalogue: catalogue,
            choose: { role, own, mode in
                try Self.choose(
                    overriding ?? settings.models.roles[role] ?? own, mode: mode, settings: settings, entries: found,
                    catalogue: catalogue)
            },
            origins: Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.origin) }),
            list: { name in try await found.first { $0.name == name }?.list() ?? [] },
            models: model == nil ? Self.models(of: settings, entries, catalogue) : [])
    }

    /// A provider and how it came to be known.
    private struct Entry: Sendable {
        var name: String
        var api: Settings.API
        /// Nil where its key is missing; then `problem` says so when it is to be used.
        var provider: (any ModelProvider)?
        var origin: String
        var problem: String?
        var isFree = false
        var firstModel: String?
        var list: @Sendable () async throws -> [String] = { [] }
    }

    private func configured(
        _ name: String, _ settings: Settings.Provider, project: FilePath, client: HTTPClient
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
        case .anthropic, .openai:
            let usual = settings.api == .anthropic ? "https://api.anthropic.com" : "https://api.openai.com/v1"
            let base = settings.baseURL ?? usual
            if let source = settings.keySource, settings.key == nil {
                return Entry(
                    name: name, api: settings.api, origin: "\(PublicURL.text(base)), key from \(source) (not set)",
                    problem: "the key of the provider '\(name)' is not set: put it into \(source)")
            }
            var entry = spoken(
                name, settings.api, base: base, key: settings.key ?? environmentKey(for: settings, name),
                keySource: settings.keySource, client)
            entry.isFree = settings.isFree || entry.isFree
            return entry
        }
    }

    /// A provider named as a well-known one may take its key from the usual variable.
    private func environmentKey(for settings: Settings.Provider, _ name: String) -> Secret? {
        guard settings.baseURL == nil else { return nil }
        return key(settings.api == .anthropic ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY")
    }

    private func fromEnvironment(_ client: HTTPClient, besides known: Set<String>) -> [Entry] {
        var entries: [Entry] = []
        if !known.contains("anthropic"), let key = key("ANTHROPIC_API_KEY") {
            let base = variables["ANTHROPIC_BASE_URL"] ?? "https://api.anthropic.com"
            entries.append(
                spoken("anthropic", .anthropic, base: base, key: key, keySource: "$ANTHROPIC_API_KEY", client))
        }
        if !known.contains("openai"), let key = key("OPENAI_API_KEY") {
            let base = variables["OPENAI_BASE_URL"] ?? "https://api.openai.com/v1"
            entries.append(spoken("openai", .openai, base: base, key: key, keySource: "$OPENAI_API_KEY", client))
        }
        return entries
    }

    private func key(_ variable: String) -> Secret? {
        variables[variable].flatMap { $0.isEmpty ? nil : Secret($0) }
    }

    private func ollama(_ client: HTTPClient) async -> Entry? {
        let host = variables["OLLAMA_HOST"].flatMap { $0.isEmpty ? nil : $0 } ?? "127.0.0.1:11434"
        let base = (host.contains("://") ? host : "http://\(host)") + "/v1"
        guard await OpenAIChatProvider.isAnswering(baseURL: base, client: client) else { return nil }
        var entry = spoken("ollama", .openai, base: base, key: nil, keySource: nil, client)
        entry.isFree = true
        // A model that is not there is told when it is used.
        entry.firstModel = (try? await entry.list())?.sorted().first
        return entry
    }

    private func spoken(
        _ name: String, _ api: Settings.API, base: String, key: Secret?, keySource: String?, _ client: HTTPClient
    ) -> Entry {
        let hint = keySource.map { "check the key in \($0)" } ?? "give one with models.providers.\(name).api_key"
        let origin = keySource.map { "\(PublicURL.text(base)), key from \($0)" } ?? PublicURL.text(base)
        // A gateway on this machine that wants a key usually leads to a model that costs money.
        let isFree = key == nil && Self.isLocal(base)
        if api == .anthropic {
            let provider = AnthropicProvider(name: name, baseURL: base, key: key, keyHint: hint, client: client)
            return Entry(
                name: name, api: api, provider: provider, origin: origin, isFree: isFree,
                list: { try await provider.listModels() })
        }
        let provider = OpenAIChatProvider(name: name, baseURL: base, key: key, keyHint: hint, client: client)
        return Entry(
            name: name, api: api, provider: provider, origin: origin, isFree: isFree,
            list: { try await provider.listModels() })
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
            overrides[name] = ModelCard(
                contextTokens: price.context ?? 128_000, maxOutputTokens: price.maxOutput ?? 16_384,
                prices: .init(
                    input: rate(price.input), output: rate(price.output), cacheRead: rate(price.cacheRead),
                    cacheWrite: rate(price.cacheWrite)), images: price.takesImages ? .taken : .refused)
        }
        var formats: [ModelName: EditFormat] = [:]
        for (typed, format) in settings.models.editFormats {
            guard let name = ModelName(typed) else {
                throw SettingsError("models.edit_formats has '\(typed)', which is not of the form provider/model")
            }
            formats[name] = EditFormat(rawValue: format)
        }
        return try ModelCatalogue(
            overrides: overrides, freeProviders: Set(entries.filter(\.isFree).map(\.name)), editFormats: formats)
    }

    private static func choose(
        _ wish: String?, mode: String, settings: Settings, entries: [Entry], catalogue: ModelCatalogue
    ) throws -> ModelName {
        let mode = Mode(rawValue: mode) ?? settings.mode
        guard
            let typed = wish ?? settings.models.modes[mode] ?? settings.models.standard
                ?? usual(mode, entries, catalogue)
        else {
            throw SettingsError(noModel)
        }
        guard let name = ModelName(typed) else {
            throw SettingsError("'\(typed)' is no model: give provider/model, such as anthropic/claude-sonnet-4-5")
        }
        guard let entry = entries.first(where: { $0.name == name.provider }) else {
            let known = entries.map(\.name).joined(separator: ", ")
            throw SettingsError(
                "the model \(name) needs a provider '\(name.provider)', and none is configured (configured: \(known.isEmpty ? "none" : known)); add models.providers.\(name.provider), or set its key in the environment"
            )
        }
        if let problem = entry.problem { throw SettingsError(problem) }
        guard catalogue.card(of: name) != nil else {
            throw SettingsError(
                "no price is known for \(name), so it cannot be held to a budget: add models.prices.\"\(name)\": { input: …, output: … } to the configuration (known models: \(catalogue.knownModels.joined(separator: ", ")))"
            )
        }
        return name
    }

    /// The models that a call may go to: those that the settings name, and those that are usual for a provider with a key.
    private static func models(of settings: Settings, _ entries: [Entry], _ catalogue: ModelCatalogue) -> [ModelName] {
        let models = settings.models
        let named =
            [models.standard].compactMap(\.self) + models.roles.values + models.modes.values
            + models.prices.keys
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
