import Conversation
import Gateway
import Testing
import WireFormats

@testable import Serving

/// What a name stands for (G3, G11).
@Suite("The models that are served")
struct ServedModelsTests {
    private struct SilentProvider: ModelProvider {
        var name: String
        func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {}
    }

    private func models() throws -> ServedModels {
        let catalogue = try ModelCatalogue()
        var table = RoutingTable()
        table.standard = ModelName("b/strong")
        table.providers = ["a": .ready, "b": .ready]
        return ServedModels(
            providers: [SilentProvider(name: "a"), SilentProvider(name: "b")], catalogue: catalogue,
            router: Router(table: table, catalogue: catalogue),
            names: [ModelName("a/small-1"), ModelName("b/strong")].compactMap(\.self),
            fallbacks: [ModelName(provider: "a", model: "small-1"): [ModelName(provider: "b", model: "strong")]],
            aliases: ["claude-haiku-4-5": "a/small-1"])
    }

    private func request(output: Int = 100) -> ModelRequest {
        ModelRequest(
            model: "x", system: "", messages: [.user("Hello")], maxOutputTokens: output,
            purpose: .init(agent: "", step: "", turn: 1))
    }

    @Test(
        "are found by whole names, their own, and aliases, with those that stand in behind",
        arguments: [
            ("a/small-1", ["a/small-1", "b/strong"]), ("small-1", ["a/small-1", "b/strong"]),
            ("claude-haiku-4-5", ["a/small-1", "b/strong"]), ("b/strong", ["b/strong"]), ("b/new", ["b/new"]),
        ])
    func names(name: String, expected: [String]) throws {
        let choices = try models().choices(for: name, request(), kind: "", inputTokens: 10)
        #expect(choices.map { "\($0.model)" } == expected)
    }

    @Test("that nobody has are refused with the nearest name")
    func unknown() throws {
        #expect(
            throws: ServedFault(
                .notFound, "there is no model 'smal-1' here; did you mean 'small-1'?", path: "model",
                code: "model_not_found")
        ) {
            _ = try models().choices(for: "smal-1", request(), kind: "", inputTokens: 10)
        }
    }

    @Test("have their whole limit set aside where the client names none, and never more than it")
    func outputLimit() throws {
        let choice = try #require(try models().choices(for: "b/strong", request(), kind: "", inputTokens: 10).first)
        var open = request(output: 0)
        open.assumesOutputLimit = true
        #expect(choice.outputTokens(for: open) == choice.card.maxOutputTokens)
        #expect(choice.outputTokens(for: request(output: 7)) == 7)
        #expect(choice.outputTokens(for: request(output: .max)) == choice.card.maxOutputTokens)
    }
}
