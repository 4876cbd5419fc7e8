import FakeModelServer
import JSON
import Testing

/// A run goes on with the model that stands in, in the real program (G5).
@Suite(.timeLimit(.minutes(10)))
struct FallbackTests {
    private static let prices = """
        { input: 3.00, output: 15.00 }
            fake/fake-2: { input: 3.00, output: 15.00 }
          fallbacks:
            fake/fake-1: [fake/fake-2]
        """

    @Test("a call that fails is answered by the model that stands in, and nothing is bought twice")
    func standIn() async throws {
        let fails: Set<Int> = [1, 4]
        try await Stage.with(
            price: Self.prices,
            decide: { _, number in
                fails.contains(number) ? .status(529, headers: [], body: "{}") : .answer
            }
        ) { stage in
            let done = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.errors.contains("fake/fake-2 stands in for fake/fake-1: fake is overloaded (HTTP 529: {})"))
            #expect(stage.server.violations == [] && stage.server.boughtTwice == [])
            let models = stage.server.requests.compactMap { $0["model"]?.stringValue }
            #expect(models.count { $0 == "fake-2" } == fails.count)
            #expect(Array(models.prefix(2)) == ["fake-1", "fake-2"])
            let lines = try await stage.vencejo("runs", "watch", "latest", "--events").output.split(separator: "\n")
            let events = try lines.map { try JSONValue(parsing: String($0)) }.compactMap {
                $0["event"]?["modelFellBack"]
            }
            #expect(events.map { $0["to"]?.stringValue } == ["fake/fake-2", "fake/fake-2"])
            let costs = try await stage.vencejo("costs", "show", "--by", "model", "--json").json
            #expect(Set((costs["lines"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }).count == 2)
        }
    }

    @Test("a model that stands in and is not configured is named before anything is done")
    func unknown() async throws {
        let prices = "{ input: 3.00, output: 15.00 }\n  fallbacks: { fake/fake-1: [fakes/x] }"
        try await Stage.with(price: prices) { stage in
            let refused = try await stage.vencejo("run", Stage.request, "--yes")
            #expect(refused.status == 2)
            #expect(
                refused.errors.contains(
                    "models.fallbacks names fakes/x, but there is no provider 'fakes'; did you mean 'fake'?"))
            #expect(stage.server.requests == [])
        }
    }
}
