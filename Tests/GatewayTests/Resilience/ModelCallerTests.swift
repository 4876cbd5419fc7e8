import Conversation
import Gateway
import LoopbackHTTP
import Testing
import Timekeeping

/// Whom a call asks, in which order, and what is accounted for.
@Suite struct ModelCallerTests {
    typealias Act = StagedProvider.Act

    private static let busy = ModelError(.overloaded, "busy")
    private static let limited = ModelError(.rateLimited, "slow down", retryAfter: .seconds(7))
    private static let keyless = ModelError(.authentication, "the key is wrong")
    private static let cut = ModelError(.streamCut, "gone")
    private static func deployment(_ name: String, _ key: Int = 0) -> Deployment {
        Deployment(name: ModelName(provider: name, model: "m"), keyIndex: key)
    }

    // MARK: - One model

    @Test func `An answer is passed on piece by piece and accounted for`() async throws {
        let bench = CallBench()
        let result = try await bench.send(CallBench.candidate(StagedProvider("a", [.reply("Hello.")])))
        #expect(bench.text == "Hello.")
        #expect(
            result
                == CallResult(
                    outcome: .answered(by: Self.deployment("a")), usage: Usage(input: 100, output: 10), hasBegun: true,
                    attempts: [
                        AttemptReport(
                            deployment: Self.deployment("a"), outcome: .answered, waited: .zero, firstEventAfter: .zero,
                            took: .zero, isHedge: false, next: .nothing)
                    ]))
        #expect(bench.purse.entries.map(\.end?.usage) == [Usage(input: 100, output: 10)])
        #expect(bench.health.snapshot()[Self.deployment("a")]?.counts.answered == 1)
    }

    @Test func `Usage that nobody tells is our own count`() async throws {
        let bench = CallBench()
        let result = try await bench.send(CallBench.candidate(StagedProvider("a", [.reply("Hello.", usage: .zero)])))
        #expect(result.usage == Usage(input: 40, output: TokenEstimate.tokens(inBytes: 6)))
    }

    @Test func `What may pass is tried again after waits that double`() async throws {
        let bench = CallBench()
        let provider = StagedProvider("a", [.fails(Self.busy), .fails(Self.busy), .reply()])
        let result = try await bench.send(CallBench.candidate(provider))
        #expect(bench.waits.over == [.seconds(1), .seconds(2)])
        #expect(result.attempts.map(\.waited) == [.zero, .seconds(1), .seconds(2)])
        #expect(
            bench.purse.nexts == [.again(after: .seconds(1)), .again(after: .seconds(2)), .nothing])
        #expect(bench.purse.entries.map(\.end?.usage) == [nil, nil, Usage(input: 100, output: 10)])
    }

    @Test func `The provider's word is waited for, and the breaker lets the call through then`() async throws {
        let bench = CallBench()
        let result = try await bench.send(
            CallBench.candidate(StagedProvider("a", [.fails(Self.limited), .reply()])))
        #expect(bench.waits.over == [.seconds(7)])
        #expect(result.outcome == .answered(by: Self.deployment("a")))
    }

    @Test func `Nothing is sent again once a piece was passed on`() async throws {
        let bench = CallBench()
        let other = StagedProvider("b", [])
        let result = try await bench.send(
            CallBench.candidate(StagedProvider("a", [.breaksOff(Self.cut)])), CallBench.candidate(other))
        #expect(result.outcome == .failed(Self.cut) && result.hasBegun)
        #expect(bench.text == "Hel" && other.requests == [])
        #expect(bench.purse.entries.map(\.end?.usage) == [Usage(input: 40, output: 2)])
    }

    @Test func `Where the whole answer is wanted, one that breaks off is asked for again`() async throws {
        let bench = CallBench()
        let provider = StagedProvider("a", [.breaksOff(Self.cut), .reply("Whole.")])
        let (result, reply) = try await bench.ask(CallBench.candidate(provider))
        #expect(reply?.content == [.text("Whole.")])
        #expect(result.attempts.map(\.outcome) == [.failed(Self.cut), .answered])
        #expect(bench.purse.entries.first?.end?.usage == Usage(input: 40, output: 2))
    }

    @Test(arguments: [ModelError.Code.invalidRequest, .contextTooLong, .refused, .rehearsal])
    func `What is wrong with the request is told at once`(code: ModelError.Code) async throws {
        let bench = CallBench()
        let error = ModelError(code, "no")
        let other = StagedProvider("b", [])
        let result = try await bench.send(
            CallBench.candidate(StagedProvider("a", [.fails(error)])), CallBench.candidate(other))
        #expect(result.outcome == .failed(error) && !result.hasBegun)
        #expect(other.requests == [] && bench.waits.over == [])
    }

    // MARK: - Several models

    @Test(arguments: [ModelError.Code.overloaded, .network, .timeout, .providerFault, .streamCut, .malformedStream])
    func `A failure of the service leads to the next model at once`(code: ModelError.Code) async throws {
        let bench = CallBench()
        let error = ModelError(code, "it broke")
        let result = try await bench.send(
            CallBench.candidate(StagedProvider("a", [.fails(error)])),
            CallBench.candidate(StagedProvider("b", [.reply("From b.")])))
        #expect(result.outcome == .answered(by: Self.deployment("b")))
        #expect(bench.text == "From b." && bench.waits.over == [])
        #expect(bench.purse.nexts == [.other(ModelName(provider: "b", model: "m")), .nothing])
        #expect(
            bench.purse.entries.map(\.attempt.fallback)
                == [nil, .init(from: ModelName(provider: "a", model: "m"), because: "it broke")])
        let charged = code.failureClass.mayBeCharged
        #expect(bench.purse.entries.first?.end?.usage == (charged ? Usage(input: 40) : nil))
    }

    @Test(arguments: [ModelError.Code.authentication, .outOfCredit, .unknownModel])
    func `What lasts leads to the next model, and is not asked again`(code: ModelError.Code) async throws {
        let bench = CallBench()
        let first = StagedProvider("a", [.fails(ModelError(code, "no"))])
        let second = StagedProvider("b", [.fails(Self.busy), .reply()])
        let result = try await bench.send(CallBench.candidate(first), CallBench.candidate(second))
        #expect(result.outcome == .answered(by: Self.deployment("b")))
        #expect(first.requests.count == 1 && bench.waits.over == [.seconds(1)])
    }

    @Test func `When all have failed the first is asked first again, after a wait`() async throws {
        let bench = CallBench()
        let first = StagedProvider("a", [.fails(Self.busy), .reply()])
        let second = StagedProvider("b", [.fails(Self.busy)])
        let result = try await bench.send(CallBench.candidate(first), CallBench.candidate(second))
        #expect(bench.purse.models == ["a/m", "b/m", "a/m"])
        #expect(result.outcome == .answered(by: Self.deployment("a")) && bench.waits.over == [.seconds(1)])
    }

    @Test func `A model that wants to be left alone is passed over until then`() async throws {
        let bench = CallBench()
        let first = StagedProvider("a", [.fails(Self.limited)])
        let second = StagedProvider("b", [.fails(Self.busy), .reply()])
        _ = try await bench.send(CallBench.candidate(first), CallBench.candidate(second))
        #expect(bench.purse.models == ["a/m", "b/m", "b/m"])
        #expect(bench.waits.over == [.seconds(1)])
    }

    @Test func `When nobody answers, everybody's failure is told`() async throws {
        let bench = CallBench(retries: RetryPolicy(attempts: 2, base: .seconds(1), longest: .seconds(9)))
        let result = try await bench.send(
            CallBench.candidate(StagedProvider("a", [.fails(Self.busy), .fails(Self.busy)])),
            CallBench.candidate(StagedProvider("b", [.fails(Self.keyless)])))
        #expect(
            result.outcome
                == .failed(ModelError(.overloaded, "busy; b/m failed too: the key is wrong")))
        #expect(bench.purse.models == ["a/m", "b/m", "a/m"])
    }

    @Test func `A model whose breaker is open is not asked, and the reason is told`() async throws {
        let bench = CallBench()
        let first = StagedProvider("a", Array(repeating: .fails(Self.busy), count: 5))
        for _ in 0..<5 {
            _ = try await bench.send(
                CallBench.candidate(first), CallBench.candidate(StagedProvider("b", [.reply()])))
        }
        let result = try await bench.send(
            CallBench.candidate(first), CallBench.candidate(StagedProvider("b", [.reply()])))
        #expect(result.attempts.map(\.deployment) == [Self.deployment("b")])
        #expect(
            bench.purse.entries.last?.attempt.fallback
                == .init(
                    from: ModelName(provider: "a", model: "m"), because: "a/m is left alone for 5 s: busy"))
    }

    @Test func `A single model whose breaker is open is waited for, within the longest wait`() async throws {
        let bench = CallBench()
        for _ in 0..<5 {
            try bench.health.choose(ModelName(provider: "a", model: "m"), keys: 1, .init(inputTokens: 1))
                .fail(bench.health, Self.busy)
        }
        let result = try await bench.send(CallBench.candidate(StagedProvider("a", [.reply()])))
        #expect(bench.waits.over == [.seconds(5)] && result.attempts.map(\.waited) == [.seconds(5)])
    }

    @Test func `A single model that is to be left alone for too long is not waited for`() async throws {
        let bench = CallBench()
        let tomorrow = ModelError(.overloaded, "come back later", retryAfter: .seconds(3000))
        let first = try await bench.send(CallBench.candidate(StagedProvider("a", [.fails(tomorrow)])))
        #expect(first.outcome == .failed(tomorrow))
        let second = try await bench.send(CallBench.candidate(StagedProvider("a", [])))
        #expect(
            second.outcome
                == .failed(
                    ModelError(
                        .overloaded, "a/m is left alone for 50 min: come back later", retryAfter: .seconds(3000))))
        #expect(second.attempts == [])
    }

    // MARK: - Several keys

    @Test(arguments: [Self.keyless, Self.limited, ModelError(.outOfCredit, "pay first")])
    func `A key that fails leads to the next key of the same model at once`(error: ModelError) async throws {
        let bench = CallBench()
        let other = StagedProvider("b", [])
        let result = try await bench.send(
            CallBench.candidate(StagedProvider("a", [.fails(error)]), StagedProvider("a", [.reply()])),
            CallBench.candidate(other))
        #expect(result.attempts.map(\.deployment) == [Self.deployment("a"), Self.deployment("a", 1)])
        #expect(result.attempts.map(\.next) == [.again(after: .zero), .nothing])
        #expect(bench.waits.over == [] && other.requests == [])
    }

    @Test func `When all keys are refused the next model is asked`() async throws {
        let bench = CallBench()
        let result = try await bench.send(
            CallBench.candidate(
                StagedProvider("a", [.fails(Self.keyless)]), StagedProvider("a", [.fails(Self.keyless)])),
            CallBench.candidate(StagedProvider("b", [.reply()])))
        #expect(result.attempts.map(\.deployment.description) == ["a/m", "a/m with key 2", "b/m"])
    }

    @Test func `A key that is used up is spared while another has room`() async throws {
        let bench = CallBench()
        let report = RateReport(requests: .init(limit: 10, remaining: 0, resetsIn: .seconds(60)))
        let first = StagedProvider("a", [.telling(report, .reply())])
        let second = StagedProvider("a", [.reply(), .reply(), .reply()])
        for _ in 0..<4 { _ = try await bench.send(CallBench.candidate(first, second)) }
        #expect(first.requests.count == 1 && second.requests.count == 3)
    }

    @Test func `A single key that is used up is waited for`() async throws {
        let bench = CallBench()
        let report = RateReport(requests: .init(limit: 10, remaining: 0, resetsIn: .seconds(60)))
        let provider = StagedProvider("a", [.telling(report, .reply()), .reply()])
        for _ in 0..<2 { _ = try await bench.send(CallBench.candidate(provider)) }
        #expect(bench.waits.over == [.seconds(6)])
    }

    @Test func `A forecast that goes beyond the longest wait gives the provider the last word`() async throws {
        let bench = CallBench(isOver: { _ in false })
        let report = RateReport(requests: .init(limit: 10, remaining: 0, resetsIn: .seconds(86_400)))
        let provider = StagedProvider("a", [.telling(report, .reply()), .reply()])
        for _ in 0..<2 { _ = try await bench.send(CallBench.candidate(provider)) }
        #expect(provider.remaining == 0)
    }

    // MARK: - Money

    @Test func `A call that nobody pays for is not sent`() async throws {
        let purse = Purse { _ in .refused(CallRefusal("the budget of the key is spent")) }
        let bench = CallBench(purse: purse)
        let (first, second) = (StagedProvider("a", []), StagedProvider("b", []))
        let result = try await bench.send(CallBench.candidate(first), CallBench.candidate(second))
        #expect(result.outcome == .refused(CallRefusal("the budget of the key is spent")))
        #expect(first.requests == [] && second.requests == [] && result.attempts == [])
        #expect(bench.health.snapshot().deployments.map(\.counts.inFlight) == [0])
    }

    @Test func `A fallback that nobody pays for is passed over`() async throws {
        let purse = Purse { $0.fallback == nil ? .admitted : .refused(CallRefusal("too dear")) }
        let bench = CallBench(purse: purse)
        let first = StagedProvider("a", [.fails(Self.busy), .reply()])
        let result = try await bench.send(CallBench.candidate(first), CallBench.candidate(StagedProvider("b", [])))
        #expect(result.outcome == .answered(by: Self.deployment("a")))
        #expect(bench.waits.over == [.seconds(1)])
    }

    @Test func `What is paid for elsewhere is sent there`() async throws {
        let cheap = StagedProvider("cheap", [.reply("Cheap.")])
        let dear = StagedProvider("dear", [])
        let purse = Purse { _ in .instead(CallBench.candidate(cheap)) }
        let bench = CallBench(purse: purse)
        let result = try await bench.send(CallBench.candidate(dear))
        #expect(result.outcome == .answered(by: Self.deployment("cheap")))
        #expect(bench.text == "Cheap." && dear.requests == [])
        #expect(bench.health.snapshot().deployments.map(\.counts.inFlight) == [0, 0])
    }

    @Test func `A journal that is broken ends the call, and nothing is sent`() async throws {
        struct Broken: Error, CallAccounting {
            func begin(_ attempt: Attempt) async throws -> Admission { throw self }
            func end(_ attempt: Attempt, _ end: AttemptEnd) async throws {}
        }
        let bench = CallBench()
        let provider = StagedProvider("a", [])
        await #expect(throws: Broken.self) {
            try await bench.caller.send([CallBench.candidate(provider)], accounting: Broken()) { _ in }
        }
        #expect(provider.requests == [])
        #expect(bench.health.snapshot().deployments.map(\.counts.inFlight) == [0])
    }
}

extension DeploymentHealth.Choice {
    func fail(_ health: DeploymentHealth, _ error: ModelError) throws {
        guard case .use(let permit) = self else { throw error }
        health.ended(permit, .failed(error))
    }
}
