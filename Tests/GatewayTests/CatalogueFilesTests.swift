import Conversation
import Edits
import Gateway
import Money
import Testing

/// Catalogues of a user's own, and what the built-in one says.
@Suite struct CatalogueFilesTests {
    static func catalogue(_ texts: String..., unknownPrices: ModelCatalogue.UnknownPrices = .refuse) throws
        -> ModelCatalogue
    {
        try ModelCatalogue(
            files: texts.enumerated().map { .init(name: "f\($0 + 1).yaml", text: $1) }, unknownPrices: unknownPrices)
    }

    static func rate(_ micros: Int64) -> TokenRate { TokenRate(perMillion: USD(micros: micros)) }

    @Test func `Every built-in entry has prices, a tier, capabilities, a day and a source`() throws {
        let catalogue = try ModelCatalogue()
        #expect(catalogue.knownModels.count > 60)
        for name in catalogue.knownModels {
            let entry = try #require(catalogue.entry(named: name))
            #expect(entry.card.prices.isKnown && entry.tier != nil && !entry.capabilities.isEmpty, "\(name)")
            #expect(entry.asOf != nil && entry.source?.hasPrefix("https://") == true, "\(name)")
            #expect((entry.card.images == .taken) == entry.capabilities.contains(.images), "\(name)")
            #expect((entry.card.maxOutputTokens == 0) == entry.capabilities.contains(.embeddings), "\(name)")
            let rates = entry.card.prices
            if let batch = entry.batch { #expect(batch.input < rates.input && batch.output < rates.output, "\(name)") }
            if let long = rates.long { #expect(long.input > rates.input && long.above < entry.card.contextTokens) }
            if let hourly = entry.hourlyCacheWrite { #expect(hourly > rates.cacheWrite, "\(name)") }
        }
    }

    @Test func `A host's own price goes before the model's`() throws {
        let catalogue = try ModelCatalogue()
        let groq = catalogue.entry(of: ModelName(provider: "groq", model: "openai/gpt-oss-120b"))
        let cerebras = catalogue.entry(of: ModelName(provider: "cerebras", model: "gpt-oss-120b"))
        #expect(groq?.card.prices.input == Self.rate(150_000) && cerebras?.card.prices.input == Self.rate(350_000))
        #expect(catalogue.entry(of: ModelName(provider: "other", model: "openai/gpt-oss-120b")) == nil)
    }

    @Test func `OpenRouter's spelling is known`() throws {
        let catalogue = try ModelCatalogue()
        let theirs = catalogue.entry(of: ModelName(provider: "openrouter", model: "anthropic/claude-sonnet-4.5"))
        #expect(theirs?.name == "claude-sonnet-4-5")
    }

    @Test func `A long call has prices of its own, for all of its tokens`() throws {
        let card = try #require(try ModelCatalogue().entry(named: "claude-haiku-5-5")?.card)
        #expect(card.prices.cost(of: Usage(input: 100_000, output: 1000)) == USD(micros: 10_000 + 500))
        #expect(card.prices.cost(of: Usage(input: 100_001, output: 1000)) == USD(micros: 50_001 + 2_500))
        #expect(
            card.prices.cost(of: Usage(input: 1, output: 0, cacheRead: 200_000)) == USD(micros: 1 + 10_000))
        #expect(card.prices.ceiling(input: 100_001, output: 0) == USD(micros: 62_501))
    }

    @Test func `A file of one's own is laid over the built-in one, key by key`() throws {
        let catalogue = try Self.catalogue(
            """
            tokenizers: { mine: 2.0 }
            models:
              claude-sonnet-4-5:
                prices: { input: 2.5 }
                context: 1000000
              house/model:
                context: 64000
                output: 4000
                tier: large
                tokenizer: mine
                can: [tools, documents]
                prices: { input: 1, output: 2.000001, long: { above: 32000, output: 3 } }
                as_of: 2026-11
            """,
            "models: { claude-sonnet-4-5: { prices: { output: 12 }, as_of: 2026-11-20, source: my contract } }")
        let sonnet = try #require(catalogue.entry(named: "claude-sonnet-4-5"))
        #expect(sonnet.card.contextTokens == 1_000_000 && sonnet.card.maxOutputTokens == 64_000)
        #expect(sonnet.card.prices.input == Self.rate(2_500_000) && sonnet.card.prices.output == Self.rate(12_000_000))
        #expect(sonnet.card.prices.cacheRead == Self.rate(300_000) && sonnet.source == "my contract")
        let house = try #require(catalogue.entry(of: ModelName(provider: "house", model: "model")))
        let expected = ModelEntry(
            name: "house/model",
            card: ModelCard(
                contextTokens: 64_000, maxOutputTokens: 4000,
                prices: .init(
                    input: Self.rate(1_000_000), output: Self.rate(2_000_001), cacheRead: Self.rate(1_000_000),
                    cacheWrite: Self.rate(1_000_000),
                    long: .init(
                        above: 32_000, input: Self.rate(1_000_000), output: Self.rate(3_000_000),
                        cacheRead: Self.rate(1_000_000), cacheWrite: Self.rate(1_000_000)))),
            tier: .large, capabilities: [.tools, .documents], tokenizer: "mine", bytesPerToken: 2, asOf: "2026-11")
        #expect(house == expected && house.tokens(inBytes: 3) == 2)
    }

    @Test func `A model without a price is refused, or shown as unknown where that is allowed`() throws {
        let text = "models: { free-thinker: { context: 8000, output: 1000, prices: { input: 1 } } }"
        let name = ModelName(provider: "p", model: "free-thinker")
        let careful = try Self.catalogue(text)
        #expect(careful.card(of: name) == nil && careful.entry(of: name)?.card.prices == .unknown)
        #expect(careful.card(of: name, unknownPrices: .allow)?.contextTokens == 8000)
        let open = try Self.catalogue(text, unknownPrices: .allow)
        #expect(open.card(of: name)?.prices.text(.zero) == "unknown")
        let stranger = open.card(of: ModelName(provider: "p", model: "nobody"))
        #expect(stranger?.contextTokens == 128_000 && stranger?.prices.isKnown == false)
        #expect(careful.card(of: ModelName(provider: "p", model: "nobody")) == nil)
    }

    @Test func `A price in the configuration keeps what is known besides`() throws {
        let name = ModelName(provider: "proxy", model: "gpt-5")
        let own = ModelCard(contextTokens: 1000, maxOutputTokens: 100, prices: .free)
        let entry = try #require(try ModelCatalogue(overrides: [name: own]).entry(of: name))
        #expect(entry.card == own && entry.tier == .medium && entry.source == "configuration")
        #expect(entry.capabilities.contains(.thinking) && !entry.capabilities.contains(.images))
    }

    @Test(arguments: [
        ("gpt-5-minni", "gpt-5-mini"), ("claude-sonet-4-5", "claude-sonnet-4-5"),
        ("Claude-Opus-4-5", "claude-opus-4-5"),
        ("zzzz", nil),
    ])
    func `The nearest name is found`(_ typed: String, _ expected: String?) throws {
        #expect(try ModelCatalogue().nearest(to: ModelName(provider: "p", model: typed)) == expected)
    }

    @Test(arguments: [
        ("- a", "f1.yaml:1: a catalogue has to be a mapping of keys to values"),
        ("modles: {}", "f1.yaml:1: unknown key 'modles'; did you mean 'models'?"),
        ("zzz: {}", "f1.yaml:1: unknown key 'zzz'; known are models, usual, tokenizers"),
        ("models:\n  m: { contxt: 1 }", "f1.yaml:2: unknown key 'models.m.contxt'; did you mean 'context'?"),
        ("models:\n  m:\n    context: many", "f1.yaml:3: models.m.context has to be a whole number of at least 256"),
        ("models:\n  m: { output: 5 }", "f1.yaml:2: models.m needs context: how many tokens fit in the model"),
        (
            "models:\n  m: { context: 500, output: 501 }",
            "f1.yaml:2: models.m has an output of 501 tokens, more than its context"
        ),
        (
            "models:\n  m:\n    context: 500\n    tier: huge",
            "f1.yaml:4: models.m.tier has to be one of small, medium, large, frontier, not 'huge'"
        ),
        (
            "models:\n  m: { context: 500, can: [fly] }",
            "f1.yaml:2: models.m.can has to be one of tools, parallel_tools, images, documents, thinking, structured_output, streaming, embeddings, prompt_caching, not 'fly'"
        ),
        ("models: { m: { can: tools } }", "f1.yaml:1: models.m.can has to be a list, such as [tools, images]"),
        (
            "models:\n  m: { context: 500, prices: { input: -1 } }",
            "f1.yaml:2: models.m.prices.input has to be dollars a million tokens, such as 2.50"
        ),
        (
            "models: { m: { prices: { long: { input: 1 } } } }",
            "f1.yaml:1: models.m.prices.long needs above: the number of input tokens from which it holds"
        ),
        (
            "models: { m: { context: 500, as_of: yesterday } }",
            "f1.yaml:1: models.m.as_of has to be a day such as 2026-11-18, not 'yesterday'"
        ),
        (
            "models: { m: { context: 500, tokenizer: none } }",
            "f1.yaml:1: models.m names the tokenizer 'none'; known are claude, claude-2026, gemini, o200k, other"
        ),
        (
            "tokenizers: { mine: 99 }",
            "f1.yaml:1: tokenizers.mine has to be bytes a token, from 0.5 to 16, such as 3.2"
        ),
        (
            "usual: { openai: { quick: gpt-5 } }",
            "f1.yaml:1: unknown key 'usual.openai.quick'; known are frugal, balanced, performance, max"
        ),
    ])
    func `A fault is told with its file, line, key and fix`(_ text: String, _ message: String) throws {
        #expect(throws: CatalogueError(message: message)) { try Self.catalogue(text) }
    }

    @Test func `A file that is no YAML says where`() throws {
        let error = #expect(throws: CatalogueError.self) { try Self.catalogue("models: {\n  a: [") }
        #expect(error?.message.hasPrefix("f1.yaml:") == true)
    }
}
