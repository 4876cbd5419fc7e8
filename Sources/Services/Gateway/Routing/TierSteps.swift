package import Runs

/// The ways up and down between tiers: pure, and the same on every machine.
package enum TierSteps {
    /// The tier for work of that complexity, before kind and mode have their say.
    package static func tier(forComplexity complexity: Int) -> ModelTier {
        switch complexity {
        case ..<35: .small
        case ..<70: .medium
        default: .large
        }
    }

    /// The tier that is wanted: by complexity, within what the kind is worth, moved by the mode.
    ///
    /// `frontier` is never wanted by itself: only `max` goes there, and only where it is configured.
    package static func wanted(_ complexity: Int, _ kind: TaskKind, _ mode: Mode, of configured: [ModelTier])
        -> ModelTier
    {
        let base = min(max(tier(forComplexity: complexity), kind.tiers.lowerBound), kind.tiers.upperBound)
        guard kind.followsMode else { return base }
        switch mode {
        case .frugal: return base == .small ? .small : ModelTier.allCases[base.place - 1]
        case .balanced: return base
        case .performance: return base == .small ? .medium : .large
        case .max: return configured.last ?? .large
        }
    }

    /// The tiers that a mode uses at all: frugal not the largest, performance not the smallest, max the largest alone.
    ///
    /// Only max uses the frontier. Where a single tier is left, every mode uses it.
    package static func allowed(in mode: Mode, of configured: [ModelTier]) -> [ModelTier] {
        guard mode != .max else { return configured.suffix(1) }
        let everyday = configured.filter { $0 != .frontier }
        guard everyday.count > 1 else { return everyday.isEmpty ? configured : everyday }
        switch mode {
        case .frugal: return everyday.dropLast()
        case .balanced, .max: return everyday
        case .performance: return Array(everyday.dropFirst())
        }
    }

    /// The order in which tiers are tried: the wanted one, then what is nearest; frugal looks down first, all others up.
    package static func order(from wanted: ModelTier, _ mode: Mode, of configured: [ModelTier]) -> [ModelTier] {
        let below = configured.filter { $0 < wanted }.reversed()
        let above = configured.filter { $0 > wanted }
        let here = configured.filter { $0 == wanted }
        return mode == .frugal ? here + below + above : here + above + below
    }

    /// The next tier down where four fifths of the budget are used and the mode allows it, else the same.
    package static func afterBudget(
        _ tier: ModelTier, _ budget: RoutingRequest.Budget, _ mode: Mode, of configured: [ModelTier]
    ) -> ModelTier {
        guard budget.isNearlyUsed, mode.allowsDowngrade else { return tier }
        return configured.last { $0 < tier } ?? tier
    }

    /// What becomes of a step whose verification has failed.
    package enum Climb: Sendable, Hashable {
        case up(ModelTier)
        /// It stays with the model that it has, and why.
        case stays(String)
    }

    /// The next tier up after a failed verification, held by the policy, the mode and the budget.
    ///
    /// - Parameters:
    ///   - tier: that of the model which has failed; nil where no tier lists it.
    ///   - climbed: how often this step has gone up before.
    package static func climb(
        from tier: ModelTier?, climbed: Int, _ policy: EscalationPolicy, _ mode: Mode,
        _ budget: RoutingRequest.Budget, of configured: [ModelTier]
    ) -> Climb {
        guard let tier else { return .stays("its model is in none of models.tiers") }
        guard climbed < policy.most else { return .stays("models.escalations allows \(policy.most)") }
        guard mode != .frugal || policy.isAllowedInFrugal else { return .stays("frugal does not go up") }
        guard !budget.isNearlyUsed || !mode.allowsDowngrade else {
            return .stays("\(budget.usedPercent) % of the budget is used")
        }
        guard let next = configured.first(where: { $0 > tier }) else {
            return .stays("no tier is above \(tier.rawValue)")
        }
        return .up(next)
    }
}
