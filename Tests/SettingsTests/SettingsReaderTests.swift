import Files
import Money
import Policy
import Runs
import Secrets
import Settings
import Testing

struct SettingsReaderTests {
    static let environment = ["HOME": "/home/ada", "ANTHROPIC_API_KEY": "sk-live-123456", "PORT": "8080"]

    private func read(_ text: String, onto settings: Settings = Settings()) throws -> Settings {
        var settings = settings
        try SettingsReader(environment: Self.environment).apply(text, from: "config.yaml", to: &settings)
        return settings
    }

    static let example = """
        models:
          default: anthropic/claude-sonnet-4-5
          roles: { reviewer: openai/gpt-5 }
          modes:
            frugal: local/qwen
          providers:
            anthropic:
              api_key: ${ANTHROPIC_API_KEY}
            local:
              api: openai
              base_url: http://localhost:${PORT}/v1/
              free: true
            replay: { api: rehearsal, file: session.jsonl }
          prices:
            "openai/gpt-5": { input: 1.25, output: 10, cache_read: 0.125, cache_write: 1.5, context: 400000, max_output: 128000 }
            local/qwen: { input: 0, output: 0 }
        mode: performance
        limits:
          budget: 2.50
          turns: 40
          tokens: 900000
          session_time: 2h
          max_attempts: 5
          command_time: 90
          check_time: 45m
          complexity: 12
        policy:
          allow_paths: ["src/**", "tests/**"]
          deny_paths: secrets/**
          allow: ["run_command(make *)"]
          ask: ["run_command(git push *)"]
          deny: ["run_command(rm *)"]
        sandbox:
          enabled: on
          network: allow-list
          allow: ["*.example.org", example.com:8443]
          writable: [~/.cache/pip]
          readable: [/opt/sdk]
          caches: [~/.npm]
          environment: [LANG]
          limits: { time: 10m, cpus: 1.5, memory: 2 GB, processes: 200, file_size: 512MB, output: 1MiB }
        verify:
          - make lint
          - name: tests
            command: make test
        """

    @Test func `a file that says everything is read whole`() throws {
        let settings = try read(Self.example)

        #expect(settings.models.standard == "anthropic/claude-sonnet-4-5")
        #expect(settings.models.roles == ["reviewer": "openai/gpt-5"])
        #expect(settings.models.modes == [.frugal: "local/qwen"])
        #expect(settings.models.providers.keys.sorted() == ["anthropic", "local", "replay"])
        let anthropic = try #require(settings.models.providers["anthropic"])
        #expect(anthropic.api == .anthropic)
        #expect(anthropic.key == Secret("sk-live-123456"))
        #expect(anthropic.keySource == "$ANTHROPIC_API_KEY")
        let local = try #require(settings.models.providers["local"])
        #expect(local.api == .openai)
        #expect(local.baseURL == "http://localhost:8080/v1")
        #expect(local.isFree)
        let replay = try #require(settings.models.providers["replay"])
        #expect(replay.api == .rehearsal)
        #expect(replay.file == "session.jsonl")

        var price = Settings.Price(input: USD(micros: 1_250_000), output: USD(micros: 10_000_000))
        price.cacheRead = USD(micros: 125_000)
        price.cacheWrite = USD(micros: 1_500_000)
        price.context = 400_000
        price.maxOutput = 128_000
        #expect(
            settings.models.prices == [
                "openai/gpt-5": price, "local/qwen": Settings.Price(input: .zero, output: .zero),
            ]
        )

        #expect(settings.mode == .performance)
        var limits = Settings.Limits()
        limits.budget = USD(micros: 2_500_000)
        limits.turns = 40
        limits.tokens = 900_000
        limits.sessionTime = .seconds(7200)
        limits.maxAttempts = 5
        limits.commandTime = .seconds(90)
        limits.checkTime = .seconds(2700)
        limits.complexity = 12
        #expect(settings.limits == limits)

        var policy = Settings.PolicyRules()
        policy.allowPaths = ["src/**", "tests/**"]
        policy.denyPaths = ["secrets/**"]
        policy.allow = ["run_command(make *)"]
        policy.ask = ["run_command(git push *)"]
        policy.deny = ["run_command(rm *)"]
        #expect(settings.policy == policy)

        var sandbox = Settings.Sandbox()
        sandbox.network = .allowList
        sandbox.allow = try ["*.example.org", "example.com:8443"].map { try HostPattern($0) }
        sandbox.caches = ["~/.npm"]
        sandbox.limits.time = .seconds(600)
        sandbox.limits.cpus = 1.5
        sandbox.limits.memory = 2 << 30
        sandbox.limits.processes = 200
        sandbox.limits.fileSize = 512 << 20
        sandbox.limits.output = 1 << 20
        sandbox.writable = ["~/.cache/pip"]
        sandbox.readable = ["/opt/sdk"]
        sandbox.environment = ["LANG"]
        #expect(settings.sandbox == sandbox)
        #expect(
            settings.verify == [
                .init(name: "check-1", command: "make lint"), .init(name: "tests", command: "make test"),
            ])
    }

    @Test(arguments: ["", "# nothing yet\n", "models:\nlimits:\nverify:\n"])
    func `what is not said has its default`(text: String) throws {
        let settings = try read(text)
        #expect(settings.mode == .balanced)
        #expect(settings.limits == Settings.Limits())
        #expect(settings.policy == Settings.PolicyRules())
        #expect(settings.sandbox == Settings.Sandbox())
        #expect(settings.sandbox.isRequired && settings.sandbox.network == .off)
        #expect(settings.verify == nil)
        #expect(settings.models.standard == nil && settings.models.providers.isEmpty)
    }

    @Test(arguments: [
        ("verify: make test", [Settings.Check(name: "check", command: "make test")]),
        (
            "verify: [make lint, make test]",
            [.init(name: "check-1", command: "make lint"), .init(name: "check-2", command: "make test")]
        ),
        ("verify: [{ command: make }]", [.init(name: "check-1", command: "make")]),
        ("verify: []", []),
        ("verify: ~", nil),
    ])
    func `checks are a text, texts or mappings`(text: String, checks: [Settings.Check]?) throws {
        #expect(try read(text).verify == checks)
    }

    @Test func `the sandbox is switched off by a word or in a mapping`() throws {
        #expect(try !read("sandbox: off").sandbox.isRequired)
        #expect(try !read("sandbox: { enabled: false }").sandbox.isRequired)
        #expect(try read("sandbox: on").sandbox == Settings.Sandbox())
        #expect(try read("sandbox: { network: on }").sandbox.isRequired)
    }

    @Test func `a later file lays its words over an earlier one`() throws {
        let user = try read(
            "mode: frugal\nlimits: { budget: 9, turns: 7 }\npolicy: { deny: [run_command] }\nverify: make")
        let both = try read("mode: max\nlimits: { turns: 8 }\npolicy: { deny: [write_file] }", onto: user)
        #expect(both.mode == .max)
        #expect(both.limits.budget == USD(micros: 9_000_000))
        #expect(both.limits.turns == 8)
        #expect(both.policy.deny == ["run_command", "write_file"])
        #expect(both.verify == [.init(name: "check", command: "make")])
    }

    /// Text, and the whole complaint.
    static let faults: [(String, String)] = [
        ("mode: balanced\nmodle: max", "config.yaml:2: unknown key 'modle'; did you mean 'mode'?"),
        ("limits:\n  budgte: 3", "config.yaml:2: unknown key 'limits.budgte'; did you mean 'budget'?"),
        (
            "frobnicate: 3",
            "config.yaml:1: unknown key 'frobnicate' (known: models, mode, limits, budgets, policy, sandbox, cache, serve, resilience, specs, verify, priority, batches)"
        ),
        ("mode: fast", "config.yaml:1: mode has to be one of frugal, balanced, performance, max, not 'fast'"),
        ("\nlimits:\n  budget: a lot", "config.yaml:3: limits.budget has to be an amount in dollars, such as 2.50"),
        ("limits: { budget: -1 }", "config.yaml:1: limits.budget has to be an amount in dollars, such as 2.50"),
        ("limits: { budget: }", "config.yaml:1: limits.budget has to be an amount in dollars, such as 2.50"),
        ("limits: { turns: 0 }", "config.yaml:1: limits.turns has to be a whole number of at least 1"),
        ("limits: { turns: 2.5 }", "config.yaml:1: limits.turns has to be a whole number of at least 1"),
        (
            "limits: { tokens: 9223372036854775807 }",
            "config.yaml:1: limits.tokens has to be at most 1000000000000"
        ),
        (
            "limits: { session_time: soon }",
            "config.yaml:1: limits.session_time has to be a time, such as 90s or 5m, not 'soon'"
        ),
        (
            "limits: { session_time: 9223372036854775807h }",
            "config.yaml:1: limits.session_time has to be at most a year, not '9223372036854775807h'"
        ),
        (
            "limits: { check_time: -5m }",
            "config.yaml:1: limits.check_time has to be a time, such as 90s or 5m, not '-5m'"
        ),
        ("limits: 5", "config.yaml:1: limits has to be a mapping of keys to values"),
        ("- mode: max", "config.yaml:1: has to be a mapping of keys to values"),
        ("sandbox: sometimes", "config.yaml:1: sandbox has to be on or off"),
        (
            "sandbox: { network: maybe }",
            "config.yaml:1: sandbox.network has to be one of off, allow-list, on, not 'maybe'"
        ),
        (
            "sandbox:\n  network: allowlist",
            "config.yaml:2: sandbox.network has to be one of off, allow-list, on, not 'allowlist'; did you mean 'allow-list'?"
        ),
        (
            "sandbox:\n  network: allow-list\n  allow:\n    - a.org\n    - https://b.org/x",
            "config.yaml:5: sandbox.allow has to be a host such as example.org, *.example.org or example.org:8443, not 'https://b.org/x'; write 'b.org'"
        ),
        (
            "sandbox:\n  allow: [a.org]",
            "config.yaml:2: sandbox.allow lists hosts, which count only with sandbox.network: allow-list, and it is off"
        ),
        (
            "sandbox: { enabled: off, network: allow-list }",
            "config.yaml:1: sandbox cannot keep an allow-list of hosts while it is off: switch it on, or write network: on"
        ),
        ("sandbox:\n  cache: [~/.npm]", "config.yaml:2: unknown key 'sandbox.cache'; did you mean 'caches'?"),
        (
            "sandbox: { writable: out }",
            "config.yaml:1: sandbox.writable has to be a whole path such as /opt/sdk or ~/sdk, not 'out'"
        ),
        (
            "sandbox: { caches: ~/ }", "config.yaml:1: sandbox.caches has to be one folder such as ~/.npm, not '~/'"
        ),
        (
            "sandbox: { environment: [A=1] }",
            "config.yaml:1: sandbox.environment has to be the name of a variable, whose value comes from your environment, not 'A=1'"
        ),
        (
            "sandbox: { environment: [X_API_KEY] }",
            "config.yaml:1: sandbox.environment names X_API_KEY, a key, which commands never get: take it out"
        ),
        (
            "sandbox:\n  limits:\n    memory: lots",
            "config.yaml:3: sandbox.limits.memory has to be a size, such as 512MB or 4GB, not 'lots'"
        ),
        (
            "sandbox: { limits: { cpus: 0 } }",
            "config.yaml:1: sandbox.limits.cpus has to be a number above 0, such as 1.5, not '0'"
        ),
        (
            "sandbox: { limits: { memroy: 1GB } }",
            "config.yaml:1: unknown key 'sandbox.limits.memroy'; did you mean 'memory'?"
        ),
        ("verify:\n  - name: tests", "config.yaml:2: verify[0] needs a command"),
        ("verify:\n  - nmae: tests", "config.yaml:2: unknown key 'verify[0].nmae'; did you mean 'name'?"),
        (
            "models: { default: gpt-5 }",
            "config.yaml:1: models.default has to be of the form provider/model, such as anthropic/claude-sonnet-4-5, not 'gpt-5'"
        ),
        (
            "models:\n  providers:\n    mine: { base_url: \"http://x\" }",
            "config.yaml:3: models.providers.mine needs api: anthropic, openai, openai-responses or ollama, which says what it speaks"
        ),
        (
            "models: { providers: { a: { api: soap } } }",
            "config.yaml:1: models.providers.a.api has to be one of anthropic, openai, openai-responses, ollama, rehearsal, not 'soap'"
        ),
        (
            "models: { providers: { openai: { base_url: \"localhost:80\" } } }",
            "config.yaml:1: models.providers.openai.base_url has to begin with http:// or https://, not 'localhost:80'"
        ),
        (
            "models: { providers: { openai: { base_url: \"http://${HOST}/\" } } }",
            "config.yaml:1: models.providers.openai.base_url needs the environment variable HOST, which is not set"
        ),
        (
            "models: { modes: { frugl: a/b } }",
            "config.yaml:1: unknown key 'models.modes.frugl'; did you mean 'frugal'?"
        ),
        (
            "models: { prices: { a/b: { input: cheap } } }",
            "config.yaml:1: models.prices.a/b.input has to be an amount in dollars, such as 2.50"
        ),
    ]

    @Test(arguments: faults)
    func `a fault names the file, the line, the key and the way out`(text: String, message: String) {
        #expect(throws: SettingsError(message)) { try read(text) }
    }

    @Test(arguments: ["mode: [max", "mode: max\n\tlimits: 3", "mode: \"max", "a: b: c", "mode: max\nmode: frugal"])
    func `broken YAML names the file and the line`(text: String) throws {
        let error = try #require(throws: SettingsError.self) { try read(text) }
        #expect(error.message.hasPrefix("config.yaml:1: ") || error.message.hasPrefix("config.yaml:2: "), "\(error)")
    }
}
