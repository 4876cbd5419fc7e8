import Gateway
import Testing
import Timekeeping

@Suite struct CircuitBreakerTests {
    private static let start = Timestamp(milliseconds: 1_767_225_600_000)

    private static var limits: CircuitBreaker.Limits {
        var limits = CircuitBreaker.Limits()
        limits.failures = 3
        limits.calls = 8
        limits.window = .seconds(10)
        limits.cooldown = .seconds(5)
        limits.longestCooldown = .seconds(15)
        return limits
    }

    private static func failed(_ count: Int, at time: Timestamp = start) throws -> CircuitBreaker {
        var breaker = CircuitBreaker(limits)
        for _ in 0..<count { breaker.failed(try breaker.pass(at: time), at: time) }
        return breaker
    }

    @Test func `So many failures in a row open it, and one less does not`() throws {
        #expect(try Self.failed(2).state == .closed)
        var breaker = try Self.failed(3)
        #expect(breaker.state == .open(until: Self.start + .seconds(5)))
        #expect(breaker.admit(at: Self.start + .milliseconds(4999)) == nil)
        #expect(breaker.opensAgain(at: Self.start) == Self.start + .seconds(5))
    }

    @Test func `A success between failures begins the row anew`() throws {
        var breaker = try Self.failed(2)
        breaker.succeeded(try breaker.pass(at: Self.start), at: Self.start)
        for _ in 0..<2 { breaker.failed(try breaker.pass(at: Self.start), at: Self.start) }
        #expect(breaker.state == .closed)
    }

    @Test func `Failures that lie further apart than the window do not add up`() throws {
        var breaker = try Self.failed(2)
        let later = Self.start + .milliseconds(10_001)
        breaker.failed(try breaker.pass(at: later), at: later)
        #expect(breaker.state == .closed)
    }

    @Test func `A large share of failures opens it although none follow each other`() throws {
        var breaker = CircuitBreaker(Self.limits)
        for index in 0..<8 {
            let permit = try breaker.pass(at: Self.start)
            if index.isMultiple(of: 2) {
                breaker.succeeded(permit, at: Self.start)
            } else {
                breaker.failed(permit, at: Self.start)
            }
        }
        #expect(breaker.state == .open(until: Self.start + .seconds(5)))
    }

    @Test func `After its time one probe passes, and the first word of its answer closes it`() throws {
        var breaker = try Self.failed(3)
        let later = Self.start + .seconds(5)
        let probe = try breaker.pass(at: later)
        #expect(breaker.state == .halfOpen)
        #expect(breaker.admit(at: later) == nil && breaker.opensAgain(at: later) == nil)
        breaker.began(probe)
        #expect(breaker.state == .closed)
        #expect(breaker.admit(at: later) != nil)
        breaker.succeeded(probe, at: later)
        #expect(breaker.state == .closed)
    }

    @Test func `A probe that fails opens it for twice as long, up to the longest`() throws {
        var breaker = try Self.failed(3)
        var now = Self.start + .seconds(5)
        for wait in [10, 15, 15] {
            breaker.failed(try breaker.pass(at: now), at: now)
            #expect(breaker.state == .open(until: now + .seconds(wait)))
            now += .seconds(wait)
        }
        breaker.succeeded(try breaker.pass(at: now), at: now)
        for _ in 0..<3 { breaker.failed(try breaker.pass(at: now), at: now) }
        #expect(breaker.state == .open(until: now + .seconds(5)))
    }

    @Test func `A probe that says nothing makes room for another`() throws {
        var breaker = try Self.failed(3)
        let later = Self.start + .seconds(5)
        breaker.abandoned(try breaker.pass(at: later))
        #expect(breaker.state == .halfOpen && breaker.isPassable(at: later))
    }

    @Test func `The provider's word opens it at once, until then`() throws {
        var breaker = CircuitBreaker(Self.limits)
        let permit = try breaker.pass(at: Self.start)
        breaker.failed(permit, at: Self.start, retryAfter: .seconds(42))
        #expect(breaker.state == .open(until: Self.start + .seconds(42)))
        #expect(breaker.admit(at: Self.start + .seconds(41)) == nil)
        #expect(breaker.admit(at: Self.start + .seconds(42)) != nil)
    }

    @Test func `Of two words the later end holds, and none holds for ages`() throws {
        var breaker = CircuitBreaker(Self.limits)
        let permits = try (0..<3).map { _ in try breaker.pass(at: Self.start) }
        breaker.failed(permits[0], at: Self.start, retryAfter: .seconds(42))
        breaker.failed(permits[1], at: Self.start, retryAfter: .seconds(7))
        #expect(breaker.state == .open(until: Self.start + .seconds(42)))
        breaker.failed(permits[2], at: Self.start, retryAfter: .seconds(86_400))
        #expect(breaker.state == .open(until: Self.start + .seconds(3600)))
    }

    @Test func `What was let through before it opened says nothing about what is after`() throws {
        var breaker = CircuitBreaker(Self.limits)
        let permits = try (0..<4).map { _ in try breaker.pass(at: Self.start) }
        for permit in permits.prefix(3) { breaker.failed(permit, at: Self.start) }
        let later = Self.start + .seconds(5)
        let probe = try breaker.pass(at: later)
        breaker.succeeded(permits[3], at: later)
        #expect(breaker.state == .halfOpen)
        breaker.began(probe)
        #expect(breaker.state == .closed)
    }

    @Test func `A clock that is set back by a day does not keep it open for a day`() throws {
        let breaker = try Self.failed(3)
        #expect(breaker.isPassable(at: Self.start - .seconds(86_400)))
    }

    /// Histories of calls that overlap, held against a plain account of everything that happened.
    @Test(arguments: 0..<40)
    func `Whatever happens, it does what its rules say`(seed: UInt64) throws {
        var random = SeededRandom(seed)
        var breaker = CircuitBreaker(Self.limits)
        var now = Self.start
        var out: [(permit: CircuitBreaker.Permit, isProbe: Bool, epoch: Int)] = []
        var outcomes: [(at: Timestamp, isGood: Bool)] = []
        var epoch = 0
        var cooldown: Duration = .seconds(5)
        var expected = CircuitBreaker.State.closed
        func move(_ state: CircuitBreaker.State) {
            expected = state
            epoch += 1
            outcomes.removeAll()
        }
        for _ in 0..<400 {
            if Int.random(in: 0..<3, using: &random) == 0 {
                now += .milliseconds(Int.random(in: 1...4000, using: &random))
            }
            if out.isEmpty || Bool.random(using: &random) {
                if case .open(let until) = expected, now >= until { move(.halfOpen) }
                let probes = out.count { $0.isProbe && $0.epoch == epoch }
                let mayPass = expected == .closed || (expected == .halfOpen && probes < 1)
                #expect(breaker.isPassable(at: now) == mayPass)
                let permit = breaker.admit(at: now)
                #expect((permit != nil) == mayPass)
                if let permit { out.append((permit, expected == .halfOpen, epoch)) }
            } else {
                let call = out.remove(at: Int.random(in: out.indices, using: &random))
                let isCurrent = call.epoch == epoch
                switch Int.random(in: 0..<7, using: &random) {
                case 0...2:
                    breaker.succeeded(call.permit, at: now)
                    if isCurrent, call.isProbe {
                        move(.closed)
                        cooldown = .seconds(5)
                    } else if isCurrent {
                        outcomes.append((now, true))
                    }
                case 3...4:
                    breaker.failed(call.permit, at: now)
                    guard isCurrent else { break }
                    if call.isProbe {
                        cooldown = min(cooldown * 2, .seconds(15))
                        move(.open(until: now + cooldown))
                        break
                    }
                    outcomes.append((now, false))
                    let row = outcomes.suffix(3)
                    let isRow = row.count == 3 && row.allSatisfy { !$0.isGood && now - $0.at <= .seconds(10) }
                    // The window moves in slices of a second.
                    let seen = outcomes.filter { now.milliseconds / 1000 - $0.at.milliseconds / 1000 < 10 }
                    let bad = seen.count { !$0.isGood }
                    if isRow || (seen.count >= 8 && bad * 2 >= seen.count) { move(.open(until: now + cooldown)) }
                case 5:
                    let asked = Duration.milliseconds(Int.random(in: 1...9000, using: &random))
                    breaker.failed(call.permit, at: now, retryAfter: asked)
                    if isCurrent, call.isProbe { cooldown = min(cooldown * 2, .seconds(15)) }
                    if case .open(let until) = expected, until > now + asked { break }
                    move(.open(until: now + asked))
                default:
                    breaker.abandoned(call.permit)
                }
            }
            #expect(breaker.state == expected)
        }
    }
}

extension CircuitBreaker {
    fileprivate mutating func pass(at now: Timestamp) throws -> Permit {
        let permit = admit(at: now)
        return try #require(permit)
    }
}
