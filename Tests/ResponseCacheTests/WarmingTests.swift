import Conversation
import Files
import Money
import ResponseCache
import Testing

@Suite struct WarmingTests {
    @Test func `a file's answers are given to its questions`() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let file = folder / "warm.jsonl"
            try FileSystem.write(
                #"""
                {"model": "p/m", "request": {"system": "Be brief.", "messages": [{"role": "user", "content": "q"}], "max_tokens": 100, "temperature": 0}, "reply": "a"}

                {"kind": "analysis", "model": "p/m", "request": {"system": "Be brief.", "messages": [{"role": "user", "content": "q"}], "max_tokens": 100, "temperature": 0.0}, "reply": {"text": "b", "output_tokens": 3}, "cost_usd": 0.0025}
                {"model": "p/m", "request": {"messages": [{"role": "user", "content": "hot"}], "max_tokens": 100, "temperature": 1}, "reply": "c"}
                """#, to: file)
            let cache = try await Fixture.cache()
            #expect(try await cache.warm(from: file, scope: Fixture.scope) == CacheWarming(kept: 2, passedOver: 1))
            #expect(try await cache.peek(Fixture.question("q")) == .hit("a", .exact))
            #expect(try await cache.peek(Fixture.question("q", kind: .analysis)) == .hit("b", .exact))
            #expect(cache.counts[.analysis]?[.savedMicros] == 2500)
            #expect(cache.counts[.analysis]?[.savedOutputTokens] == 3)
            await cache.close()
        }
    }

    @Test(
        "A line's fault says where it is and what is wrong",
        arguments: [
            ("{", "is no JSON: "), ("[]", "the line has to be an object, not an empty array"),
            (#"{"modle": "m"}"#, "modle is not known (known: kind, model, request, reply, cost_usd)"),
            (#"{"kind": "poem"}"#, "kind has to be one of analysis, decomposition, response, not 'poem'"),
            (#"{"kind": 3}"#, "kind has to be a text, not 3"), ("{}", "model is missing"),
            (#"{"model": "m", "request": 1}"#, "request has to be an object, not 1"),
            (#"{"model": "m", "request": {"messages": {}}}"#, "request.messages has to be a list, not an empty object"),
            (
                #"{"model": "m", "request": {"messages": [{"role": "bot", "content": ""}]}}"#,
                "request.messages[0].role has to be user, assistant or system, not 'bot'"
            ),
            (
                #"{"model": "m", "request": {"messages": [{"role": "user", "content": "q"}]}}"#,
                "request.max_tokens is missing"
            ),
            (
                #"{"model": "m", "request": {"messages": [], "max_tokens": 5}}"#,
                "request is malformed: the conversation is empty"
            ),
            (
                #"{"model": "m", "request": {"messages": [{"role": "user", "content": "q"}], "max_tokens": 5, "temperature": -1}}"#,
                "request.temperature has to be a number of at least 0, not -1"
            ),
            (
                #"{"model": "m", "request": {"messages": [{"role": "user", "content": "q"}], "max_tokens": 5}, "reply": " "}"#,
                "reply has no words"
            ),
            (
                #"{"model": "m", "request": {"messages": [{"role": "user", "content": "q"}], "max_tokens": 5}, "reply": "a", "cost_usd": 1e300}"#,
                "cost_usd has to be an amount in dollars, such as 0.002"
            ),
        ])
    func faults(_ line: String, _ message: String) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let file = folder / "warm.jsonl"
            try FileSystem.write("\n\(line)\n", to: file)
            let cache = try await Fixture.cache()
            let warming = try await cache.warm(from: file, scope: Fixture.scope)
            #expect(warming.kept == 0)
            #expect(warming.faults.count == 1)
            #expect(warming.faults.first?.hasPrefix("\(file.string):2: \(message)") == true, "\(warming.faults)")
            await cache.close()
        }
    }

    @Test func `a file that is not there is said to be`() async throws {
        let cache = try await Fixture.cache()
        await #expect(throws: CacheError.self) {
            _ = try await cache.warm(from: "/nowhere/warm.jsonl", scope: Fixture.scope)
        }
        await cache.close()
    }
}
