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
        let choices = try models().choices(for: name, request(), kind: "", inputBytes: 25)
        #expect(choices.map { "\($0.model)" } == expected)
    }

    @Test("of a tier have those that stand in behind them, too")
    func tier() throws {
        let catalogue = try ModelCatalogue()
        let haiku = ModelName(provider: "anthropic", model: "claude-haiku-4-5")
        let gpt = ModelName(provider: "openai", model: "gpt-5")
        var table = RoutingTable()
        table.tiers = [.small: [haiku]]
        table.providers = ["anthropic": .ready, "openai": .ready]
        let models = ServedModels(
            providers: [SilentProvider(name: "anthropic"), SilentProvider(name: "openai")], catalogue: catalogue,
            router: Router(table: table, catalogue: catalogue), names: [haiku], fallbacks: [haiku: [gpt]])
        let choices = try models.choices(for: "small", request(), kind: "", inputBytes: 30)
        #expect(choices.map(\.model) == [haiku, gpt])
    }

    @Test("that nobody has are refused with the nearest name")
    func unknown() throws {
        #expect(
            throws: ServedFault(
                .notFound, "there is no model 'smal-1' here; did you mean 'small-1'?", path: "model",
                code: "model_not_found")
        ) {
            _ = try models().choices(for: "smal-1", request(), kind: "", inputBytes: 25)
        }
    }

    @Test("have their whole limit set aside where the client names none, and never more than it")
    func outputLimit() throws {
        let choice = try #require(try models().choices(for: "b/strong", request(), kind: "", inputBytes: 25).first)
        var open = request(output: 0)
        open.assumesOutputLimit = true
        #expect(choice.outputTokens(for: open) == choice.card.maxOutputTokens)
        #expect(choice.outputTokens(for: request(output: 7)) == 7)
        #expect(choice.outputTokens(for: request(output: .max)) == choice.card.maxOutputTokens)
    }

    @Test(
        "that their provider does not know are told with the nearest that is configured or in the catalogue",
        arguments: [
            ("b/stong", "; did you mean 'b/strong'?"), ("a/small-2", "; did you mean 'a/small-1'?"),
            ("a/nothing-like-it", ""),
        ])
    func providersWord(name: String, hint: String) throws {
        let model = try #require(ModelName(name))
        let fault = try models().fault(of: ModelError(.unknownModel, "it does not know \(name)"), asked: model)
        #expect(fault.kind == .notFound && fault.message == "it does not know \(name)\(hint)")
        let other = try models().fault(of: ModelError(.overloaded, "busy"), asked: model)
        #expect(other.message == "busy")
    }

    @Test("have their input counted by their own measure")
    func tokens() throws {
        let choices = try models().choices(for: "b/strong", request(), kind: "", inputBytes: 3_000)
        #expect(choices.first?.inputTokens == 1_200)
        let known = try ModelCatalogue()
        #expect(known.tokens(inBytes: 3_000, of: ModelName(provider: "anthropic", model: "claude-sonnet-4-5")) == 1_000)
        #expect(known.tokens(inBytes: 3_000, of: ModelName(provider: "x", model: "nobody")) == 1_200)
    }
}
