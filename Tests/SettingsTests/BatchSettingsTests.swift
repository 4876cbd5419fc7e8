import Money
import Runs
import Settings
import Testing

/// What configuration says of calls that may wait (G10).
@Suite("Settings of batches")
struct BatchSettingsTests {
    private func read(_ text: String) throws -> Settings {
        var settings = Settings()
        try SettingsReader(environment: [:]).apply(text, from: "config.yaml", to: &settings)
        return settings
    }

    @Test("say when, how long and how many")
    func all() throws {
        let settings = try read(
            """
            priority: low
            batches:
              { hour: "22:30-06:00", unanswered: direct, gathering: 5s, poll: 1m, handover: 20m, arrival: 3m, keep: 7d,
                entries: 50, waiting: 500 }
            models:
              providers: { mirror: { api: anthropic, base_url: "http://localhost", batches: on } }
              prices: { mirror/m: { input: 2.00, output: 4.00, batch_input: 1.00, batch_output: 2.00, cache_write_1h: 4.00 } }
            """)
        var expected = Settings.Batches()
        expected.hours = .init(from: 1_350, to: 360)
        expected.unanswered = .direct
        (expected.gathering, expected.poll) = (.seconds(5), .seconds(60))
        (expected.handover, expected.arrival) = (.seconds(1200), .seconds(180))
        (expected.keep, expected.entries, expected.waiting) = (.seconds(7 * 86_400), 50, 500)
        #expect(settings.batches == expected)
        #expect(settings.priority == .low)
        #expect(settings.models.providers["mirror"]?.takesBatches == true)
        let price = settings.models.prices["mirror/m"]
        #expect(price?.batchInput == USD(micros: 1_000_000) && price?.batchOutput == USD(micros: 2_000_000))
        #expect(price?.cacheWriteHour == USD(micros: 4_000_000))
    }

    @Test(
        "are refused with the way out",
        arguments: [
            ("batches: { hour: noon }", "has to be a part of the day in UTC, such as 02:00-06:00, not 'noon'"),
            ("batches: { hour: 25:00-06:00 }", "has to be a part of the day in UTC"),
            ("batches: { hour: 02:00-02:00 }", "has to be a part of the day in UTC"),
            ("batches: { entries: 0 }", "entries"), ("batches: { unanswered: never }", "unanswered"),
            ("priority: urgent", "priority"), ("batches: { gather: 5s }", "gather"),
            (
                "models: { prices: { a/b: { input: 1, output: 1, batch_input: 1 } } }",
                "needs both batch_input and batch_output"
            ),
        ])
    func faults(text: String, fault: String) {
        #expect {
            _ = try read(text)
        } throws: { error in
            "\(error)".contains(fault)
        }
    }
}
