import Settings
import Testing

/// What configuration says of models that do not answer, and of what is kept of served calls.
struct ResilienceSettingsTests {
    private func read(_ text: String) throws -> Settings {
        var settings = Settings()
        try SettingsReader(environment: [:]).apply(text, from: "c.yaml", to: &settings)
        return settings
    }

    @Test func `everything can be set`() throws {
        let settings = try read(
            """
            resilience:
              retries: { attempts: 2, wait: 500ms, longest_wait: 20s }
              served: { attempts: 1, time: 2m }
              patience: 20s
              hedge_after: 1500ms
              breaker: { failures: 3, window: 30s, percent: 40, calls: 10, pause: 1s, longest_pause: 1m, key_pause: 1h }
              timeouts: { connect: 3s, first_byte: 90s, idle: 45s }
            serve: { keep_calls: 30 }
            """)
        var expected = Settings.Resilience()
        expected.retries = .init(attempts: 2, wait: .milliseconds(500), longestWait: .seconds(20))
        expected.served.attempts = 1
        expected.servedTime = .seconds(120)
        expected.breaker.failures = 3
        expected.breaker.window = .seconds(30)
        expected.breaker.percent = 40
        expected.breaker.calls = 10
        expected.breaker.pause = .seconds(1)
        expected.breaker.longestPause = .seconds(60)
        expected.breaker.keyPause = .seconds(3600)
        expected.timeouts.connect = .seconds(3)
        expected.timeouts.firstByte = .seconds(90)
        expected.timeouts.idle = .seconds(45)
        #expect(settings.resilience == expected)
        #expect(settings.models.patience == .seconds(20) && settings.models.hedgeAfter == .milliseconds(1_500))
        #expect(settings.serve.daysOfCalls == 30)
    }

    @Test func `the defaults hold where nothing is said`() throws {
        let settings = try read("serve: { keep_calls: forever }\nresilience: { hedge_after: off }")
        #expect(settings.resilience == Settings.Resilience() && settings.models.hedgeAfter == nil)
        #expect(settings.serve.daysOfCalls == nil && Settings().serve.daysOfCalls == 400)
        #expect(Settings().resilience.retries == .init(attempts: 4, wait: .seconds(1), longestWait: .seconds(60)))
        #expect(
            Settings().resilience.served == .init(attempts: 3, wait: .milliseconds(250), longestWait: .seconds(5)))
    }

    @Test(arguments: [
        ("resilience: { breakers: {} }", "c.yaml:1: unknown key 'resilience.breakers'; did you mean 'breaker'?"),
        (
            "resilience: { retries: { attempts: 0 } }",
            "c.yaml:1: resilience.retries.attempts has to be a whole number of at least 1"
        ),
        ("resilience: { retries: { attempts: 21 } }", "c.yaml:1: resilience.retries.attempts has to be at most 20"),
        (
            "resilience: { served: { wait: 10s } }",
            "c.yaml:1: resilience.served has a wait that is longer than its longest_wait of 5.0 seconds"
        ),
        (
            "resilience: { served: { wait: 0ms } }",
            "c.yaml:1: resilience.served.wait has to be a time, such as 250ms or 5s, not '0ms'"
        ),
        (
            "resilience: { breaker: { percent: 101 } }",
            "c.yaml:1: resilience.breaker.percent has to be a percentage from 1 to 100"
        ),
        (
            "resilience: { breaker: { pause: 3m } }",
            "c.yaml:1: resilience.breaker has a pause that is longer than its longest_pause of 120.0 seconds"
        ),
        (
            "resilience: { patience: soon }",
            "c.yaml:1: resilience.patience has to be a time, such as 90s or 5m, not 'soon'"
        ),
        (
            "serve: { keep_calls: 0 }",
            "c.yaml:1: serve.keep_calls has to be a number of days, such as 400, or forever, not '0'"
        ),
        (
            "models: { providers: { a: { api: anthropic, prompt_cache_key: on } } }",
            "c.yaml:1: models.providers.a.prompt_cache_key is for providers that speak OpenAI's API, and this one speaks anthropic"
        ),
    ])
    func `what cannot be meant is refused with its place`(line: String, expected: String) throws {
        let message = try #require(throws: SettingsError.self) { try read(line + "\n") }.message
        #expect(message == expected)
    }

    @Test func `whether a provider is given a cache key is its own setting`() throws {
        let providers = try read(
            """
            models:
              providers:
                a: { api: openai, base_url: "http://x", prompt_cache_key: on }
                b: { api: openai-responses, base_url: "http://x", prompt_cache_key: off }
                c: { api: openai, base_url: "http://x" }
            """
        ).models.providers
        #expect(providers.mapValues(\.sendsCacheKey) == ["a": true, "b": false, "c": nil])
    }
}
