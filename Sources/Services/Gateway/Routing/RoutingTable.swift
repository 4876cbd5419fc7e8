package import Runs

/// What configuration says of which model is for what.
package struct RoutingTable: Sendable, Hashable {
    /// `--model`: for every agent of this run.
    package var pinned: ModelName?
    /// The models of each tier, the first choice first.
    package var tiers: [ModelTier: [ModelName]] = [:]
    package var roles: [String: RouteTarget] = [:]
    package var kinds: [TaskKind: RouteTarget] = [:]
    package var modes: [Mode: RouteTarget] = [:]
    package var standard: ModelName?
    /// What is asked where nothing is configured but a key.
    package var usual: [Mode: ModelName] = [:]
    package var environment = RoutingEnvironment.production
    package var escalations = EscalationPolicy()
    /// Further models that are configured, such as those with a price.
    package var others: [ModelName] = []
    package var providers: [String: ProviderState] = [:]

    package init() {}

    package enum ProviderState: Sendable, Hashable {
        case ready
        /// Configured, but it cannot be called; the sentence says why, and how to mend it.
        case unusable(String)
    }

    /// The tiers that have a model, from the smallest.
    package var configuredTiers: [ModelTier] { tiers.filter { !$0.value.isEmpty }.keys.sorted() }

    /// A wish for a tier without models, in one sentence with the way to mend it; nil where there is none.
    package var fault: String? {
        let wishes =
            roles.map { ("roles.\($0.key)", $0.value) } + kinds.map { ("kinds.\($0.key.rawValue)", $0.value) }
            + modes.map { ("modes.\($0.key.rawValue)", $0.value) }
        for (key, target) in wishes.sorted(by: { $0.0 < $1.0 }) {
            guard case .tier(let tier) = target, !configuredTiers.contains(tier) else { continue }
            return "models.\(key) asks for the tier \(tier.rawValue), and models.tiers.\(tier.rawValue) lists no model"
        }
        return nil
    }

    /// The tier that lists the model.
    package func tier(of model: ModelName) -> ModelTier? {
        configuredTiers.first { tiers[$0]?.contains(model) == true }
    }

    /// Every configured model once: those of the tiers first, the rest by name.
    package var models: [ModelName] {
        let listed = configuredTiers.flatMap { tiers[$0] ?? [] }
        let targets = Array(roles.values) + kinds.values + modes.values
        let named = targets.compactMap(\.model) + [pinned, standard].compactMap(\.self) + usual.values + others
        var seen: Set<ModelName> = []
        return (listed + named.sorted { "\($0)" < "\($1)" }).filter { seen.insert($0).inserted }
    }
}

/// Where a wish leads: to one model, or to a tier.
package enum RouteTarget: Sendable, Hashable {
    case model(ModelName)
    case tier(ModelTier)

    /// `large`, or `provider/model`; nil for anything else.
    package init?(_ text: String) {
        if let tier = ModelTier(rawValue: text) {
            self = .tier(tier)
        } else if let name = ModelName(text) {
            self = .model(name)
        } else {
            return nil
        }
    }

    var model: ModelName? { if case .model(let name) = self { name } else { nil } }
}

/// Where work is done.
package enum RoutingEnvironment: String, Sendable, Hashable, CaseIterable {
    /// On a desk: models on this machine, and others that cost nothing, go first.
    case development
    case production
}

/// How far a task may climb when its verification fails.
package struct EscalationPolicy: Sendable, Hashable {
    /// Tiers up for one step; 0 switches escalation off.
    package var most: Int
    package var isAllowedInFrugal: Bool

    package init(most: Int = 2, isAllowedInFrugal: Bool = false) {
        self.most = most
        self.isAllowedInFrugal = isAllowedInFrugal
    }
}
