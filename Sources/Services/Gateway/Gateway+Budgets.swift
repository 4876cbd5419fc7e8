import Conversation
import Identity
import Money
package import Runs
import Timekeeping

extension Gateway {
    /// What calls are held to beside the run's own budget, and where they may go to stay within it.
    package struct Budgets: Sendable, Hashable {
        package var limits: BudgetLimits
        /// The models that are configured: of these a cheaper one may take the place of the usual one.
        package var models: [ModelName]

        package init(limits: BudgetLimits = .none, models: [ModelName] = []) {
            self.limits = limits
            self.models = models
        }

        package static let none = Budgets()
    }

    /// A call as a model could take it, with the most that it may cost.
    struct Offer {
        var model: ModelName
        /// With a provider for each key.
        var providers: [any ModelProvider]
        var card: ModelCard
        var request: ModelRequest
        var inputTokens: Int
        var amount: USD

        func candidate(patience: Duration?) -> Candidate {
            Candidate(
                model: model, keys: providers, request: request, inputTokens: inputTokens, patience: patience)
        }
    }

    /// An offer with money set aside for it.
    struct Call {
        var offer: Offer
        var reservation: Reservation
        var caller: Caller
        /// Why this is not the usual model, where it is not.
        var refusal: BudgetRefusal?
    }

    enum Reserved {
        case reserved(Call)
        case refused(BudgetRefusal)
    }

    /// What one call of the run may cost, nil where that is not limited.
    func callLimit(of run: RunID) async throws -> USD? {
        guard budgets.limits[.call] != nil else { return nil }
        return try await journal.standings(of: [.call(of: run)], within: budgets.limits).first?.limit
    }

    // MARK: - Reserving

    /// Sets money aside for the usual model, or where that is refused for the best of the cheaper ones that it is enough for.
    ///
    /// - Parameter fallback: why the offer is not the usual model; then it is this one or none.
    func reserve(
        _ offer: Offer, _ request: ModelRequest, callLimit: USD?, for caller: Caller, fallback: Attempt.Fallback?
    ) async throws -> Reserved {
        let (usual, refusal) = try await reserve(offer, for: caller, insteadOf: nil, fallback: fallback)
        guard let refusal else { return .reserved(usual) }
        guard fallback == nil else { return .refused(refusal) }
        guard let mode = try await journal.run(caller.run)?.mode, mode.allowsDowngrade else { return .refused(refusal) }
        for cheaper in alternatives(to: offer, request, callLimit: callLimit) {
            let (call, refused) = try await reserve(cheaper, for: caller, insteadOf: (offer.model, refusal))
            if refused == nil { return .reserved(call) }
        }
        return .refused(refusal)
    }

    func reserve(
        _ offer: Offer, for caller: Caller, insteadOf usual: (model: ModelName, refusal: BudgetRefusal)? = nil,
        fallback: Attempt.Fallback? = nil, waits: BatchWait? = nil
    ) async throws -> (Call, refusal: BudgetRefusal?) {
        let reservation = Reservation(
            id: ids.next(), run: caller.run, session: caller.session, turn: caller.turn, model: "\(offer.model)",
            amount: offer.amount, reservedAt: clock.now(), step: caller.step, user: user, key: offer.model.provider,
            parent: caller.parent, waits: waits)
        var events: [RunEvent] = [
            .turnStarted(session: caller.session, turn: caller.turn, reserved: offer.amount)
        ]
        if waits != nil {
            events.append(.callWaits(session: caller.session, turn: caller.turn, model: "\(offer.model)"))
        }
        if let usual {
            events.append(
                .modelDowngraded(
                    session: caller.session, turn: caller.turn, from: "\(usual.model)", to: "\(offer.model)",
                    because: usual.refusal))
        }
        if let fallback {
            events.append(
                .modelFellBack(
                    session: caller.session, turn: caller.turn, from: "\(fallback.from)", to: "\(offer.model)",
                    because: fallback.because))
        }
        let call = Call(offer: offer, reservation: reservation, caller: caller, refusal: usual?.refusal)
        switch try await journal.reserve(reservation, within: budgets.limits, with: events.map { .event($0) }) {
        case .reserved: return (call, nil)
        case .refused(let refusal): return (call, refusal)
        }
    }

    /// The configured models that cost less for this call and can take it, the dearest of them first.
    private func alternatives(to offer: Offer, _ request: ModelRequest, callLimit: USD?) -> [Offer] {
        others(budgets.models, than: offer, request, callLimit: callLimit)
            .filter { $0.amount < offer.amount }
            .sorted { $0.amount > $1.amount }
    }

    /// Those of the models that can take the call as well, in their order.
    ///
    /// They have to write changes in the same way, as the session's tools stay what they are.
    func others(_ models: [ModelName], than offer: Offer, _ request: ModelRequest, callLimit: USD?) -> [Offer] {
        guard models.contains(where: { $0 != offer.model }) else { return [] }
        let format = catalogue.editFormat(of: offer.model)
        var plain = request
        plain.messages = request.messages.map { message in
            var message = message
            message.content = Self.withoutThinking(message.content)
            return message
        }
        var seen: Set<ModelName> = [offer.model]
        var found: [Offer] = []
        for model in models where seen.insert(model).inserted && catalogue.editFormat(of: model) == format {
            // A model that cannot take the call is none to go to.
            guard let other = try? self.offer(model, plain, callLimit: callLimit),
                other.request.maxOutputTokens >= offer.request.maxOutputTokens,
                request.images.isEmpty || other.card.images == .taken, other.card.prices.isKnown
            else { continue }
            found.append(other)
        }
        return found
    }

    /// What a model thought is signed for that model alone, so no other is given it.
    static func withoutThinking(_ content: [Content]) -> [Content] {
        let rest = content.filter { if case .thinking = $0 { false } else { true } }
        return rest.isEmpty ? content : rest
    }

    // MARK: - Offers

    /// The least output that a call is made for, where a limit on single calls cuts what it may have.
    private static let leastOutput = 1024

    /// The call as the model could take it: its input counted, its output capped by the card and by the limit of one call.
    func offer(
        _ model: ModelName, _ request: ModelRequest, callLimit: USD?
    ) throws(ModelError) -> Offer {
        guard let providers = providers[model.provider] else {
            throw ModelError(.unknownModel, unknownProvider(model))
        }
        guard let card = catalogue.card(of: model) else { throw ModelError(.unknownModel, unpriced(model)) }
        if let fault = request.fault {
            throw ModelError(.invalidRequest, "the request to \(model) is malformed: \(fault)")
        }
        var request = request
        request.model = model.model
        request.maxOutputTokens = min(request.maxOutputTokens, card.maxOutputTokens)
        let inputTokens = inputTokens(of: request, for: model)
        guard inputTokens / 2 + request.maxOutputTokens <= card.contextTokens else {
            throw ModelError(
                .contextTooLong,
                "the conversation has about \(inputTokens) tokens; \(model) takes \(card.contextTokens)")
        }
        if let callLimit {
            let rest = callLimit - card.prices.ceiling(input: inputTokens, output: 0)
            let least = min(request.maxOutputTokens, Self.leastOutput)
            request.maxOutputTokens = min(
                request.maxOutputTokens, max(least, card.prices.rates(input: inputTokens).output.tokens(for: rest)))
        }
        return Offer(
            model: model, providers: providers, card: card, request: request, inputTokens: inputTokens,
            amount: card.prices.ceiling(input: inputTokens, output: request.maxOutputTokens))
    }

    private func unknownProvider(_ model: ModelName) -> String {
        let known = providers.keys.sorted().joined(separator: ", ")
        return "no provider named '\(model.provider)' is configured for the model \(model) (configured: \(known))"
    }

    private func unpriced(_ model: ModelName) -> String {
        "no price is known for \(model), so its cost cannot be held to a budget: add models.prices.\(model) to the configuration"
    }
}

extension Mode {
    /// Whether a call that the money is not enough for may go to a cheaper model.
    ///
    /// Who chose `performance` or `max` wants that model, and is asked for money instead.
    package var allowsDowngrade: Bool {
        switch self {
        case .frugal, .balanced: true
        case .performance, .max: false
        }
    }
}
