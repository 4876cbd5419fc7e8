import Conversation
import Edits
import Gateway
import Money
import Runs
import Storage
import Testing
import Timekeeping

/// How the gateway keeps calls within every scope, and where it goes when the money is short (G8).
@Suite struct BudgetGatewayTests {
    static let haiku = ModelName(provider: "anthropic", model: "claude-haiku-4-5")
    static let opus = ModelName(provider: "anthropic", model: "claude-opus-4-5")
    static let models = [opus, Till.model, haiku]

    /// The ceiling of the usual request with haiku: a third of what sonnet costs.
    static var cheap: USD {
        let input = Till.tokens(Till.request())
        return TokenRate(perMillion: USD(micros: 1_250_000)).cost(of: input)
            + TokenRate(perMillion: USD(micros: 5_000_000)).cost(of: 1000)
    }

    @Test(arguments: [BudgetScope.task, .day, .month, .project, .user, .key])
    func `A limit of any scope refuses the call and names its account`(scope: BudgetScope) async throws {
        let limits = BudgetLimits([scope: USD(micros: 1)])
        try await Till.with(ScriptedProvider([]), budgets: .init(limits: limits)) { till in
            let refusal = try #require(try await till.ask().refusal)
            let names: [BudgetScope: String] = [
                .task: "\(till.run.id)/plan", .day: "2026-01-01", .month: "2026-01", .project: "/p", .user: "ana",
                .key: "anthropic",
            ]
            #expect(refusal.account == BudgetAccount(scope, try #require(names[scope])))
            #expect(refusal.needed == Till.ceiling(Till.request()) && refusal.limit == USD(micros: 1))
            #expect(try await till.events == [])
        }
    }

    @Test func `A limit of single calls caps the output before it refuses`() async throws {
        let provider = ScriptedProvider([.reply()])
        let limit = Till.ceiling(Till.request(maxOutputTokens: 5000))
        try await Till.with(provider, budgets: .init(limits: BudgetLimits([.call: limit]))) { till in
            let outcome = try await till.ask(Till.request(maxOutputTokens: 20_000))
            #expect(outcome.answer != nil)
            #expect(provider.requests.map(\.maxOutputTokens) == [5000])
            #expect(try await till.openReservations.map(\.amount) == [limit])
        }
    }

    @Test func `A limit of single calls that leaves too little output refuses until it is raised`() async throws {
        let provider = ScriptedProvider([.reply()])
        let limit = Till.ceiling(Till.request(maxOutputTokens: 500))
        try await Till.with(provider, budgets: .init(limits: BudgetLimits([.call: limit]))) { till in
            let refusal = try #require(try await till.ask(Till.request(maxOutputTokens: 20_000)).refusal)
            #expect(refusal.account == .call(of: till.run.id))
            #expect(refusal.needed == Till.ceiling(Till.request(maxOutputTokens: 1024)))
            try await till.journal.record(
                [.allowance(refusal.account, refusal.raised)], for: till.run.id, at: till.clock.now)
            let outcome = try await till.ask(Till.request(maxOutputTokens: 20_000))
            #expect(outcome.answer != nil)
            #expect(try await till.openReservations.allSatisfy { $0.amount <= refusal.raised })
        }
    }

    @Test(arguments: [Mode.frugal, .balanced])
    func `Where the money is short a cheaper model is asked, and an event says so`(mode: Mode) async throws {
        let thought: [ModelEvent] = [
            .started(id: "r", model: "m"), .thinking("hm"), .thinkingSignature("s"), .text("Hello."),
            .usage(Usage(input: 100, output: 10)), .stopped(.endOfTurn),
        ]
        let provider = ScriptedProvider([ScriptedProvider.Act(events: thought)])
        let budget = Till.ceiling(Till.request()) - USD(micros: 1)
        try await Till.with(provider, budget: budget, budgets: .init(models: Self.models), mode: mode) { till in
            let (reply, charge) = try #require(try await till.ask().answer)
            #expect(reply.content == [.text("Hello.")])
            #expect(charge.model == "\(Self.haiku)")
            #expect(charge.cost == USD(micros: 100 + 50))
            #expect(provider.requests.map(\.model) == ["claude-haiku-4-5"])
            let refusal = BudgetRefusal(
                account: .run(till.run.id), spent: .zero, reserved: .zero, needed: Till.ceiling(Till.request()),
                limit: budget)
            #expect(
                try await till.events == [
                    .turnStarted(session: till.session.id, turn: 1, reserved: Self.cheap),
                    .modelDowngraded(
                        session: till.session.id, turn: 1, from: "\(Till.model)", to: "\(Self.haiku)", because: refusal),
                ])
        }
    }

    @Test(arguments: [Mode.performance, .max])
    func `Who wants the best model is asked for money instead`(mode: Mode) async throws {
        let budget = Till.ceiling(Till.request()) - USD(micros: 1)
        try await Till.with(ScriptedProvider([]), budget: budget, budgets: .init(models: Self.models), mode: mode) {
            let outcome = try await $0.ask()
            #expect(outcome.refusal?.account.scope == .run)
        }
    }

    @Test func `What is too little for every model is refused as it was for the usual one`() async throws {
        let budget = Self.cheap - USD(micros: 1)
        try await Till.with(ScriptedProvider([]), budget: budget, budgets: .init(models: Self.models)) { till in
            let outcome = try await till.ask()
            #expect(outcome.refusal?.needed == Till.ceiling(Till.request()))
            #expect(try await till.openReservations == [])
        }
    }

    @Test func `A cheaper model that fails is no reason to stop: the user is asked for money`() async throws {
        let provider = ScriptedProvider([.failing(ModelError(.unknownModel, "there is no such model"))])
        let budget = Till.ceiling(Till.request()) - USD(micros: 1)
        try await Till.with(provider, budget: budget, budgets: .init(models: Self.models)) { till in
            let outcome = try await till.ask()
            #expect(outcome.refusal?.limit == budget)
            #expect(try await till.openReservations == [])
        }
    }

    @Test func `A model that writes changes in another way, or is given an image it cannot see, is none to go to`()
        async throws
    {
        let names = ["patches", "blind"].map { ModelName(provider: "anthropic", model: $0) }
        let rate = TokenRate(perMillion: USD(micros: 1))
        let card = ModelCard(
            contextTokens: 200_000, maxOutputTokens: 64_000,
            prices: .init(input: rate, output: rate, cacheRead: rate, cacheWrite: rate))
        let catalogue = try ModelCatalogue(
            overrides: [names[0]: card, names[1]: card], editFormats: [names[0]: .patchEnvelope])
        var request = Till.request()
        request.messages = [Message(role: .user, content: [.text("Look."), .image(Self.image)])]
        request.images = [Self.image.hash: "AAAA"]
        try await Till.with(
            ScriptedProvider([]), budget: USD(micros: 100), catalogue: catalogue, budgets: .init(models: names)
        ) { till in
            let outcome = try await till.ask(request)
            #expect(outcome.refusal?.account.scope == .run)
        }
    }

    @Test func `A model whose price nobody knows is never the cheaper one`() async throws {
        let catalogue = try ModelCatalogue(unknownPrices: .allow)
        let names = [ModelName(provider: "anthropic", model: "nobody-knows")]
        let budget = Till.ceiling(Till.request()) - USD(micros: 1)
        try await Till.with(
            ScriptedProvider([]), budget: budget, catalogue: catalogue, budgets: .init(models: names)
        ) { till in
            let outcome = try await till.ask()
            #expect(outcome.refusal?.account.scope == .run)
        }
    }

    @Test func `A call without a price is charged nothing, and says that it means nothing`() async throws {
        let catalogue = try ModelCatalogue(unknownPrices: .allow)
        try await Till.with(ScriptedProvider([.reply()]), catalogue: catalogue) { till in
            let model = ModelName(provider: "anthropic", model: "nobody-knows")
            let (_, charge) = try #require(try await till.ask(of: model).answer)
            #expect(charge.isUnpriced == true && charge.cost == .zero)
            #expect(try await till.openReservations.map(\.amount) == [.zero])
        }
    }

    private static let image = ImagePart(
        format: .png, hash: "h", width: 100, height: 100, name: "a.png")
}
