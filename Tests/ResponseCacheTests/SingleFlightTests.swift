import Conversation
import Money
import ResponseCache
import Synchronization
import Testing
import Timekeeping

@Suite struct SingleFlightTests {
    /// Lets a number of askers in and holds them until the gate opens.
    private final class Gate: Sendable {
        private let opened = AsyncStream<Never>.makeStream()
        let calls = Mutex(0)

        func open() { opened.continuation.finish() }
        func pass() async {
            calls.withLock { $0 += 1 }
            for await _ in opened.stream {}
        }
    }

    private static func ask(
        _ cache: ResponseCache, _ text: String = "q", stop: StopReason = .endOfTurn, through gate: Gate
    ) async throws -> (CacheOutcome, String) {
        var heard = ""
        let outcome = try await cache.answer(Fixture.question(text)) { event in
            if case .text(let text) = event { heard += text }
        } asking: { receive in
            await gate.pass()
            try Task.checkCancellation()
            for event in CachedReply(reply: Fixture.reply("a", stop: stop), cost: .zero, storedAt: .epoch).events() {
                try await receive(event)
            }
            return AskedModel(cost: USD(micros: 9))
        }
        return (outcome, heard)
    }

    @Test func `equal questions at the same time are asked once`() async throws {
        let cache = try await Fixture.cache()
        let gate = Gate()
        let answers = try await withThrowingTaskGroup(of: (CacheOutcome, String).self) { group in
            for _ in 0..<20 { group.addTask { try await Self.ask(cache, through: gate) } }
            while gate.calls.withLock({ $0 }) == 0 { await Task.yield() }
            gate.open()
            var all: [(CacheOutcome, String)] = []
            for try await one in group { all.append(one) }
            return all
        }
        #expect(gate.calls.withLock { $0 } == 1)
        #expect(answers.map(\.1) == Array(repeating: "a", count: 20))
        #expect(answers.count { $0.0 == .asked(AskedModel(cost: USD(micros: 9))) } == 1)
        await cache.close()
    }

    @Test func `an answer that is not kept is nobody else's`() async throws {
        let cache = try await Fixture.cache()
        let gate = Gate()
        let answers = try await withThrowingTaskGroup(of: (CacheOutcome, String).self) { group in
            for _ in 0..<5 { group.addTask { try await Self.ask(cache, stop: .maxTokens, through: gate) } }
            while gate.calls.withLock({ $0 }) == 0 { await Task.yield() }
            gate.open()
            var all: [(CacheOutcome, String)] = []
            for try await one in group { all.append(one) }
            return all
        }
        #expect(gate.calls.withLock { $0 } == 5)
        #expect(answers.allSatisfy { $0.0 == .asked(AskedModel(cost: USD(micros: 9))) && $0.1 == "a" })
        await cache.close()
    }

    @Test func `one that waits takes over from a caller that goes away`() async throws {
        let cache = try await Fixture.cache()
        let gate = Gate()
        let first = Task { try await Self.ask(cache, through: gate) }
        while gate.calls.withLock({ $0 }) == 0 { await Task.yield() }
        let second = Task { try await Self.ask(cache, through: gate) }
        first.cancel()
        while gate.calls.withLock({ $0 }) == 1 { await Task.yield() }
        gate.open()
        await #expect(throws: CancellationError.self) { _ = try await first.value }
        #expect(try await second.value.1 == "a")
        #expect(gate.calls.withLock { $0 } == 2)
        await cache.close()
    }

    @Test func `one that waits can go away`() async throws {
        let cache = try await Fixture.cache()
        guard case .miss(let ticket) = try await cache.look(up: Fixture.question("q")) else {
            Issue.record("there was something")
            return
        }
        let waiting = Task { try await cache.peek(Fixture.question("q")) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { _ = try await waiting.value }
        ticket.keep(Fixture.reply("a"), cost: .zero)
        #expect(try await cache.peek(Fixture.question("q")) == .hit("a", .exact))
        await cache.close()
    }

    @Test func `a failure is passed on and nothing is kept`() async throws {
        let cache = try await Fixture.cache()
        let failure = ModelError(.overloaded, "full")
        await #expect(throws: failure) {
            _ = try await cache.answer(Fixture.question("q")) { _ in
            } asking: { _ in
                throw failure
            }
        }
        #expect(try await cache.peek(Fixture.question("q")) == .miss)
        await cache.close()
    }

    @Test func `the answer of a substitute is not kept`() async throws {
        let cache = try await Fixture.cache()
        let asked = AskedModel(cost: USD(micros: 1), source: .substitute)
        let outcome = try await cache.answer(Fixture.question("q")) { _ in
        } asking: { receive in
            for event in CachedReply(reply: Fixture.reply("a"), cost: .zero, storedAt: .epoch).events() {
                try await receive(event)
            }
            return asked
        }
        #expect(outcome == .asked(asked))
        #expect(try await cache.peek(Fixture.question("q")) == .miss)
        await cache.close()
    }
}
