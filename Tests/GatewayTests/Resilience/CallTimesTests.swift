import Conversation
import Gateway
import LoopbackHTTP
import Testing
import Timekeeping

/// Patience, hedging, deadlines and cancellation of a call.
@Suite struct CallTimesTests {
    private static let deadline = Duration.seconds(3600)
    private static func deployment(_ name: String) -> Deployment {
        Deployment(name: ModelName(provider: name, model: "m"))
    }

    // MARK: - Patience

    @Test func `A model that says nothing is given up when there is another`() async throws {
        let bench = CallBench(isOver: { $0 == .seconds(20) })
        let result = try await bench.send(
            CallBench.candidate(StagedProvider("a", [.silent]), patience: .seconds(20)),
            CallBench.candidate(StagedProvider("b", [.reply()]), patience: .seconds(20)))
        let error = ModelError(.timeout, "a/m said nothing for 20 s, and another is asked")
        #expect(result.attempts.map(\.outcome) == [.failed(error), .answered])
        #expect(result.attempts.map(\.firstEventAfter) == [nil, .zero])
        #expect(bench.purse.entries.first?.end?.usage == Usage(input: 40))
        #expect(bench.health.snapshot()[Self.deployment("a")]?.counts.failed == 1)
    }

    @Test func `The last model has all the time it needs`() async throws {
        let bench = CallBench(isOver: { _ in
            Issue.record("there is nothing to be impatient for")
            return true
        })
        _ = try await bench.send(CallBench.candidate(StagedProvider("a", [.reply()]), patience: .seconds(20)))
    }

    @Test func `A model is not given up for one that cannot be asked`() async throws {
        let bench = CallBench(isOver: { _ in false })
        let gone = ModelError(.overloaded, "gone", retryAfter: .seconds(900))
        try bench.health.choose(ModelName(provider: "b", model: "m"), keys: 1, .init(inputTokens: 1))
            .fail(bench.health, gone)
        let result = try await bench.send(
            CallBench.candidate(StagedProvider("a", [.reply()]), patience: .seconds(20)),
            CallBench.candidate(StagedProvider("b", [])))
        #expect(result.outcome == .answered(by: Self.deployment("a")))
    }

    @Test func `A model that has begun is not given up`() async throws {
        let provider = StagedProvider("a", [.stalls])
        let bench = CallBench(times: CallTimes(total: Self.deadline), isOver: { _ in false })
        let candidates = [
            CallBench.candidate(provider, patience: .seconds(20)), CallBench.candidate(StagedProvider("b", [])),
        ]
        // Cancelled and awaited below.
        let call = Task { try await bench.caller.send(candidates, accounting: bench.purse) { _ in } }
        await provider.begun.opened()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(bench.purse.outcomes == [.cancelled])
        #expect(bench.purse.entries.first?.end?.usage == Usage(input: 40, output: 2))
    }

    // MARK: - Hedging

    @Test func `A second model is asked after a while, and the first to begin goes on`() async throws {
        let bench = CallBench(times: CallTimes(hedgeAfter: .seconds(3)), isOver: { $0 == .seconds(3) })
        let first = StagedProvider("a", [.silent])
        let result = try await bench.send(
            CallBench.candidate(first), CallBench.candidate(StagedProvider("b", [.reply("From b.")])))
        #expect(result.outcome == .answered(by: Self.deployment("b")) && bench.text == "From b.")
        let outcomes = Dictionary(
            uniqueKeysWithValues: result.attempts.map { ($0.deployment.name.provider, $0.outcome) })
        #expect(outcomes == ["a": .abandoned(because: "another model was quicker"), "b": .answered])
        let loser = bench.purse.entries.first { $0.attempt.deployment == Self.deployment("a") }
        #expect(loser?.end?.usage == Usage(input: 40) && loser?.attempt.isHedge == false)
        #expect(bench.purse.entries.last?.attempt.isHedge == true)
        #expect(bench.health.snapshot().deployments.map(\.counts.inFlight) == [0, 0])
        #expect(bench.health.snapshot()[Self.deployment("a")]?.counts.abandoned == 1)
    }

    @Test func `The first goes on where it begins before the second`() async throws {
        let bench = CallBench(times: CallTimes(hedgeAfter: .seconds(3)), isOver: { $0 == .seconds(3) })
        let second = StagedProvider("b", [.silent])
        let result = try await bench.send(
            CallBench.candidate(StagedProvider("a", [.late(second.called)])), CallBench.candidate(second))
        #expect(result.outcome == .answered(by: Self.deployment("a")) && bench.text == "Hello.")
        #expect(
            bench.purse.outcomes.sorted { "\($0 as Any)" < "\($1 as Any)" }
                == [.abandoned(because: "another model was quicker"), .answered])
    }

    @Test func `A first that answers soon is the only one`() async throws {
        let bench = CallBench(times: CallTimes(hedgeAfter: .seconds(3)), isOver: { _ in false })
        let second = StagedProvider("b", [])
        let result = try await bench.send(
            CallBench.candidate(StagedProvider("a", [.reply()])), CallBench.candidate(second))
        #expect(result.attempts.count == 1 && second.requests == [])
    }

    @Test func `A first that fails while the second is under way leaves it to the second`() async throws {
        let bench = CallBench(times: CallTimes(hedgeAfter: .seconds(3)), isOver: { $0 == .seconds(3) })
        let second = StagedProvider("b", [.reply()])
        let busy = ModelError(.overloaded, "busy")
        let first = FailingOnce(name: "a", after: second.called, busy)
        let result = try await bench.send(CallBench.candidate([first]), CallBench.candidate(second))
        #expect(result.outcome == .answered(by: Self.deployment("b")))
        #expect(result.attempts.count == 2)
    }

    @Test(arguments: 0..<20)
    func `A first that fails after the second has begun changes nothing`(_: Int) async throws {
        let bench = CallBench(times: CallTimes(hedgeAfter: .seconds(3)), isOver: { $0 == .seconds(3) })
        let second = StagedProvider("b", [.reply()])
        let first = FailingOnce(name: "a", after: second.begun, ModelError(.overloaded, "busy"))
        let result = try await bench.send(CallBench.candidate([first]), CallBench.candidate(second))
        #expect(result.outcome == .answered(by: Self.deployment("b")) && result.attempts.count == 2)
        #expect(bench.purse.entries.allSatisfy { $0.end != nil })
        #expect(bench.health.snapshot().deployments.map(\.counts.inFlight) == [0, 0])
        #expect(
            bench.purse.entries.last?.attempt.fallback
                == .init(from: ModelName(provider: "a", model: "m"), because: "it has said nothing for 3 s"))
    }

    @Test func `Where both fail the call goes on as it would have`() async throws {
        let bench = CallBench(
            times: CallTimes(hedgeAfter: .seconds(3)), isOver: { $0 == .seconds(3) || $0 == .seconds(1) })
        let busy = ModelError(.overloaded, "busy")
        let second = StagedProvider("b", [.fails(busy)])
        let first = FailingOnce(name: "a", after: second.called, busy)
        let result = try await bench.send(CallBench.candidate([first]), CallBench.candidate(second))
        #expect(result.outcome == .answered(by: Self.deployment("a")))
        #expect(result.attempts.map(\.deployment.name.provider).sorted() == ["a", "a", "b"])
    }

    @Test func `Cancelling ends both and accounts for both`() async throws {
        let bench = CallBench(times: CallTimes(hedgeAfter: .seconds(3)), isOver: { $0 == .seconds(3) })
        let second = StagedProvider("b", [.silent])
        let candidates = [CallBench.candidate(StagedProvider("a", [.silent])), CallBench.candidate(second)]
        // Cancelled and awaited below.
        let call = Task { try await bench.caller.send(candidates, accounting: bench.purse) { _ in } }
        await second.called.opened()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(bench.purse.outcomes == [.cancelled, .cancelled])
        #expect(bench.health.snapshot().deployments.map(\.counts.inFlight) == [0, 0])
    }

    // MARK: - The whole time

    @Test func `A call is over when its whole time is, in the middle of an answer too`() async throws {
        let bench = CallBench(times: CallTimes(total: Self.deadline), isOver: { $0 == Self.deadline })
        let result = try await bench.send(CallBench.candidate(StagedProvider("a", [.silent])))
        #expect(
            result.outcome
                == .failed(ModelError(.timeout, "a/m did not end its answer within the 1 h that the call had")))
        #expect(bench.purse.entries.map(\.end?.usage) == [Usage(input: 40)])
    }

    @Test func `A wait that would outlast the whole time is not begun`() async throws {
        let error = ModelError(.overloaded, "busy", retryAfter: .seconds(50))
        let acts = Array(repeating: StagedProvider.Act.fails(error), count: 20)
        let provider = StagedProvider("a", acts)
        let bench = CallBench(times: CallTimes(total: .seconds(120)), isOver: { $0 == .seconds(50) })
        let result = try await bench.send(CallBench.candidate(provider))
        #expect(result.outcome == .failed(error) && bench.waits.over == [.seconds(50), .seconds(50)])
    }

    // MARK: - Whoever receives

    @Test func `A receiver that will not go on ends the call, which is accounted for`() async throws {
        struct Gone: Error, Equatable {}
        let bench = CallBench()
        await #expect(throws: Gone()) {
            try await bench.caller.send(
                [CallBench.candidate(StagedProvider("a", [.reply()])), CallBench.candidate(StagedProvider("b", []))],
                accounting: bench.purse
            ) { if case .text = $0 { throw Gone() } }
        }
        #expect(bench.purse.outcomes == [.cancelled])
        #expect(bench.purse.entries.first?.end?.usage == Usage(input: 40, output: 3))
        #expect(bench.health.snapshot().deployments.map(\.counts.failed) == [0])
    }

    @Test func `A receiver's own model error is no failure of the model`() async throws {
        let bench = CallBench()
        let error = ModelError(.overloaded, "the client is busy")
        await #expect(throws: error) {
            try await bench.caller.send(
                [CallBench.candidate(StagedProvider("a", [.reply()]))], accounting: bench.purse
            ) { _ in throw error }
        }
        #expect(bench.purse.outcomes == [.cancelled])
    }

    @Test func `Cancelling a wait ends it with nothing under way`() async throws {
        let bench = CallBench(isOver: { _ in false })
        let provider = StagedProvider("a", [.fails(ModelError(.overloaded, "busy"))])
        // Cancelled and awaited below.
        let call = Task { try await bench.send(CallBench.candidate(provider)) }
        await provider.called.opened()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(bench.purse.outcomes == [.failed(ModelError(.overloaded, "busy"))])
    }

    /// Fails once after the latch has opened, then answers.
    private final class FailingOnce: ModelProvider {
        let name: String
        private let latch: Latch
        private let error: ModelError
        private let then: StagedProvider

        init(name: String, after latch: Latch, _ error: ModelError) {
            self.name = name
            self.latch = latch
            self.error = error
            then = StagedProvider(name, [.reply()])
        }

        func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws {
            if then.called.isOpen { return try await then.send(request, to: receive) }
            await latch.opened()
            then.called.open()
            throw error
        }
    }
}
