import Files
import Secrets
import Settings
import Testing

struct KeyTests {
    private func read(_ text: String, _ environment: [String: String] = [:]) throws -> Settings.Provider {
        var settings = Settings()
        try SettingsReader(environment: environment).apply(text, from: "c.yaml", to: &settings)
        return try #require(settings.models.providers["anthropic"])
    }

    private func anthropic(_ entry: String) -> String { "models:\n  providers:\n    anthropic:\n      \(entry)\n" }

    @Test(arguments: ["sk-ant-api03-abcdef", "$KEY", "${}", "key-${KEY}"])
    func `a key in the file itself is refused without being shown`(key: String) throws {
        let error = try #require(throws: SettingsError.self) { try read(anthropic("api_key: \(key)"), ["KEY": "v"]) }
        #expect(
            error.message
                == "c.yaml:4: models.providers.anthropic.api_key holds a key itself; keep it in the environment and write ${NAME}, or give api_key_file"
        )
    }

    @Test(arguments: [[:], ["KEY": ""]])
    func `a variable that is not set leaves the provider without a key, and says where one is expected`(
        environment: [String: String]
    ) throws {
        let provider = try read(anthropic("api_key: ${KEY}"), environment)
        #expect(provider.key == nil)
        #expect(provider.keySource == "$KEY")
    }

    @Test func `a key file is read up to the first space, also below the home folder`() throws {
        try FileSystem.withTemporaryDirectory { (home: FilePath) in
            try FileSystem.write("sk-from-file\n", to: home / "key")
            for path in ["~/key", (home / "key").string, "${HOME}/key"] {
                let provider = try read(anthropic("api_key_file: \(path)"), ["HOME": home.string])
                #expect(provider.key == Secret("sk-from-file"))
                #expect(provider.keySource == (home / "key").string)
            }
        }
    }

    @Test func `a key file that is missing is named`() throws {
        let error = try #require(throws: SettingsError.self) { try read(anthropic("api_key_file: /nonexistent/key")) }
        #expect(error.message.hasPrefix("c.yaml:4: models.providers.anthropic.api_key_file cannot be read: "))
        #expect(error.message.contains("/nonexistent/key"))
    }

    @Test func `keys appear in no description of the settings`() throws {
        var settings = Settings()
        try SettingsReader(environment: ["KEY": "sk-live-123456"])
            .apply(anthropic("api_key: ${KEY}"), from: "c.yaml", to: &settings)
        var dumped = ""
        dump(settings, to: &dumped)
        for text in [String(describing: settings), String(reflecting: settings), "\(settings)", dumped] {
            #expect(!text.contains("sk-live-123456"))
            #expect(text.contains("$KEY"))
        }
    }

    @Test func `a key put where an address belongs is not shown`() throws {
        let error = try #require(throws: SettingsError.self) {
            try read(anthropic("base_url: ${KEY}"), ["KEY": "sk-live-123456"])
        }
        #expect(
            error.message
                == "c.yaml:4: models.providers.anthropic.base_url has to begin with http:// or https://, not '${KEY}'")
    }
}
