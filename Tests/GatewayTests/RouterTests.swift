import Edits
import Gateway
import Money
import Runs
import Testing

/// Which model is asked, and why no other.
@Suite struct RouterTests {
    static func name(_ text: String) -> ModelName { ModelName(provider: "p", model: text) }

    static func card(_ context: Int = 100_000, images: ModelCard.Images = .refused, dollars: Int64 = 1) -> ModelCard {
        let rate = TokenRate(perMillion: USD(micros: dollars * 1_000_000))
        return ModelCard(
            contextTokens: context, maxOutputTokens: 10_000,
            prices: .init(input: rate, output: rate, cacheRead: rate, cacheWrite: rate), images: images)
    }

    static let cards: [ModelName: ModelCard] = [
        name("s1"): card(32_000), name("s2"): card(64_000), name("m1"): card(dollars: 3),
        name("m2"): card(200_000, images: .taken, dollars: 4), name("l1"): card(200_000, images: .taken, dollars: 10),
        name("f1"): card(1_000_000, images: .taken, dollars: 50), name("x"): card(),
        ModelName(provider: "local", model: "tiny"): card(16_000),
    ]

    static func router(
        tiers: [ModelTier: [String]] = [.small: ["s1", "s2"], .medium: ["m1", "m2"], .large: ["l1"]],
        _ change: (inout RoutingTable) -> Void = { _ in }
    ) throws -> Router {
        var table = RoutingTable()
        table.tiers = tiers.mapValues { $0.map { ModelName($0) ?? name($0) } }
        table.providers = ["p": .ready, "local": .ready]
        change(&table)
        return Router(
            table: table, catalogue: try ModelCatalogue(overrides: cards, freeProviders: ["local"]))
    }

    static func candidates(_ decision: RoutingDecision) -> [String] { decision.candidates.map(\.model.model) }

    // MARK: - Rules

    @Test func `Without tiers the rules go as they always went`() throws {
        let router = try Self.router(tiers: [:]) { table in
            table.roles = ["planner": .model(Self.name("m1"))]
            table.modes = [.max: .model(Self.name("l1"))]
            table.standard = Self.name("s1")
            table.others = [Self.name("x")]
        }
        func chosen(_ request: RoutingRequest) -> String? { router.decide(request).chosen?.model.model }
        #expect(chosen(RoutingRequest(role: "developer")) == "s1")
        #expect(chosen(RoutingRequest(role: "planner", mode: .max)) == "m1")
        #expect(chosen(RoutingRequest(role: "developer", mode: .max)) == "l1")
        #expect(chosen(RoutingRequest(role: "developer", preferred: .model(Self.name("x")))) == "x")
        #expect(chosen(RoutingRequest(role: "planner", asked: Self.name("s2"))) == "s2")
        let decision = router.decide(RoutingRequest(role: "developer"))
        #expect(decision.candidates.count == 1 && decision.rule == "models.default")
        #expect(decision.rejected.allSatisfy { $0.reason == .notAskedFor(rule: "models.default") })
    }

    @Test func `--model goes before all but what a step asks for`() throws {
        let router = try Self.router { table in
            table.pinned = Self.name("x")
            table.roles = ["planner": .tier(.large)]
        }
        #expect(router.decide(RoutingRequest(role: "planner")).chosen?.model == Self.name("x"))
        #expect(router.decide(RoutingRequest(asked: Self.name("m1"))).chosen?.model == Self.name("m1"))
        #expect(router.isPinned(RoutingRequest()) && Self.candidates(router.decide(RoutingRequest())) == ["x"])
    }

    @Test(arguments: [
        (10, TaskKind.code, Mode.balanced, ["s1", "s2", "m1", "m2", "l1"]),
        (50, .code, .balanced, ["m1", "m2", "l1", "s1", "s2"]), (90, .code, .balanced, ["l1", "m1", "m2", "s1", "s2"]),
        (10, .plan, .balanced, ["m1", "m2", "l1", "s1", "s2"]), (90, .chat, .balanced, ["m1", "m2", "l1", "s1", "s2"]),
        (90, .classify, .balanced, ["s1", "s2", "m1", "m2", "l1"]),
        (90, .classify, .max, ["s1", "s2", "l1"]), (10, .code, .frugal, ["s1", "s2", "m1", "m2"]),
        (90, .code, .frugal, ["m1", "m2", "s1", "s2"]), (10, .code, .performance, ["m1", "m2", "l1"]),
        (50, .code, .performance, ["l1", "m1", "m2"]), (10, .code, .max, ["l1"]),
    ])
    func `Tiers are chosen by complexity, kind and mode`(
        _ complexity: Int, _ kind: TaskKind, _ mode: Mode, _ expected: [String]
    ) throws {
        let decision = try Self.router().decide(RoutingRequest(kind: kind, complexity: complexity, mode: mode))
        #expect(Self.candidates(decision) == expected)
    }

    @Test func `A tier that is written down is used in any mode`() throws {
        let router = try Self.router { table in
            table.roles = ["planner": .tier(.large)]
            table.kinds = [.review: .tier(.medium)]
        }
        #expect(Self.candidates(router.decide(RoutingRequest(role: "planner", mode: .frugal))).first == "l1")
        #expect(Self.candidates(router.decide(RoutingRequest(kind: .review, mode: .max))).first == "m1")
    }

    @Test func `The frontier is used by max alone, or when it is asked for`() throws {
        let tiers: [ModelTier: [String]] = [.small: ["s1"], .medium: ["m1"], .large: ["l1"], .frontier: ["f1"]]
        let router = try Self.router(tiers: tiers) { $0.roles = ["architect": .tier(.frontier)] }
        for mode in [Mode.frugal, .balanced, .performance] {
            let decision = router.decide(RoutingRequest(complexity: 100, mode: mode))
            #expect(decision.rejected.contains { $0.reason == .modeForbids(mode, .frontier) }, "\(mode)")
        }
        #expect(Self.candidates(router.decide(RoutingRequest(mode: .max))) == ["f1"])
        #expect(Self.candidates(router.decide(RoutingRequest(role: "architect"))).first == "f1")
    }

    @Test func `A role's model has the others of its tier behind it`() throws {
        let router = try Self.router { $0.roles = ["planner": .model(Self.name("m2"))] }
        #expect(Self.candidates(router.decide(RoutingRequest(role: "planner"))) == ["m2", "m1"])
    }

    @Test func `In development what costs nothing goes first, if it is near enough`() throws {
        let router = try Self.router(tiers: [.small: ["s1", "local/tiny"], .medium: ["m1"], .large: ["l1"]]) {
            $0.environment = .development
        }
        #expect(Self.candidates(router.decide(RoutingRequest(complexity: 10))).first == "tiny")
        #expect(Self.candidates(router.decide(RoutingRequest(complexity: 50))).first == "tiny")
        #expect(Self.candidates(router.decide(RoutingRequest(complexity: 90))).first == "l1")
        let production = router.decide(RoutingRequest(complexity: 50, environment: .production))
        #expect(Self.candidates(production).first == "m1")
    }

    // MARK: - Rejections

    static let rejections: [(RoutingRequest, String, RejectionReason)] = [
        (
            RoutingRequest(contextTokens: 60_000, outputTokens: 20_000), "s1",
            .windowTooSmall(needed: 70_000, window: 32_000)
        ),
        (RoutingRequest(needs: [.images, .tools]), "m1", .lacks([.images])),
        (RoutingRequest(needs: [.thinking]), "l1", .lacks([.thinking])),
        (
            RoutingRequest(unavailable: [name("s1"): "its breaker is open for 12 s"]), "s1",
            .unavailable("its breaker is open for 12 s")
        ),
        (
            RoutingRequest(contextTokens: 10_000, budget: .init(left: USD(micros: 99_999), usedPercent: 50)), "l1",
            .overBudget(needed: USD(micros: 100_000), left: USD(micros: 99_999))
        ),
        (RoutingRequest(mode: .performance), "s1", .modeForbids(.performance, .small)),
        (RoutingRequest(atLeast: .large), "m1", .belowTier(.large)),
        (RoutingRequest(editFormat: .unifiedDiff), "m1", .otherEditFormat(.editTool)),
        (RoutingRequest(), "x", .inNoTier), (RoutingRequest(), "nobody", .priceUnknown),
    ]

    @Test(arguments: rejections.indices)
    func `Each model that is not asked has its reason`(_ index: Int) throws {
        let (request, model, reason) = Self.rejections[index]
        let decision = try Self.router { $0.others = [Self.name("x"), Self.name("nobody")] }.decide(request)
        #expect(decision.rejected.first { $0.model == Self.name(model) }?.reason == reason)
    }

    @Test func `A provider that is not there or has no key is told with the way to mend it`() throws {
        let router = try Self.router(tiers: [:]) { table in
            table.providers["q"] = .unusable("the key of the provider 'q' is not set: put it into $Q_KEY")
            table.roles = [
                "a": .model(ModelName(provider: "gone", model: "m")), "b": .model(ModelName(provider: "q", model: "m")),
            ]
            table.standard = Self.name("nobody")
        }
        #expect(
            router.decide(RoutingRequest(role: "a")).refusal
                == "the model gone/m needs a provider 'gone', and none is configured (configured: local, p, q); add models.providers.gone, or set its key in the environment"
        )
        #expect(
            router.decide(RoutingRequest(role: "b")).refusal
                == "the key of the provider 'q' is not set: put it into $Q_KEY")
        #expect(
            router.decide(RoutingRequest()).refusal
                == "no price is known for p/nobody, so it cannot be held to a budget: add models.prices.\"p/nobody\": { input: …, output: … } to the configuration, or set models.unknown_prices: allow"
        )
    }

    @Test func `Where nobody can take it, all say why`() throws {
        let refusal = try Self.router(tiers: [.small: ["s1"], .large: ["l1"]])
            .decide(RoutingRequest(complexity: 10, contextTokens: 300_000)).refusal
        #expect(
            refusal
                == "no configured model can take this (complexity 10, code, balanced): p/s1: needs 300000 tokens, its window has 32000; p/l1: needs 300000 tokens, its window has 200000"
        )
    }

    // MARK: - Up and down

    @Test func `Near the end of the budget a tier down is asked, where the mode allows it`() throws {
        let low = RoutingRequest.Budget(spent: USD(micros: 4_000_000), of: USD(micros: 5_000_000))
        #expect(low.usedPercent == 80 && low.left == USD(micros: 1_000_000))
        let router = try Self.router()
        let decision = router.decide(RoutingRequest(complexity: 50, budget: low))
        #expect(Self.candidates(decision).first == "s1" && decision.tier == .small)
        #expect(decision.rule == "complexity 50, code, balanced, a tier down as 80 % of the budget is used")
        #expect(
            Self.candidates(router.decide(RoutingRequest(complexity: 50, mode: .performance, budget: low))).first
                == "l1")
        let less = RoutingRequest.Budget(spent: USD(micros: 3_999_999), of: USD(micros: 5_000_000))
        #expect(Self.candidates(router.decide(RoutingRequest(complexity: 50, budget: less))).first == "m1")
    }

    static let three: [ModelTier] = [.small, .medium, .large]
    static let full = RoutingRequest.Budget(left: nil, usedPercent: 80)

    @Test(
        arguments: [
            (.small, 0, .balanced, .unlimited, .up(.medium)), (.medium, 1, .balanced, .unlimited, .up(.large)),
            (.small, 2, .balanced, .unlimited, .stays("models.escalations allows 2")),
            (.large, 0, .balanced, .unlimited, .stays("no tier is above large")),
            (nil, 0, .balanced, .unlimited, .stays("its model is in none of models.tiers")),
            (.small, 0, .frugal, .unlimited, .stays("frugal does not go up")),
            (.small, 0, .balanced, full, .stays("80 % of the budget is used")),
            (.small, 0, .performance, full, .up(.medium)),
        ] as [(ModelTier?, Int, Mode, RoutingRequest.Budget, TierSteps.Climb)])
    func `After a failed verification the next tier up is asked, within bounds`(
        _ tier: ModelTier?, _ climbed: Int, _ mode: Mode, _ budget: RoutingRequest.Budget, _ expected: TierSteps.Climb
    ) {
        #expect(
            TierSteps.climb(from: tier, climbed: climbed, EscalationPolicy(), mode, budget, of: Self.three) == expected)
    }

    @Test func `Frugal goes up only where that is allowed`() {
        let policy = EscalationPolicy(most: 1, isAllowedInFrugal: true)
        #expect(TierSteps.climb(from: .small, climbed: 0, policy, .frugal, .unlimited, of: Self.three) == .up(.medium))
        #expect(
            TierSteps.climb(from: .small, climbed: 0, EscalationPolicy(most: 0), .max, .unlimited, of: Self.three)
                == .stays("models.escalations allows 0"))
    }

    // MARK: - Properties

    /// Requests and tables of many sorts, the same in each run.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
        mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &self)] }
    }

    @Test(arguments: 1...400)
    func `Whatever is asked: no model that cannot take it, each configured one once, the same answer twice`(
        _ seed: Int
    ) throws {
        var dice = Dice(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        let names =
            Self.cards.keys.sorted { "\($0)" < "\($1)" } + [
                Self.name("nobody"), ModelName(provider: "gone", model: "g"),
            ]
        var table = RoutingTable()
        for tier in ModelTier.allCases where dice.chance(60) {
            table.tiers[tier] = (0..<Int.random(in: 0...3, using: &dice)).map { _ in dice.pick(names) }
        }
        for role in ["planner", "developer"] where dice.chance(30) {
            table.roles[role] = dice.chance(50) ? .model(dice.pick(names)) : .tier(dice.pick(ModelTier.allCases))
        }
        if dice.chance(30) { table.kinds[.code] = .tier(dice.pick(ModelTier.allCases)) }
        if dice.chance(20) { table.modes[.max] = .model(dice.pick(names)) }
        if dice.chance(70) { table.standard = dice.pick(names) }
        if dice.chance(10) { table.pinned = dice.pick(names) }
        table.others = [dice.pick(names), dice.pick(names)]
        table.environment = dice.pick(RoutingEnvironment.allCases)
        table.providers = ["p": .ready, "local": dice.chance(80) ? .ready : .unusable("no key")]
        let request = RoutingRequest(
            role: dice.pick([nil, "planner", "developer"]), kind: dice.pick(TaskKind.allCases),
            complexity: Int.random(in: 0...100, using: &dice),
            contextTokens: dice.pick([0, 10_000, 50_000, 150_000, 900_000]),
            outputTokens: dice.pick([0, 8_000, 64_000]),
            needs: dice.pick([[], [.tools], [.images], [.tools, .images], [.thinking]]), mode: dice.pick(Mode.allCases),
            budget: dice.pick([.unlimited, .init(left: USD(micros: 200_000), usedPercent: dice.pick([10, 85]))]),
            asked: dice.chance(10) ? dice.pick(names) : nil,
            unavailable: dice.chance(30) ? [dice.pick(names): "open"] : [:],
            editFormat: dice.chance(20) ? .editTool : nil,
            atLeast: dice.chance(15) ? dice.pick(ModelTier.allCases) : nil)
        let catalogue = try ModelCatalogue(
            overrides: Self.cards, freeProviders: ["local"], unknownPrices: dice.pick([.allow, .refuse]))
        let router = Router(table: table, catalogue: catalogue)
        let decision = router.decide(request)
        #expect(decision == router.decide(request))
        let named = decision.candidates.map(\.model) + decision.rejected.map(\.model)
        #expect(named.count == Set(named).count && Set(table.models).isSubset(of: named))
        #expect((decision.refusal == nil) == !decision.candidates.isEmpty || named.isEmpty)
        for candidate in decision.candidates {
            let card = try #require(catalogue.card(of: candidate.model))
            let entry = catalogue.entry(of: candidate.model) ?? ModelCatalogue.stranger(candidate.model)
            let output = min(request.outputTokens, card.maxOutputTokens)
            #expect(table.providers[candidate.model.provider] == .ready)
            #expect(request.contextTokens + output <= card.contextTokens)
            #expect(request.needs.isSubset(of: entry.capabilities) && request.unavailable[candidate.model] == nil)
            if let left = request.budget.left, card.prices.isKnown {
                #expect(card.prices.ceiling(input: request.contextTokens, output: output) <= left)
            }
            if let least = request.atLeast {
                #expect(
                    try #require(table.tier(of: candidate.model)) >= least
                        || table.tiers.values.count { $0.contains(candidate.model) } > 1)
            }
        }
    }
}
