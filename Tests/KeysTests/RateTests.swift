import Conversation
import Keys
import Money
import ServedCalls
import Testing
import Timekeeping

/// Rates of keys, with a clock that the tests move (G9).
@Suite("Rates of a key")
struct RateTests {
    @Test("let so many calls through in a minute, wherever the minute begins, and say when there is room")
    func requests() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(rates: .init(requestsPerMinute: 2))
            let ledger = fixture.ledger()
            let admit = { try await ledger.admit(key, KeysFixture.estimate(0)) }
            #expect(try await admit().ticket != nil)
            fixture.clock.advance(by: .seconds(30))
            #expect(try await admit().ticket != nil)
            #expect(
                try await admit().refusal
                    == KeyRefusal(
                        .requests, "this key has made 2 of its 2 calls a minute: try again in 31 s", left: 0,
                        resetsAt: Timestamp(iso8601: "2026-01-01T00:01:01Z")))
            fixture.clock.advance(by: .milliseconds(30_999))
            #expect(try await admit().ticket == nil)
            fixture.clock.advance(by: .milliseconds(1))
            #expect(try await admit().ticket != nil)
            #expect(try await admit().refusal?.resetsAt == Timestamp(iso8601: "2026-01-01T00:01:31Z"))
        }
    }

    @Test("count the tokens that were used in place of those that were estimated")
    func tokens() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(rates: .init(tokensPerMinute: 100))
            let ledger = fixture.ledger()
            let first = try #require(try await ledger.admit(key, KeysFixture.estimate(0, tokens: 90)).ticket)
            #expect(
                try await ledger.admit(key, KeysFixture.estimate(0, tokens: 11)).refusal
                    == KeyRefusal(
                        .tokens,
                        "this call may use 11 tokens, and of the 100 a minute of this key 10 are left: try again in 1 min 1 s",
                        left: 10, resetsAt: Timestamp(iso8601: "2026-01-01T00:01:01Z")))
            // The call of the fixture uses ten.
            ledger.settle(first, KeysFixture.call(0))
            let second = try await ledger.admit(key, KeysFixture.estimate(0, tokens: 90)).ticket
            #expect(second != nil)
            let never = try await ledger.admit(key, KeysFixture.estimate(0, tokens: 101)).refusal
            #expect(never?.resetsAt == nil)
            #expect(never?.message.hasSuffix(": ask for less at once, or have the limit raised") == true)
        }
    }

    @Test("hold back calls above so many at once, until one has ended")
    func concurrent() async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(rates: .init(concurrent: 2))
            let ledger = fixture.ledger()
            let first = try #require(try await ledger.admit(key, KeysFixture.estimate(0)).ticket)
            _ = try #require(try await ledger.admit(key, KeysFixture.estimate(0)).ticket)
            #expect(
                try await ledger.admit(key, KeysFixture.estimate(0)).refusal
                    == KeyRefusal(
                        .concurrent,
                        "2 of 2 calls that this key may make at once are under way: try again when one has ended",
                        left: 0))
            ledger.release(first)
            #expect(try await ledger.admit(key, KeysFixture.estimate(0)).ticket != nil)
        }
    }

    @Test("a sliding minute is what adding up every call says", arguments: 0..<20)
    func model(seed: UInt64) {
        var state = seed &* 2_654_435_761 &+ 99
        func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
        var minute = SlidingMinute()
        var all: [(second: Int64, amount: Int)] = []
        var now = Timestamp(milliseconds: 1_770_000_000_000)
        var newest: Int64 = 0
        for _ in 0..<400 {
            now += .milliseconds([0, 7, 900, 1_000, 5_000, 70_000, -3_000][roll(7)])
            minute.advance(to: now)
            newest = max(newest, now.milliseconds / 1_000)
            if roll(2) == 0 {
                let amount = roll(50)
                all.append((minute.add(amount), amount))
            } else if !all.isEmpty {
                let place = roll(all.count)
                let change = roll(40) - 20
                minute.correct(change, in: all[place].second)
                if newest - all[place].second < 61 {
                    // No second goes below zero.
                    let second = all[place].second
                    let sum = all.filter { $0.second == second }.reduce(0) { $0 + $1.amount }
                    all[place].amount += max(change, -sum)
                }
            }
            let expected = all.filter { newest - $0.second < 61 }.reduce(0) { $0 + $1.amount }
            #expect(minute.total == expected)
        }
    }
}
