import FakeModelServer
import Files
import JSON
import Subprocess
import Testing

/// Virtual keys and the report of spending by the real program (G8, G9).
@Suite("Keys on the command line", .timeLimit(.minutes(10)))
struct KeysCommandTests {
    @Test("a key is made, shown, rotated and revoked; its text is shown when it is new, and never again")
    func life() async throws {
        try await Stage.with { stage in
            let made = try await stage.vencejo(
                "keys", "create", "ci", "--budget-day", "5", "--rpm", "60", "--models", "a/*,b/c", "--user", "ana",
                "--expires", "90d", "--json")
            #expect(made.status == 0, "\(made.errors)")
            let text = try #require(try made.json["key"]?.stringValue)
            #expect(text.hasPrefix("vj-"))
            #expect(text.utf8.count == 46)
            let again = try await stage.vencejo("keys", "create", "ci")
            #expect(again.status == 2)
            #expect(again.errors.contains("there is a key named 'ci' already"))
            let shown = try await stage.vencejo("keys", "show", "ci", "--json")
            #expect(try shown.json["budgets"]?["day_usd_micros"] == 5_000_000)
            #expect(try shown.json["models"] == ["a/*", "b/c"])
            let card = try await stage.vencejo("keys", "show", String(text.prefix(7)))
            #expect(card.output.contains("60 a minute"))
            let rotated = try await stage.vencejo("keys", "rotate", "ci")
            #expect(rotated.output.hasPrefix("vj-"))
            #expect(!rotated.output.contains(text))
            let byText = try await stage.vencejo("keys", "revoke", text)
            #expect(byText.status == 2)
            #expect(!byText.errors.contains(text))
            let revoked = try await stage.vencejo("keys", "revoke", "ci", "--json")
            #expect(try revoked.json["state"] == "revoked")
            let none = try await stage.vencejo("keys", "list", "--json")
            #expect(try none.json == [])
            let all = try await stage.vencejo("keys", "list", "--all")
            for outcome in [shown, card, none, all, again] {
                #expect(!(outcome.output + outcome.errors).contains(text.dropFirst(8)))
            }
        }
    }

    @Test(
        "what makes no sense is refused with the option, the value and the fix",
        arguments: [
            (["--budget", "five"], "--budget takes an amount in US dollars such as 5 or 0.50, not 'five'"),
            (["--rpm", "0"], "--rpm takes a whole number from 1 on, not '0'"),
            (["--expires", "soon"], "--expires takes a day such as 2026-12-31"),
            (["--expires", "2020-01-01"], "which is past: name a later time"),
            (["--user", " "], "--user is empty: give a name, or leave it out"),
        ])
    func refused(options: [String], message: String) async throws {
        try await Stage.with { stage in
            let result = try await stage.command(["keys", "create", "k"] + options).run()
            #expect(result.status == .exited(2))
            #expect(result.stderr.text.contains(message))
        }
    }

    @Test("the report has what runs have cost, and hints are computed from it")
    func report() async throws {
        try await Stage.with { stage in
            let run = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(run.status == 0, "\(run.errors)")
            let costs = try await stage.vencejo("costs", "show", "--json")
            let report = try await stage.vencejo("costs", "report", "--by", "kind", "--json")
            #expect(try report.json["total_usd_micros"] == costs.json["total_usd_micros"])
            #expect(try report.json["total_usd_micros"] != 0)
            let hints = try await stage.vencejo("costs", "hints", "--json")
            #expect(hints.status == 0, "\(hints.errors)")
            #expect(try hints.json["hints"] != nil)
        }
    }
}
