package import Conversation
package import Gateway
import Money
import WireFormats

/// The models that this gateway serves: finds the ones that a name stands for, and shapes a request for them.
package struct ServedModels: Sendable {
    private let providers: [String: [any ModelProvider]]
    private let catalogue: ModelCatalogue
    private let router: Router
    private let fallbacks: [ModelName: [ModelName]]
    private let patience: Duration?
    private let aliases: [String: String]
    private let embedders: [String: any EmbeddingProvider]
    /// Every model that configuration names, for lists and for bare names.
    package let names: [ModelName]

    /// - Parameters:
    ///   - providers: those of one name have a key each.
    ///   - aliases: names that clients use, and the models or tiers that they stand for.
    package init(
        providers: [any ModelProvider], catalogue: ModelCatalogue, router: Router, names: [ModelName],
        fallbacks: [ModelName: [ModelName]] = [:], patience: Duration? = nil, aliases: [String: String] = [:],
        embedders: [any EmbeddingProvider] = []
    ) {
        self.providers = Dictionary(grouping: providers, by: \.name)
        self.catalogue = catalogue
        self.router = router
        self.names = names
        self.fallbacks = fallbacks
        self.patience = patience
        self.aliases = aliases
        self.embedders = Dictionary(embedders.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The model that gives vectors under a name: `provider/model`, or the model's own name where one provider gives any.
    func embedder(for name: String) throws(ServedFault) -> (ModelName, any EmbeddingProvider) {
        let wanted = aliases[name] ?? name
        if let model = ModelName(wanted), let embedder = embedders[model.provider] { return (model, embedder) }
        let model = names.first { $0.model == wanted }
        if let model, let embedder = embedders[model.provider] { return (model, embedder) }
        if embedders.count == 1, let only = embedders.first {
            return (ModelName(provider: only.key, model: wanted), only.value)
        }
        let known = embedders.keys.sorted().joined(separator: ", ")
        throw ServedFault(
            .notFound,
            "there is no provider of vectors for '\(name)'; give provider/model with one of \(known.isEmpty ? "none" : known)",
            path: "model", code: "model_not_found")
    }

    /// Nil where nobody has said what the model costs.
    func prices(of model: ModelName) -> ModelCard.Prices? {
        catalogue.card(of: model, unknownPrices: .allow).flatMap { $0.prices.isKnown ? $0.prices : nil }
    }

    /// The word that leaves the choice to the router.
    package static let automatic = "auto"

    /// A model that may take a call, with what is known of it.
    struct Choice {
        var model: ModelName
        var card: ModelCard
        var keys: [any ModelProvider]
        /// As the model counts them, on the high side.
        var inputTokens: Int

        /// The most that the answer may have, which money is set aside for: where the client names no limit, the model's.
        func outputTokens(for request: ModelRequest) -> Int {
            request.assumesOutputLimit || request.maxOutputTokens <= 0
                ? card.maxOutputTokens : min(request.maxOutputTokens, card.maxOutputTokens)
        }
    }

    /// The models that a name stands for, the first choice first, with those that stand in for it.
    func choices(
        for name: String, _ request: ModelRequest, kind: String, inputBytes: Int
    ) throws(ServedFault) -> [Choice] {
        var found: [ModelName]
        let wanted = aliases[name] ?? name
        if wanted == Self.automatic || ModelTier(rawValue: wanted) != nil {
            found = try routed(
                wanted, request, kind: kind, inputTokens: TokenEstimate.tokens(inBytes: inputBytes))
        } else {
            found = [try model(named: wanted, asked: name)]
        }
        found += found.flatMap { fallbacks[$0] ?? [] }
        var choices: [Choice] = []
        var fault: ServedFault?
        for model in found where !choices.contains(where: { $0.model == model }) {
            do throws(ServedFault) {
                choices.append(try choice(model, request, inputBytes: inputBytes))
            } catch {
                fault = fault ?? error
            }
        }
        if choices.isEmpty, let fault { throw fault }
        return choices
    }

    // MARK: - Names

    private func model(named name: String, asked: String) throws(ServedFault) -> ModelName {
        if let whole = ModelName(name), providers[whole.provider] != nil { return whole }
        if let known = names.first(where: { $0.model == name }) { return known }
        // A model of the catalogue, at the provider that is called as its family: claude-… at anthropic.
        for provider in providers.keys.sorted() {
            let candidate = ModelName(provider: provider, model: name)
            if let entry = catalogue.entry(of: candidate), entry.source != nil, Self.is(name, of: provider) {
                return candidate
            }
        }
        let known = names.map(\.description) + aliases.keys + [Self.automatic]
        let nearest = NameDistance.nearest(to: name, among: known + names.map(\.model))
        let hint =
            nearest.map { "did you mean '\($0)'?" } ?? "there are \(known.sorted().prefix(12).joined(separator: ", "))"
        throw ServedFault(
            .notFound, "there is no model '\(asked)' here; \(hint)", path: "model", code: "model_not_found")
    }

    /// What a call failed with, for the client; a model that its provider does not know with the nearest one that is known.
    ///
    /// A provider has the last word on what it has: new models work before the catalogue has heard of them.
    func fault(of error: ModelError, asked model: ModelName) -> ServedFault {
        var fault = ServedFault(error)
        guard error.code == .unknownModel, let nearest = nearest(to: model) else { return fault }
        fault.message += "; did you mean '\(nearest)'?"
        return fault
    }

    /// Of the models that are configured for the provider, or that the catalogue has for its family.
    private func nearest(to model: ModelName) -> String? {
        let configured = names.filter { $0.provider == model.provider }.map(\.model)
        let known = catalogue.knownModels.filter { Self.is($0, of: model.provider) }
        let nearest = NameDistance.nearest(to: model.model, among: (configured + known).filter { $0 != model.model })
        return nearest.map { "\(model.provider)/\($0)" }
    }

    private static func `is`(_ model: String, of provider: String) -> Bool {
        switch provider {
        case "anthropic": model.hasPrefix("claude")
        case "openai":
            model.hasPrefix("gpt") || model.hasPrefix("chatgpt")
                || (model.hasPrefix("o") && model.dropFirst().first?.isNumber == true)
        default: false
        }
    }

    private func routed(
        _ word: String, _ request: ModelRequest, kind: String, inputTokens: Int
    ) throws(ServedFault) -> [ModelName] {
        var needs: Set<ModelCapability> = []
        if !request.tools.isEmpty { needs.insert(.tools) }
        if request.messages.contains(where: { !$0.images.isEmpty }) { needs.insert(.images) }
        let decision = router.decide(
            RoutingRequest(
                kind: TaskKind(rawValue: kind) ?? .chat,
                complexity: Complexity.estimate(request.messages.last?.text ?? ""),
                contextTokens: inputTokens, outputTokens: request.maxOutputTokens, needs: needs,
                atLeast: ModelTier(rawValue: word)))
        guard !decision.candidates.isEmpty else {
            throw ServedFault(
                .notFound, decision.refusal ?? "no model is configured", path: "model", code: "model_not_found")
        }
        return decision.candidates.map(\.model)
    }

    // MARK: - What a model takes

    private func choice(
        _ model: ModelName, _ request: ModelRequest, inputBytes: Int
    ) throws(ServedFault) -> Choice {
        guard let keys = providers[model.provider], !keys.isEmpty else {
            throw ServedFault(
                .notFound, "no provider '\(model.provider)' is configured for the model \(model)", path: "model",
                code: "model_not_found")
        }
        // Whether a price must be known is the ledger's to say: only a limit of money needs it.
        let entry = catalogue.entry(of: model) ?? ModelCatalogue.stranger(model)
        let (card, inputTokens) = (entry.card, entry.tokens(inBytes: inputBytes))
        guard inputTokens / 2 <= card.contextTokens else {
            throw ServedFault(
                .invalidRequest,
                "the request has about \(inputTokens) tokens; \(model) takes \(card.contextTokens)",
                code: "context_length_exceeded")
        }
        return Choice(model: model, card: card, keys: keys, inputTokens: inputTokens)
    }

    /// The request as the model gets it.
    func candidate(_ choice: Choice, _ request: ModelRequest, isLast: Bool) -> Candidate {
        var request = request
        request.model = choice.model.model
        request.maxOutputTokens = choice.outputTokens(for: request)
        return Candidate(
            model: choice.model, keys: choice.keys, request: request, inputTokens: choice.inputTokens,
            patience: isLast ? nil : patience)
    }

    /// What lists of models say of each.
    package func listed() -> [(name: ModelName, entry: ModelEntry?)] { names.map { ($0, catalogue.entry(of: $0)) } }

    /// The names besides models that may be asked for.
    package var otherNames: [String] { aliases.keys.sorted() }
}
