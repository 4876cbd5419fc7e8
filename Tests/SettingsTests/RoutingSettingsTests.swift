import Files
import Runs
import Settings
import Testing

/// What configuration says of which model is for what.
struct RoutingSettingsTests {
    static func read(_ texts: String...) throws -> Settings.Models {
        var settings = Settings()
        for text in texts {
            try SettingsReader(environment: [:]).apply(text, from: "/p/.vencejo/config.yaml", to: &settings)
        }
        return settings.models
    }

    @Test func `tiers, kinds, roles, modes, environment and bounds are read`() throws {
        let models = try Self.read(
            """
            models:
              tiers: { small: a/s, medium: [a/m, b/m], large: [a/l] }
              roles: { planner: large, developer: a/m }
              modes: { max: frontier }
              kinds: { review: medium, embed: a/e }
              environment: development
              escalations: 1
              unknown_prices: allow
              catalogue: conf/models.yaml
            """)
        #expect(models.tiers == ["small": ["a/s"], "medium": ["a/m", "b/m"], "large": ["a/l"]])
        #expect(models.roles == ["planner": "large", "developer": "a/m"] && models.modes == [.max: "frontier"])
        #expect(models.kinds == ["review": "medium", "embed": "a/e"] && models.environment == .development)
        #expect(models.escalations == 1 && !models.escalatesInFrugal && models.unknownPrices == .allow)
        #expect(models.catalogues == ["/p/conf/models.yaml"])
    }

    @Test func `nothing said is two escalations, production and refusal`() throws {
        let models = try Self.read("mode: max")
        #expect(models.escalations == 2 && models.environment == .production && models.unknownPrices == .refuse)
    }

    @Test(arguments: [
        ("off", 0, false), ("0", 0, false), ("{ most: 3, frugal: on }", 3, true), ("{ frugal: on }", 2, true),
    ])
    func `escalations are a number or more`(_ text: String, _ most: Int, _ frugal: Bool) throws {
        let models = try Self.read("models: { escalations: \(text) }")
        #expect(models.escalations == most && models.escalatesInFrugal == frugal)
    }

    @Test func `a project's tier takes the place of the user's, the others stay`() throws {
        let models = try Self.read(
            "models: { tiers: { small: [a/s], large: [a/l] } }", "models: { tiers: { small: [b/s, b/t] } }")
        #expect(models.tiers == ["small": ["b/s", "b/t"], "large": ["a/l"]])
    }

    @Test func `catalogues beside the configuration are found, the user's first`() throws {
        try FileSystem.withTemporaryDirectory { folder in
            let project = folder / "p"
            for file in [folder / "c/vencejo/models.yaml", project / ".vencejo/models.yaml"] {
                try FileSystem.createDirectory(file.parent)
                try FileSystem.write("models: {}", to: file)
            }
            try FileSystem.write("models: { catalogue: more.yaml }", to: project / ".vencejo/config.yaml")
            let settings = try SettingsReader(environment: ["XDG_CONFIG_HOME": (folder / "c").string]).read(
                project: project)
            #expect(
                settings.models.catalogues == [
                    (folder / "c/vencejo/models.yaml").string, (project / ".vencejo/models.yaml").string,
                    (project / "more.yaml").string,
                ])
        }
    }

    @Test(arguments: [
        ("tiers: { smal: a/b }", "unknown key 'models.tiers.smal'; did you mean 'small'?"),
        (
            "tiers: { small: [gpt-5] }",
            "models.tiers.small has to be of the form provider/model, such as anthropic/claude-sonnet-4-5, not 'gpt-5'"
        ),
        ("tiers: { small: [a/b, a/b] }", "models.tiers.small lists a/b twice"),
        (
            "tiers: { small: [a/b], large: [a/c, a/b] }",
            "models.tiers lists a/b under small and under large: leave it in one of them"
        ),
        (
            "roles: { planner: huge }",
            "models.roles.planner has to be a tier (small, medium, large, frontier) or of the form provider/model, such as anthropic/claude-sonnet-4-5, not 'huge'"
        ),
        ("kinds: { reviews: large }", "unknown key 'models.kinds.reviews'; did you mean 'review'?"),
        ("environment: dev", "models.environment has to be one of development, production, not 'dev'"),
        ("escalations: -1", "models.escalations has to be a whole number of at least 0"),
        ("escalations: { mosst: 1 }", "unknown key 'models.escalations.mosst'; did you mean 'most'?"),
        ("unknown_prices: maybe", "models.unknown_prices has to be one of allow, refuse, not 'maybe'"),
        ("catalogue: ~/models.yaml", "models.catalogue has to be a path without ~, not '~/models.yaml'"),
        ("catalogue: []", "models.catalogue has to be a text"),
    ])
    func `a fault names the file, the line, the key and the way out`(_ text: String, _ message: String) throws {
        #expect(throws: SettingsError("/p/.vencejo/config.yaml:2: \(message)")) { try Self.read("models:\n  \(text)") }
    }
}
