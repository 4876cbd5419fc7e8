import Conversation
import Gateway
import Testing
import Timekeeping

@Suite struct DeploymentHealthTests {
    private static let model = ModelName(provider: "acme", model: "large")
    private static let need = RateLimits.Need(inputTokens: 100)
    private static let refused = ModelError(.authentication, "acme refused the key (HTTP 401); check $B")
    private let clock = ManualClock()
    private let health: DeploymentHealth

    init() { health = DeploymentHealth(clock: clock.wall) }

    private func take(keys: Int = 1, isPressing: Bool = false) -> DeploymentHealth.Permit? {
        let choice = health.choose(Self.model, keys: keys, Self.need, isPressing: isPressing)
        if case .use(let permit) = choice { return permit }
        return nil
    }

    private func hindrance(keys: Int = 1) -> Hindrance? {
        if case .notNow(let why) = health.choose(Self.model, keys: keys, Self.need) { return why }
        return nil
    }

    private func key(_ index: Int) -> Deployment { Deployment(name: Self.model, keyIndex: index) }

    @Test func `Keys of which nothing is known take turns`() {
        let order = (0..<7).map { _ in take(keys: 3)?.deployment.keyIndex }
        #expect(order == [0, 1, 2, 0, 1, 2, 0])
    }

    @Test func `The key with most room is used`() throws {
        for remaining in [20, 80, 50] {
            let permit = try #require(take(keys: 3))
            health.heard(
                RateReport(requests: .init(limit: 100, remaining: remaining, resetsIn: .seconds(60))), permit)
            health.ended(permit, .answered)
        }
        #expect(try #require(take(keys: 3)).deployment == key(1))
        #expect(health.snapshot().deployments.map(\.room) == [0.2, 0.79, 0.5])
    }

    @Test func `A key that is used up waits while another has room`() throws {
        let first = try #require(take(keys: 2))
        health.heard(RateReport(requests: .init(limit: 1, remaining: 0, resetsIn: .seconds(30))), first)
        health.ended(first, .answered)
        for _ in 0..<3 { #expect(try #require(take(keys: 2)).deployment == key(1)) }
        #expect(
            hindrance()
                == Hindrance(
                    .rate, until: clock.now + .seconds(30),
                    because: "the rate of acme/large is used up for 30 s"))
        #expect(try #require(take(isPressing: true)).deployment == key(0))
        clock.advance(by: .seconds(70))
        #expect(try #require(take()).deployment == key(0))
    }

    @Test func `A refused key is put aside with a sentence, and is asked again in the end`() throws {
        _ = try #require(take(keys: 2))
        let second = try #require(take(keys: 2))
        health.ended(second, .failed(Self.refused))
        for _ in 0..<3 { #expect(try #require(take(keys: 2)).deployment == key(0)) }
        let sentence = "key 2 of acme is put aside: acme refused the key (HTTP 401); check $B"
        #expect(health.snapshot()[key(1)]?.aside == sentence)
        clock.advance(by: .seconds(300))
        let third = try #require(take(keys: 2))
        #expect(third.deployment == key(1) && health.snapshot()[key(1)]?.aside == nil)
    }

    @Test func `A single key that was refused is asked only where nothing else is left`() throws {
        health.ended(try #require(take()), .failed(Self.refused))
        #expect(hindrance()?.kind == .aside)
        let again = try #require(take(isPressing: true))
        health.began(again)
        #expect(hindrance() == nil)
    }

    @Test func `An open breaker holds even where nothing else is left, and says why`() throws {
        let busy = ModelError(.overloaded, "acme is overloaded (HTTP 529)", retryAfter: .seconds(12))
        health.ended(try #require(take()), .failed(busy))
        #expect(
            hindrance()
                == Hindrance(
                    .open, until: clock.now + .seconds(12),
                    because: "acme/large is left alone for 12 s: acme is overloaded (HTTP 529)"))
        #expect(take(isPressing: true) == nil)
        clock.advance(by: .seconds(12))
        let probe = try #require(take())
        #expect(hindrance()?.kind == .probing)
        health.began(probe)
        #expect(hindrance() == nil)
        #expect(health.snapshot()[key(0)]?.breaker == .closed)
    }

    @Test(arguments: [ModelError.Code.invalidRequest, .contextTooLong, .unknownModel, .authentication, .refused])
    func `What is no fault of the service opens no breaker`(code: ModelError.Code) throws {
        for _ in 0..<50 {
            health.ended(try #require(take(isPressing: true)), .failed(ModelError(code, "no")))
        }
        #expect(health.snapshot()[key(0)]?.breaker == .closed)
    }

    @Test func `A probe that is answered with a refusal has found the service well`() throws {
        let busy = ModelError(.overloaded, "busy", retryAfter: .seconds(5))
        health.ended(try #require(take()), .failed(busy))
        clock.advance(by: .seconds(5))
        health.ended(try #require(take()), .failed(ModelError(.invalidRequest, "no")))
        #expect(health.snapshot()[key(0)]?.breaker == .closed)
    }

    @Test func `One deployment's failures are not another's`() throws {
        for _ in 0..<5 { health.ended(try #require(take()), .failed(ModelError(.network, "gone"))) }
        #expect(take() == nil)
        #expect(try #require(take(keys: 2)).deployment == key(1))
        let other = health.choose(ModelName(provider: "acme", model: "small"), keys: 1, Self.need)
        guard case .use = other else {
            Issue.record("the other model is held back: \(other)")
            return
        }
    }

    @Test func `The snapshot counts every call once`() throws {
        let permits = try (0..<4).map { _ in try #require(take()) }
        health.ended(permits[0], .answered)
        health.ended(permits[1], .failed(ModelError(.network, "gone")))
        health.ended(permits[2], .abandoned)
        health.ended(permits[3], .unasked)
        let state = try #require(health.snapshot()[key(0)])
        #expect(state.counts.answered == 1 && state.counts.failed == 1 && state.counts.abandoned == 1)
        #expect(state.counts.inFlight == 0)
        #expect(state.lastFailure == ModelError(.network, "gone") && state.lastFailureAt == clock.now)
    }
}
