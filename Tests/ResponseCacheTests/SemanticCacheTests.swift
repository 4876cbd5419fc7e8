import Conversation
import Files
import JSON
import Money
import Synchronization
import Testing
import Timekeeping

@testable import ResponseCache

@Suite struct SemanticCacheTests {
    /// Texts as `angle:words`: the cosine of two is that of the difference of their angles, in degrees.
    private static let angles = TextEmbedder(name: "angles") { text in
        guard let degrees = text.split(separator: ":").first.flatMap({ Double($0) }) else { return [] }
        // The sine and cosine without a library: a rotation by one degree, so often.
        var (x, y) = (1.0, 0.0)
        for _ in 0..<Int(degrees) {
            (x, y) = (
                x * 0.9998476951563913 - y * 0.01745240643728351, x * 0.01745240643728351 + y * 0.9998476951563913
            )
        }
        return [Float(x), Float(y), 0]
    }

    private static var policy: CachePolicy {
        var policy = CachePolicy()
        policy.isSemantic = true
        return policy
    }

    private static func cache(_ file: FilePath? = nil, _ clock: WallClock = ManualClock().wall) async throws
        -> ResponseCache
    {
        try await Fixture.cache(file, clock: clock, policy: policy, embedder: angles)
    }

    private static func similarity(_ found: Found) -> Double? {
        if case .hit(_, .similar(let cosine)) = found { cosine } else { nil }
    }

    @Test(
        "Each kind has its own bound",
        arguments: [
            // cos 31° = 0.857, cos 32° = 0.848
            (CacheKind.response, 31, true), (.response, 32, false),
            // cos 25° = 0.906, cos 26° = 0.899
            (.decomposition, 25, true), (.decomposition, 26, false),
            // cos 18° = 0.951, cos 19° = 0.946
            (.analysis, 18, true), (.analysis, 19, false),
        ])
    func bounds(_ kind: CacheKind, _ degrees: Int, _ isHit: Bool) async throws {
        let cache = try await Self.cache()
        try await cache.store("a", for: Fixture.question("0:one", kind: kind))
        await cache.flush()
        let found = try await cache.peek(Fixture.question("\(degrees):two", kind: kind))
        #expect((Self.similarity(found) != nil) == isHit)
        if !isHit { #expect(found == .miss) }
        await cache.close()
    }

    @Test func `the nearest answer is given, also after a restart`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let first = try await Self.cache(folder / "cache.db")
            // Once before the group is in memory, and once after.
            try await first.store("far", for: Fixture.question("30:x"))
            await first.flush()
            #expect(try await first.peek(Fixture.question("5:q")).text == "far")
            try await first.store("near", for: Fixture.question("10:x"))
            await first.flush()
            let found = try await first.peek(Fixture.question("5:q"))
            #expect(found.text == "near")
            #expect(abs((Self.similarity(found) ?? 0) - 0.99619) < 0.0001)
            #expect(try await first.peek(Fixture.question("30:x")) == .hit("far", .exact))
            await first.close()
            let second = try await Self.cache(folder / "cache.db")
            #expect(try await second.peek(Fixture.question("5:q")).text == "near")
            await second.close()
        }
    }

    @Test func `only the last words may differ`() async throws {
        let cache = try await Self.cache()
        try await cache.store("a", for: Fixture.question("0:one"))
        await cache.flush()
        let same = CacheQuestion(Fixture.request("1:two"), target: "p/m", scope: Fixture.scope)
        var others: [CacheQuestion] = []
        func other(_ change: (inout CacheQuestion) -> Void) {
            var question = same
            change(&question)
            others.append(question)
        }
        other { $0.request.system = "Be long." }
        other { $0.target = "p/n" }
        other { $0.scope.key = "l" }
        other { $0.scope.project = "o" }
        other { $0.kind = .decomposition }
        other { $0.request.responseFormat = .jsonObject }
        other { $0.request.messages = [.user("a"), .assistant("b"), .user("1:two")] }
        other {
            $0.request.messages = [Message(role: .user, content: [.text("1:two"), .native(NativePart(.ollama, 1))])]
        }
        for question in others { #expect(try await cache.peek(question) == .miss) }
        #expect(try await cache.peek(same).text == "a")
        await cache.close()
    }

    @Test func `what has expired or was replaced is not similar to anything`() async throws {
        let time = ManualClock()
        let cache = try await Self.cache(nil, time.wall)
        try await cache.store("old", for: Fixture.question("0:one"))
        await cache.flush()
        try await cache.store("new", for: Fixture.question("0:one"))
        await cache.flush()
        #expect(try await cache.peek(Fixture.question("1:two")).text == "new")
        time.advance(by: .seconds(86_400))
        #expect(try await cache.peek(Fixture.question("1:two")) == .miss)
        await cache.close()
    }

    @Test func `another process's vectors are found`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let time = ManualClock()
            let one = try await Self.cache(folder / "cache.db", time.wall)
            let two = try await Self.cache(folder / "cache.db", time.wall)
            #expect(try await two.peek(Fixture.question("1:two")) == .miss)
            try await one.store("a", for: Fixture.question("0:one"))
            await one.flush()
            time.advance(by: .seconds(1))
            #expect(try await two.peek(Fixture.question("1:two")).text == "a")
            await one.close()
            await two.close()
        }
    }

    @Test func `without a vector a question is a miss like any other`() async throws {
        var impatient = Self.angles
        impatient.patience = .milliseconds(1)
        impatient.embed = { _ in
            // Ends with its cancellation alone.
            for await _ in AsyncStream<Never>.makeStream().stream {}
            throw CancellationError()
        }
        var failing = Self.angles
        failing.embed = { _ in throw CacheError(.embedder, "out of order") }
        var blunt = Self.angles
        blunt.embed = { _ in [0, 0] }
        for embedder in [impatient, failing, blunt] {
            let cache = try await Fixture.cache(policy: Self.policy, embedder: embedder)
            #expect(try await cache.peek(Fixture.question("0:one")) == .miss)
            #expect(cache.counts[.response]?[.notEmbedded] == 1)
            await cache.close()
        }
    }

    @Test func `long texts are not compared`() async throws {
        let cache = try await Self.cache()
        let long = String(repeating: "x", count: 2000)
        try await cache.store("a", for: Fixture.question("0:\(long)"))
        await cache.flush()
        #expect(try await cache.peek(Fixture.question("0:\(long)y")) == .miss)
        #expect(cache.counts[.response]?[.notEmbedded] == nil)
        await cache.close()
    }

    @Test func `without being switched on nothing is similar`() async throws {
        let cache = try await Fixture.cache(embedder: Self.angles)
        try await cache.store("a", for: Fixture.question("0:one"))
        await cache.flush()
        #expect(try await cache.peek(Fixture.question("0:two")) == .miss)
        await cache.close()
    }
}

extension Found {
    var text: String? { if case .hit(let text, _) = self { text } else { nil } }
}
