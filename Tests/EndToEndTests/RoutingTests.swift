import Examples
import FakeModelServer
import Files
import JSON
import LoopbackHTTP
import Subprocess
import Synchronization
import Testing

/// Which model is asked, with the real program: explained, escalated, lowered, and of unknown price (G3, G4, G12).
@Suite("Routing")
struct RoutingTests {
    private static let prices = "{ input: 3.00, output: 15.00 }\n    fake/fake-2: { input: 3.00, output: 15.00 }"
    /// Two tiers; all work begins in the smaller one.
    private static let tiers = """
          tiers: { small: [fake/fake-1], medium: [fake/fake-2] }
          kinds: { specify: small, plan: small, code: small }
        """

    private static func events(_ name: String, on stage: Stage) async throws -> [JSONValue] {
        let lines = try await stage.vencejo("runs", "watch", "latest", "--events").output.split(separator: "\n")
        return try lines.map { try JSONValue(parsing: String($0)) }.compactMap { $0["event"]?[name] }
    }

    /// The models that answered a step's turns.
    private static func models(of step: String, on stage: Stage) -> [String] {
        stage.server.requests.filter { $0.text().contains(step) }.compactMap { $0["model"]?.stringValue }
    }

    // MARK: - Explaining

    @Test("the decision is explained within 80 columns, with every configured model once")
    func explain() async throws {
        let configuration = """
              tiers: { small: [fake/fake-1, gone/tiny], medium: [fake/fake-2], large: [fake/unpriced] }
              roles: { reviewer: medium }
            """
        try await Stage.with(configuration: configuration, price: Self.prices) { stage in
            let shown = try await stage.vencejo(
                "models", "explain", "--role", "developer", "Fix the race between the two writers")
            #expect(shown.status == 0, "\(shown.errors)")
            for line in shown.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
            for word in [
                "complexity 32, code, balanced → small", "ask    fake/fake-1", "a tier above", "its provider is not",
            ] {
                #expect(shown.output.contains(word), "\(shown.output)")
            }
            let long = try await stage.vencejo(
                "models", "explain", "--kind", "review", "--mode", "performance", "--tokens", "200000", "--images",
                "--json")
            #expect(long.status == 1)
            let json = try long.json
            #expect(json["chosen"] == .null && json["refusal"]?.stringValue?.contains("lacks images") == true)
            let named = (json["candidates"]?.arrayValue ?? []) + (json["rejected"]?.arrayValue ?? [])
            #expect(
                named.compactMap { $0["model"]?.stringValue }.sorted()
                    == ["fake/fake-1", "fake/fake-2", "fake/unpriced", "gone/tiny"])
            let reasons = Dictionary(
                uniqueKeysWithValues: named.map { ($0["model"]?.stringValue ?? "", $0["reason"]?.stringValue ?? "") })
            #expect(reasons["gone/tiny"] == "not_configured" && reasons["fake/unpriced"] == "price_unknown")
            #expect(reasons["fake/fake-1"] == "lacks_capability")

            let role = try await stage.vencejo("models", "explain", "--role", "reviewer", "--json").json
            #expect(role["rule"] == "models.roles.reviewer" && role["chosen"] == "fake/fake-2")
            let list = try await stage.vencejo("models", "list", "--json").json
            let facts = list["models"]?.arrayValue ?? []
            #expect(facts.first?["prices"]?["input"] == 3_000_000 && facts.last?["prices"] == .null)
            let all = try await stage.vencejo("models", "list", "--all")
            for line in all.output.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
            #expect(all.output.contains("claude-opus-5-5") && all.output.contains("2026-09-22"))
            #expect(stage.server.requestCount == 0)
        }
    }

    @Test(
        "bad input gets one sentence",
        arguments: [
            (["models", "explain", "--kind", "thinking"], "", "--kind must be one of specify, plan, code"),
            (
                ["models", "explain", "--tokens", "many"], "",
                "--tokens takes a number of tokens, such as 50000, not 'many'"
            ),
            (
                ["models", "list"], "  roles: { planner: huge }",
                "models.roles.planner has to be a tier (small, medium, large, frontier)"
            ),
            (
                ["models", "explain"], "  roles: { planner: large }",
                "models.roles.planner asks for the tier large, and models.tiers.large lists no model"
            ),
            (["run", "x"], "  catalogue: nowhere.yaml", "the catalogue of models cannot be read"),
            (["run", "x", "--model", "large"], "", "--model takes provider/model, not the tier 'large'"),
        ])
    func badInput(arguments: [String], configuration: String, message: String) async throws {
        try await Stage.with(configuration: configuration) { stage in
            let result = try await stage.command(arguments).run()
            #expect(result.status == .exited(2))
            #expect(result.stderr.text.contains(message), "\(result.stderr.text)")
        }
    }

    @Test("a project's own catalogue gives a price, and a fault in it is told with its line")
    func ownCatalogue() async throws {
        try await Stage.with(configuration: "  roles: { reviewer: fake/house }") { stage in
            let file = stage.project / ".vencejo/models.yaml"
            try FileSystem.write(
                "models:\n  fake/house:\n    context: 50000\n    prices: { input: 0.5, output: 1 }\n    as_of: 2026-11-21\n",
                to: file)
            let untrusted = try await stage.vencejo("models", "explain", "--role", "reviewer")
            #expect(untrusted.status == 2 && untrusted.errors.contains("config trust"), "\(untrusted.errors)")
            try await stage.configure(try stage.settings)
            let explained = try await stage.vencejo("models", "explain", "--role", "reviewer", "--json")
            #expect(try explained.json["chosen"] == "fake/house", "\(explained.errors)")
            try FileSystem.write("models:\n  fake/house:\n    contxt: 50000\n", to: file)
            try await stage.configure(try stage.settings)
            let wrong = try await stage.vencejo("models", "explain", "--role", "reviewer")
            #expect(wrong.status == 2)
            #expect(
                wrong.errors.contains(
                    ".vencejo/models.yaml:3: unknown key 'models.fake/house.contxt'; did you mean 'context'?"))
        }
    }

    // MARK: - Escalation

    @Test("a task whose verification failed goes on with a model a tier up, and the next task begins below again")
    func escalation() async throws {
        try await Stage.with(configuration: Self.tiers, price: Self.prices) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.errors.contains("fake/fake-2 goes on with task/T002 instead of fake/fake-1"))
            #expect(stage.server.violations == [])
            try await Self.expectOneEscalation(on: stage)
            let costs = try await stage.vencejo("costs", "show", "--by", "model", "--json").json
            let calls = (costs["lines"]?.arrayValue ?? []).map { ($0["name"]?.stringValue, $0["calls"]?.intValue) }
            #expect(calls.contains { $0.0 == "fake/fake-2" && $0.1 == 3 }, "\(calls)")
        }
    }

    @Test("an escalation that was recorded before a crash holds after it, and is made once")
    func escalationAndCrash() async throws {
        let seen = Mutex(0)
        try await Stage.with(
            configuration: Self.tiers, price: Self.prices,
            decide: { call, _ in
                guard call == ModelCall(step: "task/T002", turn: 4) else { return .answer }
                return seen.withLock { count in
                    count += 1
                    return count == 1 ? .hold : .answer
                }
            }
        ) { stage in
            try await stage.vencejoKilled(["run", Stage.request, "--yes"]) { await stage.server.holding.opened() }
            // What the configuration says by now does not matter: the decision is in the journal.
            try await stage.configure(
                try stage.settings.replacing("medium: [fake/fake-2]", with: "medium: [fake/fake-1b]"))
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes")
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.violations == [])
            try await Self.expectOneEscalation(on: stage)
            #expect(stage.server.purchases.values.allSatisfy { $0 == 1 })
        }
    }

    private static func expectOneEscalation(on stage: Stage) async throws {
        let escalated = try await events("modelEscalated", on: stage)
        #expect(escalated.count == 1)
        #expect(escalated.first?["step"] == "task/T002" && escalated.first?["from"] == "fake/fake-1")
        #expect(escalated.first?["to"] == "fake/fake-2")
        #expect(escalated.first?["because"]?.stringValue?.contains("exit status") == true)
        let opened = try await events("sessionOpened", on: stage).compactMap { $0["model"]?.stringValue }
        #expect(opened.allSatisfy { $0 == "fake/fake-1" })
        let models = stage.server.requests.compactMap { $0["model"]?.stringValue }
        #expect(models.last == "fake-1" && Set(models) == ["fake-1", "fake-2"])
    }

    @Test(
        "no tier up where the mode, the cap or a named model is against it",
        arguments: [
            (["--mode", "frugal"], ""), ([], "\n  escalations: 0"), (["--model", "fake/fake-1"], ""),
        ])
    func noEscalation(arguments: [String], more: String) async throws {
        try await Stage.with(configuration: Self.tiers + more, price: Self.prices) { stage in
            let done = try await stage.command(["run", Stage.request, "--yes"] + arguments).run()
            #expect(done.status == .exited(0), "\(done.stderr.text)")
            #expect(stage.server.requests.allSatisfy { $0["model"] == "fake-1" })
            #expect(try await Self.events("modelEscalated", on: stage).isEmpty)
        }
    }

    @Test("where no model can take a step the run stops and says why for each, and goes on when one can")
    func noModel() async throws {
        let small = "{ input: 3.00, output: 15.00, context: 600, max_output: 500 }"
        try await Stage.with(configuration: "  tiers: { small: [fake/fake-1], medium: [fake/fake-2] }", price: small) {
            stage in
            let text = try stage.settings
            try await stage.configure(text.replacing("  tiers:", with: "    fake/fake-2: \(small)\n  tiers:"))
            let stopped = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(stopped.status == 2, "\(stopped.errors)")
            #expect(stopped.errors.contains("no configured model can take this"), "\(stopped.errors)")
            #expect(stopped.errors.contains("its window has 600") && stage.server.requestCount == 0)
            try await stage.configure(
                text.replacing("  tiers:", with: "    fake/fake-2: { input: 3.00, output: 15.00 }\n  tiers:"))
            let done = try await stage.vencejo("runs", "resume", "latest", "--yes")
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.requests.allSatisfy { $0["model"] == "fake-2" })
        }
    }

    // MARK: - Near the budget

    @Test("sessions that are opened near the end of the budget begin a tier down, and say so")
    func lowered() async throws {
        let configuration = """
              tiers: { small: [fake/fake-1], medium: [fake/fake-2] }
              kinds: { specify: medium, plan: medium, code: medium }
            """
        let line = try JSONValue(parsing: String(ExampleProject.session.split(separator: "\n").first ?? ""))
        let calls = (line["calls"]?.arrayValue ?? []).map {
            FakeReply.Call($0["tool"]?.stringValue ?? "", ($0["arguments"] ?? [:]).text())
        }
        // Its usage is said to be most of the budget.
        let dear = FakeReply(
            text: line["say"]?.stringValue, calls: calls, usage: FakeReply.Usage(input: 1_000_000, output: 100))
        let prices = "{ input: 3.00, output: 15.00, context: 2000000, max_output: 1000 }"
        try await Stage.with(
            configuration: configuration, price: prices + "\n    fake/fake-2: " + prices,
            decide: { call, _ in call == ModelCall(step: "specify", turn: 1) ? .reply(dear) : .answer }
        ) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes", "--budget", "3.50")
            #expect(done.status == 0, "\(done.errors)")
            #expect(stage.server.violations == [])
            let lowered = try await Self.events("modelLowered", on: stage)
            #expect(lowered.first?["step"] == "plan" && lowered.first?["from"] == "fake/fake-2")
            #expect(lowered.first?["to"] == "fake/fake-1")
            #expect(lowered.first?["because"]?.stringValue?.hasSuffix("% of the budget is used") == true)
            #expect(try await Self.events("modelEscalated", on: stage).isEmpty)
        }
    }

    // MARK: - Unknown prices

    @Test("a model without a price is refused, or asked where that is allowed, and its cost is unknown and never zero")
    func unknownPrices() async throws {
        try await Stage.with(configuration: "  roles: {}") { stage in
            let text = try stage.settings.replacing("default: fake/fake-1", with: "default: fake/fake-9")
            try await stage.configure(text)
            let refused = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(refused.status == 2 && refused.errors.contains("models.unknown_prices: allow"), "\(refused.errors)")
            try await stage.configure(text.replacing("  roles: {}", with: "  unknown_prices: allow"))
            let done = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.errors.contains("cost unknown") && !done.errors.contains("$0.00"))
            let costs = try await stage.vencejo("costs", "show", "--by", "model")
            #expect(costs.output.contains("Total unknown for ") && !costs.output.contains("$0.00"), "\(costs.output)")
            let lines = try await stage.vencejo("costs", "show", "--by", "model", "--json").json["lines"]?.arrayValue
            #expect(lines?.first?["unpriced"] == lines?.first?["calls"])
            let shown = try await stage.vencejo("runs", "show", "latest")
            #expect(shown.output.contains("Cost      unknown of $5.00"), "\(shown.output)")
            let listed = try await stage.vencejo("models", "list")
            #expect(listed.output.contains("unknown"))
        }
    }
}
