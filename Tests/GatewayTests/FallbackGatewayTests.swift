import Conversation
import Edits
import Gateway
import Money
import Runs
import Storage
import Testing
import Timekeeping

/// How a run's calls go on with another model, and what the journal says of it.
@Suite struct FallbackGatewayTests {
    static let haiku = ModelName(provider: "anthropic", model: "claude-haiku-4-5")
    static let other = ModelName(provider: "other", model: "large")
    static let busy = ModelError(.overloaded, "busy")

    private static func fallbacks(_ models: ModelName...) -> Gateway.Fallbacks {
        Gateway.Fallbacks(models: [Till.model: models])
    }

    private static func catalogue(
        _ format: EditFormat? = nil, context: Int = 200_000, output: Int = 64_000, images: ModelCard.Images = .taken
    ) throws -> ModelCatalogue {
        let rate = TokenRate(perMillion: USD(micros: 1_000_000))
        let card = ModelCard(
            contextTokens: context, maxOutputTokens: output,
            prices: .init(input: rate, output: rate, cacheRead: rate, cacheWrite: rate), images: images)
        return try ModelCatalogue(overrides: [other: card], editFormats: format.map { [other: $0] } ?? [:])
    }

    @Test func `Another model answers in the place of one that fails, and an event says so`() async throws {
        let provider = ScriptedProvider([.failing(Self.busy), .reply()])
        try await Till.with(provider, fallbacks: Self.fallbacks(Self.haiku)) { till in
            let (reply, charge) = try #require(try await till.ask().answer)
            #expect(reply.content == [.text("Hello.")] && till.slept.all == [])
            #expect(provider.requests.map(\.model) == ["claude-sonnet-4-5", "claude-haiku-4-5"])
            #expect(charge.model == "\(Self.haiku)" && charge.cost == USD(micros: 100 + 50))
            let events = try await till.events
            #expect(
                events == [
                    .turnStarted(session: till.session.id, turn: 1, reserved: Till.ceiling(Till.request())),
                    .turnFailed(
                        session: till.session.id, turn: 1, code: .overloaded, message: "busy", retryInMilliseconds: nil),
                    .turnStarted(session: till.session.id, turn: 1, reserved: BudgetGatewayTests.cheap),
                    .modelFellBack(
                        session: till.session.id, turn: 1, from: "\(Till.model)", to: "\(Self.haiku)", because: "busy"),
                ])
            #expect(try await till.openReservations.map(\.model) == ["\(Self.haiku)"])
        }
    }

    @Test func `When everybody has failed the usual model is asked first again`() async throws {
        let provider = ScriptedProvider([.failing(Self.busy), .failing(Self.busy), .reply()])
        try await Till.with(provider, fallbacks: Self.fallbacks(Self.haiku)) { till in
            let outcome = try await till.ask()
            #expect(outcome.answer?.1.model == "\(Till.model)")
            #expect(till.slept.all == [.seconds(1)])
            let failures = try await till.events.filter { if case .turnFailed = $0 { true } else { false } }
            #expect(
                failures
                    == [nil, 1000].map { wait in
                        .turnFailed(
                            session: till.session.id, turn: 1, code: .overloaded, message: "busy",
                            retryInMilliseconds: wait)
                    })
            #expect(try await till.openReservations.count == 1)
        }
    }

    @Test func `What another model thought is left out both ways`() async throws {
        let thought: [ModelEvent] = [
            .started(id: "r", model: "m"), .thinking("hm"), .thinkingSignature("s"), .text("Hello."),
            .usage(Usage(input: 100, output: 10)), .stopped(.endOfTurn),
        ]
        let provider = ScriptedProvider([.failing(Self.busy), ScriptedProvider.Act(events: thought)])
        var request = Till.request()
        let signed = Content.thinking(Thinking(text: "hm", signature: "s"))
        request.messages = [
            .user("Hi."), Message(role: .assistant, content: [signed, .text("Yes?")]), .user("Go on."),
        ]
        try await Till.with(provider, fallbacks: Self.fallbacks(Self.haiku)) { till in
            let outcome = try await till.ask(request)
            #expect(outcome.answer?.0.content == [.text("Hello.")])
            #expect(provider.requests.map { $0.messages[1].content.count } == [2, 1])
        }
    }

    @Test func `An answer that broke off is paid for, and the next model is asked from the beginning`() async throws {
        let cut = ModelError(.streamCut, "gone")
        let begun: [ModelEvent] = [.started(id: "r", model: "m"), .usage(Usage(input: 100, output: 20))]
        let provider = ScriptedProvider([.failing(cut, after: begun), .reply()])
        try await Till.with(provider, fallbacks: Self.fallbacks(Self.haiku)) { till in
            let outcome = try await till.ask()
            #expect(outcome.answer?.0.content == [.text("Hello.")])
            let charges = try await till.charges
            #expect(charges.map(\.model) == ["\(Till.model)"] && charges.map(\.cost) == [USD(micros: 300 + 300)])
        }
    }

    enum Unfit: String, CaseIterable { case edits, context, output, blind, unpriced, unknown }

    @Test(arguments: Unfit.allCases)
    func `A model that cannot take the call does not stand in`(_ unfit: Unfit) async throws {
        var request = Till.request(maxOutputTokens: 2000)
        let image = ImagePart(format: .png, hash: "h", width: 100, height: 100, name: "a.png")
        request.messages = [Message(role: .user, content: [.text("Look."), .image(image)])]
        request.images = [image.hash: "AAAA"]
        let catalogue =
            switch unfit {
            case .edits: try Self.catalogue(.patchEnvelope)
            case .context: try Self.catalogue(context: 1000)
            case .output: try Self.catalogue(output: 1000)
            case .blind: try Self.catalogue(images: .refused)
            case .unpriced, .unknown: try ModelCatalogue()
            }
        let provider = ScriptedProvider([.failing(Self.busy)])
        let name = unfit == .unknown ? ModelName(provider: "nobody", model: "x") : Self.other
        try await Till.with(
            provider, more: [ScriptedProvider(name: "other", [])], retries: .never, catalogue: catalogue,
            fallbacks: Self.fallbacks(name)
        ) { till in
            let outcome = try await till.ask(request)
            #expect(outcome.error == Self.busy)
        }
    }

    @Test func `A stand-in that the money is not enough for is passed over`() async throws {
        let provider = ScriptedProvider([.failing(Self.busy), .reply()])
        let opus = BudgetGatewayTests.opus
        let budget = Till.ceiling(Till.request())
        try await Till.with(provider, budget: budget, fallbacks: Self.fallbacks(opus)) { till in
            let outcome = try await till.ask()
            #expect(outcome.answer?.1.model == "\(Till.model)")
            #expect(provider.requests.map(\.model) == ["claude-sonnet-4-5", "claude-sonnet-4-5"])
        }
    }

    @Test func `Nothing is asked of a stand-in where the usual model cannot be paid for`() async throws {
        let provider = ScriptedProvider([])
        try await Till.with(
            provider, budget: USD(micros: 1), fallbacks: Self.fallbacks(Self.haiku), mode: .max
        ) { till in
            let outcome = try await till.ask()
            #expect(outcome.refusal?.account.scope == .run)
        }
    }

    @Test func `Another key of the provider answers in the place of one that is refused`() async throws {
        let refused = ModelError(.authentication, "the key is wrong")
        let first = ScriptedProvider([.failing(refused)])
        let second = ScriptedProvider([.reply(), .reply()])
        try await Till.with(first, more: [second]) { till in
            for _ in 0..<2 {
                let outcome = try await till.ask()
                #expect(outcome.answer?.1.key == "anthropic")
            }
            #expect(first.requests.count == 1 && second.requests.count == 2)
            let put = till.gateway.health.snapshot()[Deployment(name: Till.model)]?.aside
            #expect(put == "key 1 of anthropic is put aside: the key is wrong")
            let failures = try await till.events.filter { if case .turnFailed = $0 { true } else { false } }
            #expect(
                failures == [
                    .turnFailed(
                        session: till.session.id, turn: 1, code: .authentication, message: "the key is wrong",
                        retryInMilliseconds: 0)
                ])
        }
    }

    @Test func `Cancelling leaves the reservation of the model that was being asked`() async throws {
        let provider = ScriptedProvider([.failing(Self.busy), .failing(CancellationError())])
        try await Till.with(provider, fallbacks: Self.fallbacks(Self.haiku)) { till in
            await #expect(throws: CancellationError.self) { try await till.ask() }
            let open = try await till.openReservations
            #expect(open.map(\.model) == ["\(Self.haiku)"])
        }
    }
}
