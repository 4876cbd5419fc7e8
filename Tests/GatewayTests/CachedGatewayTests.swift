import Conversation
import Gateway
import JSON
import Money
import ResponseCache
import Runs
import Testing

/// The response cache as agents use it (G7): under the rules of served calls, and paid for by nobody.
@Suite struct CachedGatewayTests {
    private func with(
        _ acts: [ScriptedProvider.Act], policy: CachePolicy = CachePolicy(),
        fallbacks: Gateway.Fallbacks = .none, runs: Int = 2, _ body: ([Till], ScriptedProvider) async throws -> Void
    ) async throws {
        let cache = try await ResponseCache.open(at: nil, policy: policy)
        let provider = ScriptedProvider(acts)
        func lend(_ count: Int, _ tills: [Till]) async throws {
            guard count > 0 else { return try await body(tills, provider) }
            try await Till.with(provider, retries: .never, fallbacks: fallbacks, cache: cache) { till in
                try await lend(count - 1, tills + [till])
            }
        }
        try await lend(runs, [])
        await cache.close()
    }

    @Test func `A second run is given the answer of the first, and pays nothing`() async throws {
        try await with([.reply("Forty-two.")]) { tills, provider in
            let (bought, paid) = try #require(try await tills[0].ask().answer)
            #expect(bought.usage.input == 100 && paid.cached == nil && paid.cost > .zero)
            let (given, charge) = try #require(try await tills[1].ask().answer)
            #expect(given.message.text == "Forty-two." && given.usage == .zero)
            #expect(charge.cost == .zero && charge.usage == .zero)
            #expect(charge.cached == CachedAnswer(manner: .exact, saved: paid.cost))
            try await tills[1].record(charge)
            #expect(try await tills[1].charges == [charge])
            #expect(try await tills[1].openReservations == [])
            #expect(provider.requests.count == 1)
        }
    }

    @Test func `A run that asks the same again gets another answer`() async throws {
        try await with([.reply("First."), .reply("Second.")]) { tills, provider in
            let answer1 = try await tills[0].ask().answer?.0.message.text
            #expect(answer1 == "First.")
            let answer2 = try await tills[0].ask().answer?.0.message.text
            #expect(answer2 == "Second.")
            // The later one is kept in place of the first.
            let answer3 = try await tills[1].ask().answer?.0.message.text
            #expect(answer3 == "Second.")
            #expect(provider.requests.count == 2)
        }
    }

    @Test func `Calls with tools are asked each time unless that is allowed`() async throws {
        var request = Till.request()
        request.tools = [ToolDefinition(name: "look", description: "Looks.", parameters: ["type": "object"])]
        for isAllowed in [false, true] {
            var policy = CachePolicy()
            policy.allowsTools = isAllowed
            try await with([.reply(), .reply()], policy: policy) { tills, provider in
                for till in tills {
                    let answer = try await till.ask(request).answer
                    #expect(answer != nil)
                }
                #expect(provider.requests.count == (isAllowed ? 1 : 2))
            }
        }
    }

    @Test func `What another model has answered is not kept for the one that was asked`() async throws {
        let other = ModelName(provider: "anthropic", model: "claude-haiku-4-5")
        let down = ScriptedProvider.Act.failing(ModelError(.unknownModel, "gone"))
        try await with(
            [down, .reply("Instead."), down, .reply("Instead.")],
            fallbacks: Gateway.Fallbacks(models: [Till.model: [other]])
        ) { tills, provider in
            for till in tills {
                let answer = try await till.ask().answer?.0.message.text
                #expect(answer == "Instead.")
            }
            #expect(provider.requests.count == 4)
        }
    }

    @Test func `A failure is not kept, and the next run asks`() async throws {
        let fault = ModelError(.unknownModel, "gone")
        try await with([.failing(fault), .reply("Here.")]) { tills, _ in
            let answer4 = try await tills[0].ask().error
            #expect(answer4 == fault)
            let answer5 = try await tills[1].ask().answer?.0.message.text
            #expect(answer5 == "Here.")
        }
    }
}
