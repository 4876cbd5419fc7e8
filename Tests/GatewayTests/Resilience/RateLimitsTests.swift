import Conversation
import Gateway
import Testing
import Timekeeping

@Suite struct RateLimitsTests {
    private static let start = Timestamp(milliseconds: 1_767_225_600_000)
    private static let small = RateLimits.Need(inputTokens: 2)

    private static func learned(_ report: RateReport) -> RateLimits {
        var limits = RateLimits()
        let mark = limits.admit(small, at: start)
        limits.learn(report, from: mark, at: start)
        return limits
    }

    @Test func `Before the first report nothing is held back`() {
        let limits = RateLimits()
        #expect(limits.wait(for: .init(inputTokens: 1_000_000), at: Self.start) == .zero)
        #expect(limits.room(at: Self.start) == 1)
    }

    @Test func `A quota that is used up fills until its reset`() {
        let limits = Self.learned(RateReport(requests: .init(limit: 60, remaining: 0, resetsIn: .seconds(30))))
        #expect(limits.wait(for: Self.small, at: Self.start) == .milliseconds(500))
        #expect(limits.wait(for: Self.small, at: Self.start + .milliseconds(499)) == .milliseconds(1))
        #expect(limits.wait(for: Self.small, at: Self.start + .milliseconds(500)) == .zero)
        #expect(limits.room(at: Self.start + .seconds(15)) == 0.5)
        #expect(limits.room(at: Self.start + .seconds(900)) == 1)
    }

    @Test func `The scarcest quota counts`() {
        let limits = Self.learned(
            RateReport(
                requests: .init(limit: 50, remaining: 49, resetsIn: .seconds(1)),
                inputTokens: .init(limit: 1000, remaining: 100, resetsIn: .seconds(9)),
                outputTokens: .init(limit: 1000, remaining: 900, resetsIn: .seconds(9))))
        #expect(limits.room(at: Self.start) == 0.1)
        #expect(limits.wait(for: .init(inputTokens: 200), at: Self.start) == .zero)
        #expect(limits.wait(for: .init(inputTokens: 400), at: Self.start) == .seconds(1))
    }

    @Test func `A call larger than the whole quota waits for a full one, and not for ever`() {
        let limits = Self.learned(RateReport(tokens: .init(limit: 1000, remaining: 0, resetsIn: .seconds(10))))
        #expect(limits.wait(for: .init(inputTokens: 1_000_000), at: Self.start) == .seconds(10))
    }

    @Test func `What is let through between reports is taken off, and each report sets it right`() {
        var limits = Self.learned(RateReport(requests: .init(limit: 10, remaining: 2, resetsIn: .seconds(8))))
        let marks = (0..<2).map { _ in limits.admit(Self.small, at: Self.start) }
        #expect(limits.wait(for: Self.small, at: Self.start) == .seconds(1))
        // The first of the two knows nothing of the second, which came after it.
        limits.learn(
            RateReport(requests: .init(limit: 10, remaining: 1, resetsIn: .seconds(9))), from: marks[0], at: Self.start)
        #expect(limits.wait(for: Self.small, at: Self.start) == .seconds(1))
        limits.learn(
            RateReport(requests: .init(limit: 10, remaining: 7, resetsIn: .seconds(3))), from: marks[1], at: Self.start)
        #expect(limits.room(at: Self.start) == 0.7)
    }

    @Test func `Where no reset is said, a quota is that of a minute`() {
        let limits = Self.learned(RateReport(requests: .init(limit: 60, remaining: 0)))
        #expect(limits.wait(for: Self.small, at: Self.start) == .seconds(1))
    }

    @Test func `A provider that allows nothing never has room`() {
        let limits = Self.learned(RateReport(requests: .init(limit: 0, remaining: 0, resetsIn: .seconds(5))))
        #expect(limits.wait(for: Self.small, at: Self.start) == .zero)
        #expect(limits.room(at: Self.start) == 0)
    }

    @Test func `A clock that is set back fills nothing and breaks nothing`() {
        var limits = Self.learned(RateReport(requests: .init(limit: 60, remaining: 1, resetsIn: .seconds(59))))
        _ = limits.admit(Self.small, at: Self.start - .seconds(86_400))
        #expect(limits.wait(for: Self.small, at: Self.start) == .seconds(1))
    }

    /// A provider with a bucket of its own, that tells of it with each answer, is never asked for more than it has.
    @Test(arguments: 0..<30)
    func `A provider that tells its rates is not asked beyond them`(seed: UInt64) {
        var random = SeededRandom(seed)
        var limits = RateLimits()
        var now = Self.start
        let capacity = Double(Int.random(in: 3...40, using: &random))
        let perSecond = Double.random(in: 0.2...20, using: &random)
        var provider = TokenBucket(capacity: capacity, level: capacity, perSecond: perSecond, at: now)
        var refused = 0
        for step in 0..<600 {
            now += .milliseconds(Int.random(in: 0...400, using: &random))
            guard step == 0 || limits.wait(for: Self.small, at: now) == .zero else { continue }
            let mark = limits.admit(Self.small, at: now)
            if provider.level(at: now) >= 1 { provider.take(1, at: now) } else { refused += 1 }
            let level = provider.level(at: now)
            let report = RateReport.Quota(
                limit: Int(capacity), remaining: max(0, Int(level)),
                resetsIn: .milliseconds(Int64(((capacity - level) / perSecond * 1000).rounded(.up))))
            limits.learn(RateReport(requests: report), from: mark, at: now)
        }
        #expect(refused == 0)
    }
}

@Suite struct TokenBucketTests {
    private static let start = Timestamp(milliseconds: 1_767_225_600_000)

    @Test func `It fills evenly and never over`() {
        let bucket = TokenBucket(capacity: 10, level: 4, perSecond: 2, at: Self.start)
        #expect((0...4).map { bucket.level(at: Self.start + .seconds($0)) } == [4, 6, 8, 10, 10])
    }

    @Test func `It may be overdrawn, and fills from below`() {
        var bucket = TokenBucket(capacity: 10, level: 1, perSecond: 2, at: Self.start)
        bucket.take(5, at: Self.start)
        #expect(bucket.level(at: Self.start) == -4)
        #expect(bucket.wait(for: 2, at: Self.start) == .seconds(3))
    }

    @Test func `One that does not fill has what it has`() {
        let bucket = TokenBucket(capacity: 10, level: 1, perSecond: 0, at: Self.start)
        #expect(bucket.wait(for: 1, at: Self.start) == .zero)
        #expect(bucket.wait(for: 2, at: Self.start + .seconds(86_400)) == nil)
        let slow = TokenBucket(capacity: 10, level: 0, perSecond: 1e-9, at: Self.start)
        #expect(slow.wait(for: 1, at: Self.start) == nil)
    }
}
