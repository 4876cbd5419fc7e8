import Testing

@testable import HTTPClient

struct DeadlinesTests {
    private let start = ContinuousClock.now
    private let timeouts = HTTPRequest.Timeouts(
        connect: .seconds(1), firstByte: .seconds(10), idle: .seconds(5), total: .seconds(60))

    private func at(_ seconds: Int) -> Deadlines.Instant { start + .seconds(seconds) }

    @Test func `connecting is only limited by the whole`() {
        let deadlines = Deadlines(timeouts, start: start)
        #expect(deadlines.next == at(60))
        #expect(deadlines.expired(at: at(59)) == nil)
        #expect(deadlines.expired(at: at(60)) == .total)
    }

    @Test func `the head is awaited from the last byte sent`() {
        var deadlines = Deadlines(timeouts, start: start)
        deadlines.connected(at: at(2))
        #expect(deadlines.next == at(12))
        deadlines.sent(at: at(4))
        #expect(deadlines.next == at(14))
        #expect(deadlines.expired(at: at(13)) == nil)
        #expect(deadlines.expired(at: at(14)) == .firstByte)
    }

    @Test func `each part of the body starts the idle time again`() {
        var deadlines = Deadlines(timeouts, start: start)
        deadlines.connected(at: start)
        deadlines.received(at: at(3))
        deadlines.received(at: at(7))
        #expect(deadlines.next == at(12))
        #expect(deadlines.expired(at: at(12)) == .idle)
    }

    @Test func `a stalled reader is not the server's silence`() {
        var deadlines = Deadlines(timeouts, start: start)
        deadlines.received(at: at(1))
        deadlines.stalled()
        #expect(deadlines.next == at(60))
        #expect(deadlines.expired(at: at(59)) == nil)
        deadlines.resumed(at: at(30))
        #expect(deadlines.next == at(35))
    }

    @Test func `without limits there is no deadline`() {
        var deadlines = Deadlines(.init(firstByte: nil, idle: nil), start: start)
        deadlines.connected(at: start)
        #expect(deadlines.next == nil)
        deadlines.received(at: start)
        #expect(deadlines.next == nil)
        #expect(deadlines.expired(at: at(1_000_000)) == nil)
    }
}
