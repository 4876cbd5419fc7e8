import FakeModelServer
import JSON
import Subprocess
import Testing

/// Budgets with the real program: gates, cheaper models, cut streams, and what the commands show (G8).
@Suite("Budgets")
struct BudgetTests {
    /// Events of the latest run whose case is this, as the objects that `--events` prints.
    private static func events(_ name: String, on stage: Stage) async throws -> [JSONValue] {
        let lines = try await stage.vencejo("runs", "watch", "latest", "--events").output.split(separator: "\n")
        return try lines.map { try JSONValue(parsing: String($0)) }.compactMap { $0["event"]?[name] }
    }

    @Test("a run that comes to the day's limit waits at a gate that names it, and goes on when it is raised")
    func dayGate() async throws {
        try await Stage.with(configuration: "budgets: { day: 0.30, alert: 10 }") { stage in
            let stopped = try await stage.vencejo("run", Stage.request, "--yes", changes: ["VENCEJO_USER": "ana"])
            #expect(stopped.status == 4, "\(stopped.errors)")
            let gate = try #require(try await stage.vencejo("gates", "list", "--json").json.arrayValue?.first)
            #expect(gate["refusal"]?["account"]?["scope"] == "day")
            #expect(gate["question"]?.stringValue?.contains("(UTC)") == true)
            for word in ["Spent:", "Set aside", "Needed", "zero again at"] {
                #expect(gate["details"]?.stringValue?.contains(word) == true)
            }
            let id = gate["id"]?.stringValue ?? ""
            let small = try await stage.vencejo("gates", "answer", id, "0.10")
            #expect(small.status == 2)
            #expect(small.errors.contains("is $0.30 now; answer with a larger amount than that"))
            try await stage.vencejo("gates", "answer", id, "9.00", changes: ["VENCEJO_USER": "ana"])
            let done = try await stage.vencejo(
                "runs", "resume", "latest", "--yes", changes: ["VENCEJO_USER": "ana"])
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })

            let allowed = try await Self.events("budgetAllowed", on: stage)
            #expect(allowed.map { $0["limit"]?.intValue } == [9_000_000])
            #expect(allowed.first?["by"] == "ana")
            let warned = try await Self.events("budgetWarning", on: stage)
            #expect(warned.count { $0["of"]?["scope"] == "day" } == 1)

            let all = try await stage.vencejo("runs", "watch", "latest", "--events").output.split(separator: "\n")
            let numbers = try all.map { try JSONValue(parsing: String($0))["number"]?.intValue }
            #expect(numbers == (1...all.count).map { $0 })
            let later = try await stage.vencejo("runs", "watch", "latest", "--events", "--after", "5").output
            #expect(later.split(separator: "\n") == Array(all.dropFirst(5)))
            let wrong = try await stage.vencejo("runs", "watch", "latest", "--after", "five")
            #expect(wrong.status == 2)
            #expect(wrong.errors.contains("--after takes the number of an event, 0 or more, not 'five'"))

            let budgets = try await stage.vencejo("costs", "budgets", "--json", changes: ["VENCEJO_USER": "ana"]).json
            let accounts = budgets["accounts"]?.arrayValue ?? []
            let spent = try await stage.vencejo("runs", "show", "latest", "--json").json["spent_usd_micros"]
            for scope in ["day", "month", "project", "user", "key"] {
                let account = try #require(accounts.first { $0["scope"]?.stringValue == scope })
                #expect(account["spent_usd_micros"] == spent, "\(scope)")
                #expect(account["reserved_usd_micros"] == 0)
            }
            #expect(accounts.first { $0["scope"] == "day" }?["limit_usd_micros"] == 9_000_000)
            #expect(accounts.first { $0["scope"] == "user" }?["name"] == "ana")
            #expect(accounts.first { $0["scope"] == "key" }?["name"] == "fake")
        }
    }

    @Test("a run in the balanced mode goes on with a cheaper model where the money is short, and says so")
    func downgrade() async throws {
        let prices = "{ input: 3.00, output: 15.00 }\n    fake/fake-2: { input: 0.03, output: 0.15 }"
        try await Stage.with(price: prices) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes", "--budget", "0.30")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.errors.contains("fake/fake-2 is asked instead of fake/fake-1"))
            #expect(stage.server.violations == [])
            let models = Set(stage.server.requests.compactMap { $0["model"]?.stringValue })
            #expect(models == ["fake-1", "fake-2"])
            let downgraded = try await Self.events("modelDowngraded", on: stage)
            #expect(downgraded.first?["because"]?["account"]?["scope"] == "run")
            let costs = try await stage.vencejo("costs", "show", "--by", "model", "--json").json
            #expect(Set((costs["lines"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }).count == 2)
            #expect((costs["total_usd_micros"]?.intValue ?? .max) <= 300_000)
        }
    }

    @Test("a run in the performance mode is never given a cheaper model")
    func noDowngrade() async throws {
        let prices = "{ input: 3.00, output: 15.00 }\n    fake/fake-2: { input: 0.03, output: 0.15 }"
        try await Stage.with(price: prices) { stage in
            let stopped = try await stage.vencejo(
                "run", Stage.request, "--yes", "--budget", "0.30", "--mode", "performance")
            #expect(stopped.status == 4, "\(stopped.errors)")
            #expect(stage.server.requests.allSatisfy { $0["model"] == "fake-1" })
        }
    }

    @Test("a stream that is cut off is charged for what was used", arguments: Stage.Wire.allCases)
    func cutStreams(wire: Stage.Wire) async throws {
        let first = ModelCall(step: "specify", turn: 1)
        try await Stage.with(wire: wire, decide: { call, number in call == first && number == 1 ? .cut : .answer }) {
            stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(done.status == 0, "\(done.errors)")
            let costs = try await stage.vencejo("costs", "show", "--run", "latest", "--json").json
            let lines = costs["lines"]?.arrayValue ?? []
            let cut = try #require(lines.first { $0["name"] == "specify" })
            #expect(cut["unanswered"] == 1)
            #expect(lines.reduce(0) { $0 + ($1["unanswered"]?.intValue ?? 0) } == 1)
            // The one that was cut had its input read; each whole answer is charged 1000 in and 100 out.
            let whole = (cut["calls"]?.intValue ?? 0) - 1
            let extra = (cut["cost_usd_micros"]?.intValue ?? 0) - whole * (1000 * 3 + 100 * 15)
            #expect(extra >= 1000 * 3, "\(costs)")
            #expect((cut["input_tokens"]?.intValue ?? 0) >= (whole + 1) * 1000)
        }
    }

    @Test("what was spent, what may be and what to expect is shown in plain text within 80 columns")
    func text() async throws {
        try await Stage.with(configuration: "budgets: { month: 50, task: 2, alert: 90 }") { stage in
            let nothing = try await stage.vencejo("costs", "show")
            #expect(nothing.output == "Nothing was spent.\n")
            let thumb = try await stage.vencejo("costs", "estimate", "Add a flag", "--json").json
            #expect(thumb["seen"] == 0)
            #expect(thumb["basis"]?.stringValue?.hasPrefix("a rule of thumb, as no run of this project") == true)
            let done = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(done.status == 0, "\(done.errors)")

            for by in ["day", "model", "project", "task", "agent"] {
                let shown = try await stage.vencejo("costs", "show", "--by", by)
                #expect(shown.output.hasPrefix(by.uppercased()))
                #expect(shown.output.contains("Total $"))
                Self.expectPlain(shown.output)
            }
            let budgets = try await stage.vencejo("costs", "budgets")
            for word in ["each task", "$2.00", "$50.00", "month 20", "never", "You are warned at 90 % of a limit."] {
                #expect(budgets.output.contains(word), "\(budgets.output)")
            }
            Self.expectPlain(budgets.output)
            let estimate = try await stage.vencejo("costs", "estimate", "Add a flag")
            #expect(estimate.output.contains("the middle half of 1 finished run of this project"))
            let later = try await stage.vencejo("costs", "show", "--since", "2999-01-01")
            #expect(later.output == "Nothing was spent.\n")
        }
    }

    private static func expectPlain(_ text: String) {
        #expect(!text.contains("\u{1B}"))
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test(
        "bad input gets one sentence",
        arguments: [
            (["costs", "show", "--since", "yesterday"], "--since takes a day such as 2026-11-21, not 'yesterday'"),
            (["costs", "show", "--since", "2026-02-30"], "--since takes a day such as 2026-11-21, not '2026-02-30'"),
            (["costs", "show", "--run", "feedc0de"], "there is no run 'feedc0de'"),
            (["costs", "estimate"], "there is nothing to estimate: give a request in quotes, or a run with --run"),
            (["costs", "estimate", "x", "--run", "latest"], "give a request or a run, not both"),
            (["costs", "estimate", " "], "the request is empty"),
            (["costs", "show", "--by", "hour"], "day, model, project, task, agent"),
        ])
    func badInput(arguments: [String], message: String) async throws {
        try await Stage.with { stage in
            let result = try await stage.command(arguments).run()
            #expect(result.status == .exited(2))
            #expect(result.stderr.text.contains(message), "\(result.stderr.text)")
        }
    }
}
