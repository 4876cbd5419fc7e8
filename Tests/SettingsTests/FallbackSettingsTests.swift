import Files
import Secrets
import Settings
import Testing

/// What configuration says of models that stand in for others, and of several keys.
struct FallbackSettingsTests {
    private static let environment = ["A": "sk-aaaaaaaa", "B": "sk-bbbbbbbb"]

    private func read(_ text: String) throws -> Settings.Models {
        var settings = Settings()
        try SettingsReader(environment: Self.environment).apply(text, from: "c.yaml", to: &settings)
        return settings.models
    }

    private func message(_ text: String) throws -> String {
        try #require(throws: SettingsError.self) { try read(text) }.message
    }

    // MARK: - Models that stand in

    @Test func `models stand in for others in the order given`() throws {
        let models = try read(
            """
            models:
              fallbacks:
                anthropic/claude-sonnet-4-5: [openai/gpt-5, local/qwen]
                openai/gpt-5: anthropic/claude-sonnet-4-5
              patience: 20s
              hedge_after: 5s
            """)
        #expect(
            models.fallbacks == [
                "anthropic/claude-sonnet-4-5": ["openai/gpt-5", "local/qwen"],
                "openai/gpt-5": ["anthropic/claude-sonnet-4-5"],
            ])
        #expect(models.patience == .seconds(20) && models.hedgeAfter == .seconds(5))
        #expect(Settings().models.patience == .seconds(60) && Settings().models.hedgeAfter == nil)
    }

    @Test(arguments: [
        (
            "fallbacks: { sonnet: [a/b] }",
            "c.yaml:2: models.fallbacks.sonnet is not of the form provider/model, such as anthropic/claude-sonnet-4-5"
        ),
        (
            "fallbacks: { a/b: [gpt] }",
            "c.yaml:2: models.fallbacks.a/b has to be of the form provider/model, such as anthropic/claude-sonnet-4-5, not 'gpt'"
        ),
        (
            "fallbacks: { a/b: [a/b] }",
            "c.yaml:2: models.fallbacks.a/b names the model itself, which cannot stand in for itself"
        ),
        ("fallbacks: { a/b: [a/c, a/c] }", "c.yaml:2: models.fallbacks.a/b names a/c twice"),
        ("fallbacks: [a/b]", "c.yaml:2: models.fallbacks has to be a mapping of keys to values"),
        ("fallback: { a/b: [a/c] }", "c.yaml:2: unknown key 'models.fallback'; did you mean 'fallbacks'?"),
        ("patience: soon", "c.yaml:2: models.patience has to be a time, such as 90s or 5m, not 'soon'"),
    ])
    func `what cannot be meant is refused with its place`(line: String, expected: String) throws {
        #expect(try message("models:\n  \(line)\n") == expected)
    }

    @Test(arguments: [
        ("work/large", "models.fallbacks names work/large, but there is no provider 'work'; did you mean 'works'?"),
        (
            "nobody/x",
            "models.fallbacks names nobody/x, but there is no provider 'nobody' (known: anthropic, ollama, openai, works): add models.providers.nobody"
        ),
    ])
    func `a provider that there is not is named with the nearest`(model: String, expected: String) throws {
        try FileSystem.withTemporaryDirectory { (folder: FilePath) in
            let text = """
                models:
                  providers: { works: { api: openai, base_url: "http://127.0.0.1:1" } }
                  fallbacks: { anthropic/claude-sonnet-4-5: ["\(model)"] }
                """
            try FileSystem.createDirectory(folder / ".vencejo")
            try FileSystem.write(text, to: folder / ".vencejo/config.yaml")
            let error = try #require(throws: SettingsError.self) {
                try SettingsReader(environment: ["XDG_CONFIG_HOME": folder.string]).read(project: folder)
            }
            #expect(error.message == expected)
        }
    }

    // MARK: - Several keys

    private func provider(_ entry: String) throws -> Settings.Provider {
        try #require(try read("models:\n  providers:\n    openai:\n      \(entry)\n").providers["openai"])
    }

    @Test func `several keys are read in their order, and those that are not set are left out`() throws {
        let provider = try provider(#"api_keys: ["${A}", "${MISSING}", "${B}"]"#)
        #expect(provider.key == Secret("sk-aaaaaaaa") && provider.keySource == "$A")
        #expect(provider.moreKeys.map(\.source) == ["$MISSING", "$B"])
        #expect(provider.givenKeys.map(\.source) == ["$A", "$B"])
        #expect(provider.givenKeys.map(\.secret) == [Secret("sk-aaaaaaaa"), Secret("sk-bbbbbbbb")])
        #expect(!"\(provider)".contains("sk-"))
    }

    @Test(arguments: [
        (
            #"api_keys: ["sk-live-123456"]"#,
            "c.yaml:4: models.providers.openai.api_keys[0] holds a key itself; keep it in the environment and write ${NAME}, or give api_key_file"
        ),
        (#"api_keys: ["${A}", "${A}"]"#, "c.yaml:4: models.providers.openai.api_keys[1] names $A a second time"),
        (
            "api_keys: []",
            #"c.yaml:4: models.providers.openai.api_keys has to be a list of keys, such as ["${KEY_A}", "${KEY_B}"]"#
        ),
        (
            #"{ api_keys: ["${A}"], api_key: "${B}" }"#,
            "c.yaml:4: models.providers.openai.api_keys has all keys of a provider: leave out api_key"
        ),
    ])
    func `keys that cannot be meant are refused without being shown`(entry: String, expected: String) throws {
        #expect(try message("models:\n  providers:\n    openai:\n      \(entry)\n") == expected)
    }
}
