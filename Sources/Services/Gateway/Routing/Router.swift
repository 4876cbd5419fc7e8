import Money
import Runs

/// Decides which model is asked: pure, the same answer for the same question, and with its reasons.
package struct Router: Sendable {
    package let table: RoutingTable
    package let catalogue: ModelCatalogue

    package init(table: RoutingTable, catalogue: ModelCatalogue) {
        self.table = table
        self.catalogue = catalogue
    }

    /// Every configured model is in the decision exactly once, as a candidate or rejected.
    package func decide(_ request: RoutingRequest) -> RoutingDecision {
        let wish = wish(of: request)
        let plan = plan(for: wish, request)
        var decision = RoutingDecision(rule: plan.rule, tier: plan.tier, candidates: [], rejected: [])
        var rejected: [ModelName: RejectionReason] = [:]
        for (model, because) in plan.ordered {
            if let fault = fault(of: model, for: request) {
                rejected[model] = fault
                continue
            }
            decision.candidates.append(
                .init(model: model, tier: tier(of: model), because: because, ceiling: ceiling(of: model, for: request)))
        }
        let accepted = Set(decision.candidates.map(\.model))
        let ordered = plan.ordered.map(\.model)
        for model in ordered + table.models.filter({ !ordered.contains($0) }) where !accepted.contains(model) {
            let reason = rejected[model] ?? fault(of: model, for: request) ?? plan.reason(model, table.tier(of: model))
            decision.rejected.append(.init(model: model, tier: tier(of: model), reason: reason))
        }
        return decision
    }

    /// The tier that lists the model, else the one that the catalogue puts it in.
    package func tier(of model: ModelName) -> ModelTier? { table.tier(of: model) ?? catalogue.entry(of: model)?.tier }

    /// Whether a model was named outright, so that no escalation takes its place.
    package func isPinned(_ request: RoutingRequest) -> Bool { request.asked != nil || table.pinned != nil }

    // MARK: - What is wished for

    private struct Wish {
        var rule: String
        var target: RouteTarget
        /// Whether somebody wrote the tier down, so that the mode does not forbid it.
        var isWritten = true
    }

    /// The first rule that has something to say.
    private func wish(of request: RoutingRequest) -> Wish? {
        let tiers = table.configuredTiers
        if let tier = request.atLeast { return Wish(rule: "escalation to \(tier.rawValue)", target: .tier(tier)) }
        if let asked = request.asked { return Wish(rule: "the step's model", target: .model(asked)) }
        if let pinned = table.pinned { return Wish(rule: "--model", target: .model(pinned)) }
        if let role = request.role, let target = table.roles[role] {
            return Wish(rule: "models.roles.\(role)", target: target)
        }
        if let own = request.preferred { return Wish(rule: "the agent's own model", target: own) }
        if let target = table.kinds[request.kind] {
            return Wish(rule: "models.kinds.\(request.kind.rawValue)", target: target)
        }
        if let target = table.modes[request.mode] {
            return Wish(rule: "models.modes.\(request.mode.rawValue)", target: target)
        }
        if !tiers.isEmpty {
            return Wish(
                rule: "complexity \(request.complexity), \(request.kind.rawValue), \(request.mode.rawValue)",
                target: .tier(TierSteps.wanted(request.complexity, request.kind, request.mode, of: tiers)),
                isWritten: false)
        }
        if let standard = table.standard { return Wish(rule: "models.default", target: .model(standard)) }
        if let usual = table.usual[request.mode] {
            return Wish(rule: "the usual model of \(request.mode.rawValue)", target: .model(usual))
        }
        return nil
    }

    // MARK: - The order

    private struct Plan {
        var rule: String
        var tier: ModelTier?
        var ordered: [(model: ModelName, because: String)] = []
        /// Why a model is not in the order.
        var reason: (ModelName, ModelTier?) -> RejectionReason
    }

    private func plan(for wish: Wish?, _ request: RoutingRequest) -> Plan {
        switch wish?.target {
        case nil:
            return Plan(rule: RoutingDecision.nothing, reason: { _, _ in .inNoTier })
        case .model(let name):
            let rule = wish?.rule ?? ""
            // The others of its tier can stand in for it.
            let beside = table.tier(of: name).flatMap { table.tiers[$0] } ?? []
            let standing = request.asked == nil && table.pinned == nil ? beside.filter { $0 != name } : []
            return Plan(
                rule: rule, tier: nil,
                ordered: [(name, rule)] + standing.map { ($0, "beside it in the same tier") },
                reason: { _, _ in .notAskedFor(rule: rule) })
        case .tier(let tier):
            return plan(forTier: tier, wish?.rule ?? "", isWritten: wish?.isWritten ?? false, request)
        }
    }

    private func plan(forTier asked: ModelTier, _ rule: String, isWritten: Bool, _ request: RoutingRequest) -> Plan {
        let configured = table.configuredTiers
        let mode = request.mode
        var rule = rule
        var wanted = asked
        var usable = TierSteps.allowed(in: mode, of: configured)
        if isWritten || !request.kind.followsMode, configured.contains(asked), !usable.contains(asked) {
            usable = (usable + [asked]).sorted()
        }
        if let least = request.atLeast {
            usable = configured.filter { $0 >= least }
        } else {
            wanted = TierSteps.afterBudget(asked, request.budget, mode, of: configured)
            if wanted < asked {
                rule += ", a tier down as \(request.budget.usedPercent) % of the budget is used"
                if !usable.contains(wanted) { usable = (usable + [wanted]).sorted() }
            }
        }
        var ordered: [(model: ModelName, because: String)] = []
        for tier in TierSteps.order(from: wanted, mode, of: usable) {
            let because = tier == wanted ? rule : tier > wanted ? "a tier above" : "a tier below"
            for model in table.tiers[tier] ?? [] where !ordered.contains(where: { $0.model == model }) {
                ordered.append((model, because))
            }
        }
        let least = request.atLeast
        return Plan(
            rule: rule, tier: wanted, ordered: localFirst(ordered, wanted, request),
            reason: { _, tier in
                guard let tier else { return .inNoTier }
                if let least, tier < least { return .belowTier(least) }
                return .modeForbids(mode, tier)
            })
    }

    /// In development, models that cost nothing go first, down to a tier below the wanted one.
    private func localFirst(
        _ ordered: [(model: ModelName, because: String)], _ wanted: ModelTier, _ request: RoutingRequest
    ) -> [(model: ModelName, because: String)] {
        guard (request.environment ?? table.environment) == .development else { return ordered }
        func isNear(_ model: ModelName) -> Bool {
            catalogue.isFree(model.provider) && (table.tier(of: model)?.place ?? 0) >= wanted.place - 1
        }
        return ordered.filter { isNear($0.model) }.map { ($0.model, "costs nothing, and goes first in development") }
            + ordered.filter { !isNear($0.model) }
    }

    // MARK: - What a model can take

    /// Why the model cannot take the call, nil where it can.
    private func fault(of model: ModelName, for request: RoutingRequest) -> RejectionReason? {
        switch table.providers[model.provider] {
        case nil: return .notConfigured(known: table.providers.keys.sorted())
        case .unusable(let problem): return .unusable(problem)
        case .ready: break
        }
        guard let card = catalogue.card(of: model) else { return .priceUnknown }
        let entry = catalogue.entry(of: model) ?? ModelCatalogue.stranger(model)
        let lacking = request.capabilities.subtracting(entry.capabilities).sorted()
        guard lacking.isEmpty else { return .lacks(lacking) }
        let output = min(request.outputTokens, card.maxOutputTokens)
        guard request.contextTokens + output <= card.contextTokens else {
            return .windowTooSmall(needed: request.contextTokens + output, window: card.contextTokens)
        }
        if let format = request.editFormat, catalogue.editFormat(of: model) != format {
            return .otherEditFormat(catalogue.editFormat(of: model))
        }
        if let why = request.unavailable[model] { return .unavailable(why) }
        if let left = request.budget.left, card.prices.isKnown {
            let needed = card.prices.ceiling(input: request.contextTokens, output: output)
            guard needed <= left else { return .overBudget(needed: needed, left: left) }
        }
        return nil
    }

    private func ceiling(of model: ModelName, for request: RoutingRequest) -> USD? {
        guard let card = catalogue.card(of: model), card.prices.isKnown else { return nil }
        return card.prices.ceiling(
            input: request.contextTokens, output: min(request.outputTokens, card.maxOutputTokens))
    }
}
