import Money
import Runs
import Settings
import Testing

/// What configuration says of budgets (G8).
@Suite struct BudgetSettingsTests {
    private func read(_ texts: String...) throws -> BudgetLimits {
        var settings = Settings()
        for text in texts { try SettingsReader(environment: [:]).apply(text, from: "config.yaml", to: &settings) }
        return settings.budgets
    }

    @Test func `without a word nothing but the run is limited, and the user is warned at 80 percent`() throws {
        #expect(try read("mode: max") == BudgetLimits([:], alertPercent: 80))
    }

    @Test func `every scope can have an amount`() throws {
        let text = """
            budgets: { call: 0.50, task: 2, day: 20, month: 200, project: 500, user: 100.5, key: $80, alert: 90 }
            """
        #expect(
            try read(text)
                == BudgetLimits(
                    [
                        .call: USD(micros: 500_000), .task: USD(micros: 2_000_000), .day: USD(micros: 20_000_000),
                        .month: USD(micros: 200_000_000), .project: USD(micros: 500_000_000),
                        .user: USD(micros: 100_500_000), .key: USD(micros: 80_000_000),
                    ], alertPercent: 90))
    }

    @Test func `of two files the smaller amount counts, so a project cannot lift what its user has set`() throws {
        let limits = try read("budgets: { day: 20, month: 100 }", "budgets: { day: 50, month: 90, alert: off }")
        #expect(
            limits == BudgetLimits([.day: USD(micros: 20_000_000), .month: USD(micros: 90_000_000)], alertPercent: 0))
    }

    @Test(arguments: [
        ("budgets: 5", "config.yaml:1: budgets has to be a mapping of keys to values"),
        ("budgets:\n  dya: 5", "config.yaml:2: unknown key 'budgets.dya'; did you mean 'day'?"),
        ("budgets:\n  day: lots", "config.yaml:2: budgets.day has to be an amount in dollars, such as 2.50"),
        (
            "budgets:\n  call: 1\n  day: 0",
            "config.yaml:3: budgets.day has to be above zero; leave it out where nothing is to be limited"
        ),
        (
            "budgets: { run: 5 }", "config.yaml:1: budgets.run is not set here: write limits.budget, or give --budget"
        ),
        (
            "budgets: { alert: 101 }",
            "config.yaml:1: budgets.alert has to be a percentage from 1 to 100, or off, not '101'"
        ),
        (
            "budgets: { alert: 80% }",
            "config.yaml:1: budgets.alert has to be a percentage from 1 to 100, or off, not '80%'"
        ),
    ])
    func `a fault names the file, the line, the key and the way out`(text: String, message: String) {
        #expect(throws: SettingsError(message)) { try read(text) }
    }
}
