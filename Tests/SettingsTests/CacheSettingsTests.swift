import Settings
import Testing

/// What configuration says of the response cache (G7).
@Suite struct CacheSettingsTests {
    private func read(_ texts: String...) throws -> Settings.Cache {
        var settings = Settings()
        for text in texts { try SettingsReader(environment: [:]).apply(text, from: "config.yaml", to: &settings) }
        return settings.cache
    }

    @Test func `without a word nothing is kept`() throws {
        let cache = try read("mode: max")
        #expect(cache == Settings.Cache())
        #expect(!cache.isEnabled)
    }

    @Test func `one word switches it on and off`() throws {
        #expect(try read("cache: on").isEnabled)
        #expect(try !read("cache: on", "cache: off").isEnabled)
    }

    @Test func `everything can be said`() throws {
        var expected = Settings.Cache()
        expected.isEnabled = true
        expected.isSemantic = true
        expected.embedder = "local/nomic-embed-text"
        expected.kinds = [
            "response": Settings.CacheKind(timeToLive: .seconds(43_200), similarity: 0.9),
            "analysis": Settings.CacheKind(similarity: 1),
            "glossary": Settings.CacheKind(timeToLive: .seconds(14 * 86_400)),
        ]
        expected.share = .project
        expected.temperature = 1
        expected.keepsUnstatedTemperature = false
        expected.allowsTools = true
        expected.size = 512 << 20
        let text = """
            cache:
              enabled: on
              exact: on
              semantic: { enabled: on, embedder: local/nomic-embed-text }
              kinds: { response: { ttl: 12h, similarity: 0.9 }, analysis: { similarity: 1 }, glossary: { ttl: 14d } }
              share: project
              temperature: 1.0
              unstated_temperature: off
              tools: on
              size: 512MB
            """
        #expect(try read(text) == expected)
    }

    @Test func `a project's file goes over the user's, key by key`() throws {
        let cache = try read(
            "cache: { enabled: on, kinds: { response: { ttl: 2d } } }",
            "cache: { temperature: 0, kinds: { response: { similarity: 0.99 } } }")
        #expect(cache.isEnabled)
        #expect(cache.temperature == 0)
        #expect(cache.kinds == ["response": Settings.CacheKind(timeToLive: .seconds(172_800), similarity: 0.99)])
    }

    @Test(arguments: [
        ("cache: maybe", "config.yaml:1: cache has to be on or off"),
        ("cache:\n  exakt: on", "config.yaml:2: unknown key 'cache.exakt'; did you mean 'exact'?"),
        (
            "cache:\n  semantic: on",
            "config.yaml:2: cache.semantic needs embedder: the provider/model that gives texts their vectors"
        ),
        (
            "cache:\n  semantic: { embedder: nomic }",
            "config.yaml:2: cache.semantic.embedder has to be of the form provider/model, such as local/nomic-embed-text, not 'nomic'"
        ),
        ("cache: { share: all }", "config.yaml:1: cache.share has to be one of none, project, key, not 'all'"),
        (
            "cache: { temperature: warm }",
            "config.yaml:1: cache.temperature has to be a temperature from 0 to 2, not 'warm'"
        ),
        (
            "cache:\n  kinds:\n    response: { tll: 1d }",
            "config.yaml:3: unknown key 'cache.kinds.response.tll'; did you mean 'ttl'?"
        ),
        (
            "cache: { kinds: { response: { similarity: 85 } } }",
            "config.yaml:1: cache.kinds.response.similarity has to be a cosine from 0 to 1, not '85'"
        ),
        (
            "cache: { kinds: { poem: { similarity: 0.5 } } }",
            "config.yaml:1: cache.kinds.poem needs ttl: how long its answers are given again, such as 1d"
        ),
        (
            "cache: { kinds: { My Kind: { ttl: 1d } } }",
            "config.yaml:1: cache.kinds.My Kind is no name of a kind: use small letters, digits and hyphens"
        ),
        ("cache: { size: lots }", "config.yaml:1: cache.size has to be a size, such as 512MB or 4GB, not 'lots'"),
        (
            "cache: { enabled: on, exact: off }",
            "config.yaml:1: cache is on while exact and semantic are both off: switch one of them on, or write enabled: off"
        ),
    ])
    func `a fault names the file, the line, the key and the way out`(text: String, message: String) {
        #expect(throws: SettingsError(message)) { try read(text) }
    }
}
