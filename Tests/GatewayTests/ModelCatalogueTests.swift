import Conversation
import Edits
import Gateway
import JSON
import Money
import Runs
import Testing

@Suite struct ModelCatalogueTests {
    static let sonnet = ModelCard(
        contextTokens: 200_000, maxOutputTokens: 64_000,
        prices: .init(
            input: TokenRate(perMillion: USD(micros: 3_000_000)),
            output: TokenRate(perMillion: USD(micros: 15_000_000)),
            cacheRead: TokenRate(perMillion: USD(micros: 300_000)),
            cacheWrite: TokenRate(perMillion: USD(micros: 3_750_000)),
            cacheWriteHour: TokenRate(perMillion: USD(micros: 6_000_000)),
            batch: .init(
                input: TokenRate(perMillion: USD(micros: 1_500_000)),
                output: TokenRate(perMillion: USD(micros: 7_500_000)))), images: .taken)

    @Test(arguments: [
        "anthropic/claude-sonnet-4-5", "anthropic/claude-sonnet-4-5-20250929",
        "openrouter/anthropic/claude-sonnet-4-5", "proxy/claude-sonnet-4-5-20250929",
    ])
    func `A model is found by its name, its date and its maker aside`(_ text: String) throws {
        let name = try #require(ModelName(text))
        #expect(try ModelCatalogue().card(of: name) == Self.sonnet)
    }

    @Test func `A date with dashes is taken off too`() throws {
        let catalogue = try ModelCatalogue()
        let dated = catalogue.card(of: ModelName(provider: "openai", model: "gpt-4o-2024-08-06"))
        #expect(dated != nil && dated == catalogue.card(of: ModelName(provider: "openai", model: "gpt-4o")))
    }

    @Test(arguments: ["claude-sonnet", "claude-sonnet-4-5-99", "sonnet-4-5", "gpt-4o-08-06", ""])
    func `A name that is only alike is not known`(_ model: String) throws {
        #expect(try ModelCatalogue().card(of: ModelName(provider: "anthropic", model: model)) == nil)
    }

    @Test func `A user's own entry goes before the catalogue, for that provider alone`() throws {
        let name = ModelName(provider: "proxy", model: "claude-sonnet-4-5")
        let own = ModelCard(contextTokens: 1000, maxOutputTokens: 100, prices: .free)
        let catalogue = try ModelCatalogue(overrides: [name: own])
        #expect(catalogue.card(of: name) == own)
        #expect(catalogue.card(of: Till.model) == Self.sonnet)
    }

    @Test func `A free provider costs nothing, and its unknown models have modest sizes`() throws {
        let catalogue = try ModelCatalogue(freeProviders: ["ollama"])
        let unknown = ModelCard(contextTokens: 32_768, maxOutputTokens: 8_192, prices: .free, editFormat: .wholeFile)
        #expect(catalogue.card(of: ModelName(provider: "ollama", model: "qwen3-coder:30b")) == unknown)
        let known = catalogue.card(of: ModelName(provider: "ollama", model: "deepseek-chat"))
        #expect(known?.prices == .free && known?.contextTokens == 128_000)
        #expect(catalogue.card(of: ModelName(provider: "other", model: "qwen3-coder:30b")) == nil)
    }

    @Test(arguments: ["anthropic", "openai"], Mode.allCases)
    func `Each mode has a model that is known`(_ kind: String, _ mode: Mode) throws {
        let catalogue = try ModelCatalogue()
        let model = try #require(catalogue.choice(for: mode, kind: kind))
        #expect(catalogue.knownModels.contains(model))
    }

    @Test func `A kind without models has no choice`() throws {
        #expect(try ModelCatalogue().choice(for: .balanced, kind: "acme") == nil)
    }

    @Test func `No model costs more to read from the cache than afresh, nor gives more than it holds`() throws {
        let catalogue = try ModelCatalogue()
        #expect(!catalogue.knownModels.isEmpty)
        for model in catalogue.knownModels {
            let entry = try #require(catalogue.entry(named: model))
            let card = entry.card
            #expect(
                card.prices.cacheRead <= card.prices.input && card.maxOutputTokens <= card.contextTokens, "\(model)")
            #expect(card.prices.input < card.prices.output || entry.capabilities == [.embeddings], "\(model)")
        }
    }

    @Test(arguments: [
        Usage(input: 1000, output: 10), Usage(output: 10, cacheRead: 1000), Usage(output: 10, cacheWrite: 1000),
        Usage(input: 333, output: 10, cacheRead: 333, cacheWrite: 334),
    ])
    func `No way of counting the input exceeds the ceiling`(_ usage: Usage) {
        let prices = Self.sonnet.prices
        #expect(prices.cost(of: usage) <= prices.ceiling(input: 1000, output: 10))
    }
}

@Suite struct ModelNameTests {
    @Test(arguments: [
        ("anthropic/claude", ModelName(provider: "anthropic", model: "claude")),
        ("openrouter/a/b", ModelName(provider: "openrouter", model: "a/b")), ("claude", nil), ("/claude", nil),
        ("anthropic/", nil), ("", nil),
    ])
    func `A name is a provider and what is behind the first slash`(_ text: String, _ expected: ModelName?) {
        #expect(ModelName(text) == expected)
    }

    @Test func `A name is written as it is read`() {
        #expect("\(ModelName(provider: "openrouter", model: "a/b"))" == "openrouter/a/b")
    }
}

@Suite struct RetryPolicyTests {
    static let busy = ModelError(.overloaded, "busy")

    @Test(arguments: [(1, .seconds(1)), (2, .seconds(2)), (3, .seconds(4)), (4, nil), (9, nil)] as [(Int, Duration?)])
    func `Waits double until the attempts are used up`(_ attempt: Int, _ expected: Duration?) {
        #expect(RetryPolicy.standard.delay(after: Self.busy, attempt: attempt) == expected)
    }

    @Test func `No wait of our own is longer than the longest`() {
        let policy = RetryPolicy(attempts: 100, base: .seconds(1), longest: .seconds(60))
        #expect(policy.delay(after: Self.busy, attempt: 90) == .seconds(60))
    }

    @Test(arguments: [(.zero, .zero), (.seconds(60), .seconds(60)), (.seconds(61), nil)] as [(Duration, Duration?)])
    func `The provider's word wins, within the longest`(_ asked: Duration, _ expected: Duration?) {
        let error = ModelError(.rateLimited, "slow down", retryAfter: asked)
        #expect(RetryPolicy.standard.delay(after: error, attempt: 1) == expected)
    }

    @Test func `A policy of one attempt never waits`() {
        #expect(RetryPolicy.never.delay(after: Self.busy, attempt: 1) == nil)
    }
}

@Suite struct TokenEstimateTests {
    @Test func `Everything that a request says is counted`() {
        let tool = ToolDefinition(name: "t", description: "d", parameters: ["type": "object"])
        var request = Till.request()
        let small = TokenEstimate.inputTokens(of: request)
        request.tools = [tool]
        let withTool = TokenEstimate.inputTokens(of: request)
        request.messages += [
            Message(role: .assistant, content: [.toolCall(ToolCall(id: "a", name: "t", arguments: .json([:])))]),
            Message(
                role: .user,
                content: [.toolResult(ToolResult(callID: "a", text: String(repeating: "x", count: 1000), outcome: .ok))]
            ),
        ]
        #expect(small < withTool)
        #expect(TokenEstimate.inputTokens(of: request) > withTool + 400)
    }

    @Test(arguments: [(0, 0), (1, 1), (5, 2), (1000, 400)])
    func `Two bytes and a half are a token, rounded up`(_ bytes: Int, _ tokens: Int) {
        #expect(TokenEstimate.tokens(inBytes: bytes) == tokens)
    }
}
