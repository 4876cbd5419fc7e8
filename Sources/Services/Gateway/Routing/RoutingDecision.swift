package import Edits
package import Money
package import Runs

/// Which model to ask, which to ask instead if that one fails, and why no other.
package struct RoutingDecision: Sendable, Hashable {
    /// Which rule decided: `models.roles.planner`, `complexity 52`.
    package var rule: String
    /// The tier that was wanted, nil where the rule names a model.
    package var tier: ModelTier?
    /// Those that can take the call, the best first.
    package var candidates: [Candidate]
    /// Every other configured model, with the reason.
    package var rejected: [Rejection]

    package init(rule: String, tier: ModelTier?, candidates: [Candidate], rejected: [Rejection]) {
        self.rule = rule
        self.tier = tier
        self.candidates = candidates
        self.rejected = rejected
    }

    package var chosen: Candidate? { candidates.first }

    package struct Candidate: Sendable, Hashable {
        package var model: ModelName
        package var tier: ModelTier?
        package var because: String
        /// The most that the call may cost; nil where the price is not known.
        package var ceiling: USD?

        package init(model: ModelName, tier: ModelTier?, because: String, ceiling: USD?) {
            self.model = model
            self.tier = tier
            self.because = because
            self.ceiling = ceiling
        }
    }

    package struct Rejection: Sendable, Hashable {
        package var model: ModelName
        package var tier: ModelTier?
        package var reason: RejectionReason

        package init(model: ModelName, tier: ModelTier?, reason: RejectionReason) {
            self.model = model
            self.tier = tier
            self.reason = reason
        }
    }

    /// Whether no rule had anything to say.
    package var isOfNothing: Bool { candidates.isEmpty && rule == Self.nothing }
    static let nothing = "nothing is configured"

    /// Why there is no model, in one sentence; nil where there is one.
    package var refusal: String? {
        guard candidates.isEmpty else { return nil }
        guard let first = rejected.first(where: { $0.reason.isOfTheModel }) ?? rejected.first else { return nil }
        if tier == nil { return first.reason.sentence(for: first.model) }
        let all = rejected.map { "\($0.model): \($0.reason)" }.joined(separator: "; ")
        return "no configured model can take this (\(rule)): \(all)"
    }
}

/// Why a model is not asked.
package enum RejectionReason: Sendable, Hashable {
    /// There is no such provider.
    case notConfigured(known: [String])
    /// Its provider cannot be called; the sentence says how to mend that.
    case unusable(String)
    case priceUnknown
    case lacks([ModelCapability])
    case windowTooSmall(needed: Int, window: Int)
    case otherEditFormat(EditFormat)
    /// Its breaker is open, or it is failing otherwise.
    case unavailable(String)
    case overBudget(needed: USD, left: USD)
    case modeForbids(Mode, ModelTier)
    case belowTier(ModelTier)
    /// A rule names another model.
    case notAskedFor(rule: String)
    case inNoTier

    /// Whether it is about the model rather than about what was asked for.
    var isOfTheModel: Bool {
        switch self {
        case .modeForbids, .belowTier, .notAskedFor, .inNoTier: false
        default: true
        }
    }

    /// The reason's name for programs.
    package var code: String {
        switch self {
        case .notConfigured, .unusable: "not_configured"
        case .priceUnknown: "price_unknown"
        case .lacks: "lacks_capability"
        case .windowTooSmall: "window_too_small"
        case .otherEditFormat: "other_edit_format"
        case .unavailable: "unavailable"
        case .overBudget: "over_budget"
        case .modeForbids: "mode_forbids"
        case .belowTier: "below_tier"
        case .notAskedFor: "not_asked_for"
        case .inNoTier: "in_no_tier"
        }
    }

    /// The reason as a whole sentence, with the way to mend it.
    func sentence(for model: ModelName) -> String {
        switch self {
        case .notConfigured(let known):
            let list = known.isEmpty ? "none" : known.joined(separator: ", ")
            return
                "the model \(model) needs a provider '\(model.provider)', and none is configured (configured: \(list)); add models.providers.\(model.provider), or set its key in the environment"
        case .unusable(let problem): return problem
        case .priceUnknown:
            return
                "no price is known for \(model), so it cannot be held to a budget: add models.prices.\"\(model)\": { input: …, output: … } to the configuration, or set models.unknown_prices: allow"
        default: return "\(model) cannot be asked: \(self)"
        }
    }
}

extension RejectionReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notConfigured: "its provider is not configured"
        case .unusable(let problem): problem
        case .priceUnknown: "its price is unknown"
        case .lacks(let what): "lacks \(what.map(\.words).joined(separator: ", "))"
        case .windowTooSmall(let needed, let window): "needs \(needed) tokens, its window has \(window)"
        case .otherEditFormat(let format): "writes changes as \(format.rawValue), unlike the session so far"
        case .unavailable(let why): why
        case .overBudget(let needed, let left): "may cost \(needed), and \(left) is left"
        case .modeForbids(let mode, let tier): "\(mode.rawValue) does not use the tier \(tier.rawValue)"
        case .belowTier(let tier): "below the tier \(tier.rawValue)"
        case .notAskedFor(let rule): "\(rule) names another"
        case .inNoTier: "in none of models.tiers"
        }
    }
}
