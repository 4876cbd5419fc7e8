import Conversation
import Identity
import Keys
import Metrics
import Money
import Runs
import ServedCalls
import Testing

/// The gateway's metrics (O1).
@Suite("The gateway's metrics")
struct GatewayMetricsTests {
    private static func samples(_ registry: MetricRegistry, without: String = "_bucket") -> [String] {
        registry.text().split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("#") && !$0.contains(without) }
    }

    @Test("count a finished call by one plain value")
    func finished() {
        let registry = MetricRegistry()
        let metrics = GatewayMetrics(registry: registry)
        var call = ServedCall(
            request: "r", kind: "code", asked: "fast", model: "b/m", fallbacks: ["a/x", "a/y"], retries: 2,
            usage: .init(input: 10, output: 5, cacheRead: 3, cacheWrite: 1, reasoning: 2), cost: USD(micros: 250_000),
            latency: .milliseconds(1_500), firstByte: .milliseconds(500), cache: .miss, status: 200)
        metrics.record(call, key: "ci")
        call.cost = nil
        call.fallbacks = []
        call.retries = 0
        call.model = ""
        call.status = 502
        call.firstByte = nil
        call.cache = .bypass
        metrics.record(call, key: "ci")
        metrics.record(KeyRefusal(.budget, "no"))
        #expect(
            Self.samples(registry) == [
                #"vencejo_cost_usd_total{model="b/m"} 0.25"#, #"vencejo_cost_usd_total{model="none"} 0"#,
                #"vencejo_fallbacks_total{from="a/x",to="a/y"} 1"#, #"vencejo_fallbacks_total{from="a/y",to="b/m"} 1"#,
                #"vencejo_first_byte_seconds_sum{model="b/m"} 0.5"#,
                #"vencejo_first_byte_seconds_count{model="b/m"} 1"#,
                #"vencejo_first_byte_seconds_sum{model="none"} 0"#,
                #"vencejo_first_byte_seconds_count{model="none"} 0"#,
                #"vencejo_key_cost_usd_total{key="ci"} 0.25"#, #"vencejo_key_requests_total{key="ci"} 2"#,
                #"vencejo_refusals_total{limit="budget"} 1"#,
                #"vencejo_request_duration_seconds_sum{model="b/m"} 1.5"#,
                #"vencejo_request_duration_seconds_count{model="b/m"} 1"#,
                #"vencejo_request_duration_seconds_sum{model="none"} 1.5"#,
                #"vencejo_request_duration_seconds_count{model="none"} 1"#,
                #"vencejo_requests_total{model="b/m",kind="code",status="200"} 1"#,
                #"vencejo_requests_total{model="none",kind="code",status="502"} 1"#,
                #"vencejo_response_cache_total{outcome="bypass"} 1"#,
                #"vencejo_response_cache_total{outcome="miss"} 1"#,
                #"vencejo_retries_total{model="b/m"} 2"#, #"vencejo_retries_total{model="none"} 0"#,
                #"vencejo_tokens_total{model="b/m",type="cache_read"} 3"#,
                #"vencejo_tokens_total{model="b/m",type="cache_write"} 1"#,
                #"vencejo_tokens_total{model="b/m",type="input"} 10"#,
                #"vencejo_tokens_total{model="b/m",type="output"} 5"#,
                #"vencejo_tokens_total{model="b/m",type="reasoning"} 2"#,
                #"vencejo_tokens_total{model="none",type="cache_read"} 3"#,
                #"vencejo_tokens_total{model="none",type="cache_write"} 1"#,
                #"vencejo_tokens_total{model="none",type="input"} 10"#,
                #"vencejo_tokens_total{model="none",type="output"} 5"#,
                #"vencejo_tokens_total{model="none",type="reasoning"} 2"#,
                #"vencejo_unpriced_requests_total{model="b/m"} 0"#,
                #"vencejo_unpriced_requests_total{model="none"} 1"#,
            ])
    }

    @Test("show budgets by the names of keys, calls under way, and breakers")
    func shown() async throws {
        try await KeysFixture.with { fixture in
            let registry = MetricRegistry()
            let metrics = GatewayMetrics(registry: registry)
            let key = try await fixture.key(budgets: .init(total: USD(micros: 1_000_000), day: USD(micros: 900_000)))
            let ledger = fixture.ledger(BudgetLimits([.user: USD(micros: 5_000_000)]))
            metrics.show(ledger) { $0 == key.key.id.string ? key.key.name : nil }
            metrics.showBreakers { [("a/x#0", .halfOpen)] }
            let first = try #require(try await ledger.admit(key, KeysFixture.estimate(200_000)).ticket)
            _ = try await ledger.admit(key, KeysFixture.estimate(100_000))
            ledger.settle(first, KeysFixture.call(150_000))
            #expect(
                Self.samples(registry) == [
                    #"vencejo_breaker_state{deployment="a/x#0",state="closed"} 0"#,
                    #"vencejo_breaker_state{deployment="a/x#0",state="half_open"} 1"#,
                    #"vencejo_breaker_state{deployment="a/x#0",state="open"} 0"#,
                    #"vencejo_budget_left_usd{scope="user",name="ana"} 4.75"#,
                    #"vencejo_budget_left_usd{scope="virtual_key",name="ci"} 0.75"#,
                    #"vencejo_budget_left_usd{scope="virtual_key_day",name="ci/2026-01-01"} 0.65"#,
                    "vencejo_ledger_writable 1", "vencejo_requests_in_flight 1",
                ])
            try await ledger.drain()
        }
    }
}
