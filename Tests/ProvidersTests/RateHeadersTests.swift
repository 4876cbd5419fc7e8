import Conversation
import HTTPClient
import LoopbackHTTP
import Synchronization
import Testing

@testable import Providers

@Suite struct RateHeadersTests {
    @Test(arguments: [
        ("6m0s", Duration.seconds(360)), ("120ms", .milliseconds(120)), ("1h30m", .seconds(5400)), ("1s", .seconds(1)),
        ("1.5s", .milliseconds(1500)), ("59.9998s", .milliseconds(60_000)), ("0", .zero), ("12", .seconds(12)),
        ("1d2h", .seconds(93_600)), ("7ns", .milliseconds(1)),
    ])
    func `A duration is read in any unit, rounded up to milliseconds`(text: String, expected: Duration) {
        #expect(RateHeaders.duration(text) == expected)
    }

    @Test(arguments: ["", "soon", "5x", "-3s", "ms", "1s!", "inf", "nan", "1e400", "99999999999999h", "1.2.3s"])
    func `What is no duration is none`(text: String) {
        #expect(RateHeaders.duration(text) == nil)
    }

    @Test func `Anthropic's headers give every quota, and resets count from the answer's own date`() {
        let headers = HTTPHeaders([
            ("Date", "Thu, 01 Jan 2026 00:00:00 GMT"),
            ("Anthropic-RateLimit-Requests-Limit", "50"), ("anthropic-ratelimit-requests-remaining", "49"),
            ("anthropic-ratelimit-requests-reset", "2026-01-01T00:00:02Z"),
            ("anthropic-ratelimit-input-tokens-limit", "30000"),
            ("anthropic-ratelimit-input-tokens-remaining", "0"),
            ("anthropic-ratelimit-input-tokens-reset", "2026-01-01T00:01:00.5Z"),
            ("anthropic-ratelimit-output-tokens-limit", "8000"),
            ("anthropic-ratelimit-output-tokens-remaining", "7000"),
            ("anthropic-ratelimit-output-tokens-reset", "2025-12-31T23:59:59Z"),
            ("anthropic-ratelimit-tokens-remaining", "37000"),
        ])
        #expect(
            RateHeaders.read(headers)
                == RateReport(
                    requests: .init(limit: 50, remaining: 49, resetsIn: .seconds(2)), tokens: .init(remaining: 37_000),
                    inputTokens: .init(limit: 30_000, remaining: 0, resetsIn: .seconds(60)),
                    outputTokens: .init(limit: 8000, remaining: 7000, resetsIn: .zero)))
    }

    @Test func `OpenAI's headers give requests and tokens`() {
        let headers = HTTPHeaders([
            ("x-ratelimit-limit-requests", "60"), ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-reset-requests", "1s"), ("x-ratelimit-limit-tokens", "150000"),
            ("X-RateLimit-Remaining-Tokens", "149984"), ("x-ratelimit-reset-tokens", "6m0s"),
        ])
        #expect(
            RateHeaders.read(headers)
                == RateReport(
                    requests: .init(limit: 60, remaining: 59, resetsIn: .seconds(1)),
                    tokens: .init(limit: 150_000, remaining: 149_984, resetsIn: .seconds(360))))
    }

    @Test(arguments: [
        [("x-ratelimit-remaining-requests", "many")], [("x-ratelimit-remaining-requests", "-1")],
        [("x-ratelimit-limit-requests", "60")], [("Content-Type", "text/event-stream")], [],
    ])
    func `Headers without a number that is left say nothing`(headers: [(String, String)]) {
        #expect(RateHeaders.read(HTTPHeaders(headers)).isEmpty)
    }

    @Test func `A time without a date of the answer, or a strange one, leaves the reset open`() {
        for (date, reset) in [(nil, "2026-01-01T00:00:02Z"), ("Thu, 01 Jan 2026 00:00:00 GMT", "tomorrow")] {
            var headers: HTTPHeaders = [
                "anthropic-ratelimit-requests-remaining": "3", "anthropic-ratelimit-requests-reset": reset,
            ]
            if let date { headers.add("Date", date) }
            #expect(RateHeaders.read(headers) == RateReport(requests: .init(remaining: 3)))
        }
    }

    @Test(arguments: Format.allCases, [200, 429])
    func `Whoever makes the call is told, with good answers and bad ones`(_ format: Format, status: Int) async throws {
        let answer: @Sendable (LoopbackExchange) -> Void = { exchange in
            exchange.respond(
                status, [("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "20ms")], body: "{}")
        }
        try await withAnswer(answer) { server in
            let heard = Mutex<[RateReport]>([])
            let provider = try format.provider(at: server.baseURL)
            var request = ModelRequest.sample()
            request.rateListener = RateListener { report in heard.withLock { $0.append(report) } }
            _ = await provider.failure(of: request)
            #expect(
                heard.withLock { $0 }
                    == [RateReport(requests: .init(remaining: 0, resetsIn: .milliseconds(20)))])
        }
    }
}
