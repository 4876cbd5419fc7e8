import Conversation
import Gateway
import Money
import Runs
import Storage
import Testing
import Timekeeping

/// What the gateway does with money and failures, over a real journal.
@Suite struct GatewayTests {
    static let limited = ModelError(.rateLimited, "slow down", retryAfter: .seconds(7))
    static let overloaded = ModelError(.overloaded, "busy")

    // MARK: - Money

    @Test func `Money is reserved before the call and settled with the answer`() async throws {
        let provider = ScriptedProvider([
            .reply(usage: Usage(input: 1000, output: 100, cacheRead: 2000, cacheWrite: 400))
        ])
        try await Till.with(provider) { till in
            let (reply, charge) = try #require(try await till.ask().answer)
            #expect(reply.content == [.text("Hello.")])

            let reservation = try #require(try await till.openReservations.first)
            #expect(reservation.amount == Till.ceiling(Till.request()))
            #expect(
                try await till.events
                    == [.turnStarted(session: till.session.id, turn: 1, reserved: reservation.amount)])
            #expect(
                charge
                    == Charge(
                        id: charge.id, reservation: reservation.id, run: till.run.id, session: till.session.id,
                        step: .plan, agent: "architect", turn: 1, model: "anthropic/claude-sonnet-4-5",
                        usage: Usage(input: 1000, output: 100, cacheRead: 2000, cacheWrite: 400),
                        // 1000 at $3, 100 at $15, 2000 at $0.30 and 400 at $3.75 a million.
                        cost: USD(micros: 3000 + 1500 + 600 + 1500), outcome: .answered, milliseconds: 0,
                        firstEventMilliseconds: 0, at: till.clock.now, user: "ana", key: "anthropic"))

            try await till.record(charge)
            #expect(try await till.openReservations == [])
            #expect(try await till.journal.spent(by: till.run.id) == USD(micros: 6600))
        }
    }

    @Test func `A call that the budget does not allow is not made`() async throws {
        let provider = ScriptedProvider([])
        let budget = Till.ceiling(Till.request()) - USD(micros: 1)
        try await Till.with(provider, budget: budget) { till in
            let outcome = try await till.ask()
            #expect(
                outcome.refusal
                    == BudgetRefusal(
                        account: .run(till.run.id), spent: .zero, reserved: .zero,
                        needed: Till.ceiling(Till.request()), limit: budget))
            #expect(provider.requests == [])
            #expect(try await till.events == [])
            #expect(try await till.openReservations == [])
        }
    }

    @Test func `A budget that allows the call to the last millionth is enough`() async throws {
        try await Till.with(ScriptedProvider([.reply()]), budget: Till.ceiling(Till.request())) { till in
            let outcome = try await till.ask()
            #expect(outcome.answer != nil)
        }
    }

    @Test func `Usage that the provider does not tell is counted by ourselves`() async throws {
        let text = String(repeating: "word ", count: 200)
        try await Till.with(ScriptedProvider([.reply(text, usage: .zero)])) { till in
            let (_, charge) = try #require(try await till.ask().answer)
            #expect(
                charge.usage
                    == Usage(
                        input: Till.tokens(Till.request()),
                        output: TokenEstimate.tokens(inBytes: text.utf8.count)))
            #expect(charge.cost > .zero)
        }
    }

    @Test func `A call that failed before its first word costs nothing`() async throws {
        let refused = ModelError(.authentication, "the key is wrong")
        try await Till.with(ScriptedProvider([.failing(refused)])) { till in
            let outcome = try await till.ask()
            #expect(outcome.error == refused)
            #expect(try await till.openReservations == [])
            #expect(try await till.charges == [])
            #expect(
                try await till.events == [
                    .turnStarted(session: till.session.id, turn: 1, reserved: Till.ceiling(Till.request())),
                    .turnFailed(
                        session: till.session.id, turn: 1, code: .authentication, message: "the key is wrong",
                        retryInMilliseconds: nil),
                ])
        }
    }

    @Test func `A call that was cut in its middle is charged for what was used`() async throws {
        let cut = ModelError(.streamCut, "gone")
        let text = String(repeating: "x", count: 1000)
        let events: [ModelEvent] = [.started(id: "r", model: "m"), .usage(Usage(input: 50, output: 1)), .text(text)]
        try await Till.with(ScriptedProvider([.failing(cut, after: events)]), retries: .never) { till in
            let outcome = try await till.ask()
            #expect(outcome.error == cut)
            #expect(try await till.openReservations == [])
            let charge = try #require(try await till.charges.first)
            #expect(charge.outcome == .failed)
            #expect(charge.usage == Usage(input: 50, output: TokenEstimate.tokens(inBytes: 1000)))
        }
    }

    @Test(arguments: [ModelError.Code.timeout, .streamCut, .malformedStream])
    func `A call that may have been read is charged for its input`(_ code: ModelError.Code) async throws {
        try await Till.with(ScriptedProvider([.failing(ModelError(code, "gone"))]), retries: .never) { till in
            _ = try await till.ask()
            let charge = try #require(try await till.charges.first)
            #expect(charge.usage == Usage(input: Till.tokens(Till.request())))
        }
    }

    @Test func `An answer without an end is a cut stream`() async throws {
        let endless = ScriptedProvider.Act(events: [.started(id: "r", model: "m"), .text("Hel")])
        try await Till.with(ScriptedProvider([endless]), retries: .never) { till in
            let outcome = try await till.ask()
            #expect(
                outcome.error
                    == ModelError(
                        .streamCut, "anthropic/claude-sonnet-4-5 ended its answer without saying why it stopped"))
        }
    }

    @Test func `A cancelled call leaves its reservation open, as what it cost is not known`() async throws {
        try await Till.with(ScriptedProvider([.failing(CancellationError())])) { till in
            await #expect(throws: CancellationError.self) { try await till.ask() }
            let (open, charges) = (try await till.openReservations, try await till.charges)
            #expect(open.count == 1 && charges == [])
        }
    }

    // MARK: - Retries

    @Test func `A rate limit waits as long as the provider asks`() async throws {
        let provider = ScriptedProvider([.failing(Self.limited), .reply()])
        try await Till.with(provider) { till in
            let outcome = try await till.ask()
            #expect(outcome.answer?.0.content == [.text("Hello.")])
            #expect(till.slept.all == [.seconds(7)])
            #expect(provider.requests.count == 2 && provider.requests.first == provider.requests.last)
            let reserved = Till.ceiling(Till.request())
            #expect(
                try await till.events == [
                    .turnStarted(session: till.session.id, turn: 1, reserved: reserved),
                    .turnFailed(
                        session: till.session.id, turn: 1, code: .rateLimited, message: "slow down",
                        retryInMilliseconds: 7000),
                    .turnStarted(session: till.session.id, turn: 1, reserved: reserved),
                ])
            #expect(try await till.openReservations.count == 1)
        }
    }

    @Test func `Waits double, and the last failure is told`() async throws {
        let provider = ScriptedProvider(Array(repeating: .failing(Self.overloaded), count: 4))
        try await Till.with(provider) { till in
            let outcome = try await till.ask()
            #expect(outcome.error == Self.overloaded)
            #expect(till.slept.all == [.seconds(1), .seconds(2), .seconds(4)])
            #expect(provider.remaining == 0)
            #expect(try await till.openReservations == [])
        }
    }

    @Test(arguments: ModelError.Code.allCases.filter { !ModelError($0, "").isTransient })
    func `What cannot pass is not asked again`(_ code: ModelError.Code) async throws {
        let error = ModelError(code, "no", retryAfter: .seconds(1))
        let provider = ScriptedProvider([.failing(error)])
        try await Till.with(provider) { till in
            let outcome = try await till.ask()
            #expect(outcome.error == error)
            #expect(till.slept.all == [])
            #expect(provider.requests.count == 1)
        }
    }

    @Test func `A wait beyond the longest is not begun`() async throws {
        let error = ModelError(.rateLimited, "come back tomorrow", retryAfter: .seconds(86_400))
        try await Till.with(ScriptedProvider([.failing(error)])) { till in
            let outcome = try await till.ask()
            #expect(outcome.error == error)
            #expect(till.slept.all == [])
        }
    }

    @Test func `What failed attempts have used counts against the budget of the next`() async throws {
        let used: [ModelEvent] = [.started(id: "r", model: "m"), .usage(Usage(input: 100, output: 900))]
        let provider = ScriptedProvider([.failing(Self.overloaded, after: used)])
        let ceiling = Till.ceiling(Till.request())
        let spent = USD(micros: 100 * 3 + 900 * 15)
        try await Till.with(provider, budget: ceiling + spent - USD(micros: 1)) { till in
            let outcome = try await till.ask()
            let refusal = try #require(outcome.refusal)
            #expect(refusal.spent == spent && refusal.reserved == .zero && refusal.needed == ceiling)
            #expect(till.slept.all == [.seconds(1)])
        }
    }

    @Test func `Cancelling a wait ends it with nothing reserved`() async throws {
        let sleep: @Sendable (Duration) async throws -> Void = { _ in throw CancellationError() }
        try await Till.with(ScriptedProvider([.failing(Self.overloaded)]), sleep: sleep) { till in
            await #expect(throws: CancellationError.self) { try await till.ask() }
            let open = try await till.openReservations
            #expect(open == [])
        }
    }

    // MARK: - What is refused without a call

    @Test func `A provider that is not configured is named with those that are`() async throws {
        try await Till.with(ScriptedProvider([])) { till in
            let outcome = try await till.ask(of: ModelName(provider: "acme", model: "x"))
            #expect(
                outcome.error
                    == ModelError(
                        .unknownModel,
                        "no provider named 'acme' is configured for the model acme/x (configured: anthropic)"))
        }
    }

    @Test func `A model without a price cannot be held to a budget`() async throws {
        let provider = ScriptedProvider([])
        try await Till.with(provider) { till in
            let outcome = try await till.ask(of: ModelName(provider: "anthropic", model: "claude-next"))
            #expect(
                outcome.error
                    == ModelError(
                        .unknownModel,
                        "no price is known for anthropic/claude-next, so its cost cannot be held to a budget: add models.prices.anthropic/claude-next to the configuration"
                    ))
            #expect(provider.requests == [])
        }
    }

    @Test func `A conversation that cannot fit is not sent`() async throws {
        let provider = ScriptedProvider([])
        let request = Till.request(String(repeating: "word ", count: 300_000))
        try await Till.with(provider, budget: USD(micros: 1_000_000_000)) { till in
            let outcome = try await till.ask(request)
            let tokens = Till.tokens(request)
            #expect(
                outcome.error
                    == ModelError(
                        .contextTooLong,
                        "the conversation has about \(tokens) tokens; anthropic/claude-sonnet-4-5 takes 200000"))
            #expect(provider.requests == [])
        }
    }

    @Test func `A malformed conversation is not sent`() async throws {
        var request = Till.request()
        request.messages = [.assistant("Hi.")]
        try await Till.with(ScriptedProvider([])) { till in
            let outcome = try await till.ask(request)
            #expect(
                outcome.error
                    == ModelError(
                        .invalidRequest,
                        "the request to anthropic/claude-sonnet-4-5 is malformed: the conversation begins with the assistant"
                    ))
        }
    }

    @Test func `The request carries the model's own name and no more output than it can give`() async throws {
        let provider = ScriptedProvider([.reply()])
        try await Till.with(provider, budget: USD(micros: 100_000_000)) { till in
            _ = try await till.ask(Till.request(maxOutputTokens: 1_000_000))
            #expect(provider.requests.map(\.model) == ["claude-sonnet-4-5"])
            #expect(provider.requests.map(\.maxOutputTokens) == [64_000])
        }
    }
}
