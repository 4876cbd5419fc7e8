package import Conversation
package import Metrics
import Money
package import ServedCalls
import Synchronization

/// The gateway's metrics: what they are called, and how a finished call is counted.
package final class GatewayMetrics: Sendable {
    /// How a deployment's breaker stands.
    package enum BreakerState: String, Sendable, Hashable, CaseIterable {
        case closed, open
        case halfOpen = "half_open"
    }

    /// The series of one model, looked up once.
    private struct ModelSeries: Sendable {
        var input, output, cacheRead, cacheWrite, reasoning: Counter
        var cost: Counter
        var unpriced: Counter
        var retries: Counter
        var duration: Histogram
        var firstByte: Histogram
    }

    private struct KeySeries: Sendable {
        var requests, cost: Counter
    }

    private let registry: MetricRegistry
    private let requests: MetricFamily<Counter>
    private let refusals: MetricFamily<Counter>
    private let tokens: MetricFamily<Counter>
    private let cost: MetricFamily<Counter>
    private let unpriced: MetricFamily<Counter>
    private let retries: MetricFamily<Counter>
    private let fallbacks: MetricFamily<Counter>
    private let cache: MetricFamily<Counter>
    private let alerts: MetricFamily<Counter>
    private let failures: MetricFamily<Counter>
    private let keyRequests: MetricFamily<Counter>
    private let keyCost: MetricFamily<Counter>
    private let duration: MetricFamily<Histogram>
    private let firstByte: MetricFamily<Histogram>
    private let models = Mutex<[String: ModelSeries]>([:])
    private let keys = Mutex<[String: KeySeries]>([:])
    /// So many names are remembered; whatever comes beyond is looked up each time.
    private static let mostNames = 1_000

    package init(registry: MetricRegistry) {
        self.registry = registry
        requests = registry.counter(
            "vencejo_requests_total", help: "Calls through the gateway that have ended, by model and HTTP status.",
            labels: ["model", "kind", "status"])
        refusals = registry.counter(
            "vencejo_refusals_total", help: "Calls that a limit of a key or budget did not admit, by the limit.",
            labels: ["limit"])
        tokens = registry.counter(
            "vencejo_tokens_total",
            help: "Tokens as providers counted them; reasoning is a part of output, and the types of input add up.",
            labels: ["model", "type"])
        cost = registry.counter(
            "vencejo_cost_usd_total", help: "What calls have cost in US dollars, as far as prices are known.",
            labels: ["model"])
        unpriced = registry.counter(
            "vencejo_unpriced_requests_total", help: "Calls to models whose prices are not known.", labels: ["model"])
        retries = registry.counter(
            "vencejo_retries_total", help: "Attempts beyond the first with the same model.", labels: ["model"])
        fallbacks = registry.counter(
            "vencejo_fallbacks_total", help: "Calls that went on to another model after one had failed.",
            labels: ["from", "to"])
        cache = registry.counter(
            "vencejo_response_cache_total", help: "Calls by what the response cache did for them.",
            labels: ["outcome"])
        failures = registry.counter(
            "vencejo_attempt_failures_total", help: "Attempts that failed, by the model and why.",
            labels: ["model", "code"])
        alerts = registry.counter(
            "vencejo_budget_alerts_total",
            help: "Shares of limits that served calls have reached, by scope and percent.",
            labels: ["scope", "percent"])
        keyRequests = registry.counter(
            "vencejo_key_requests_total", help: "Calls through the gateway that have ended, by the name of the key.",
            labels: ["key"])
        keyCost = registry.counter(
            "vencejo_key_cost_usd_total", help: "What calls have cost in US dollars, by the name of the key.",
            labels: ["key"])
        duration = registry.histogram(
            "vencejo_request_duration_seconds", help: "From a call's request to the end of its answer.",
            labels: ["model"])
        firstByte = registry.histogram(
            "vencejo_first_byte_seconds", help: "From a call's request to the first byte of its answer.",
            labels: ["model"])
    }

    /// Counts a finished call.
    ///
    /// - Parameter key: the key's name, never its text.
    package func record(_ call: ServedCall, key: String) {
        let model = call.model.isEmpty ? "none" : call.model
        requests.series([model, call.kind, String(call.status)]).add()
        cache[call.cache.rawValue].add()
        let series = series(of: model)
        series.input.add(Double(call.usage.input))
        series.output.add(Double(call.usage.output))
        series.cacheRead.add(Double(call.usage.cacheRead))
        series.cacheWrite.add(Double(call.usage.cacheWrite))
        series.reasoning.add(Double(call.usage.reasoning))
        series.retries.add(Double(call.retries))
        series.duration.observe(Self.seconds(call.latency))
        if let first = call.firstByte { series.firstByte.observe(Self.seconds(first)) }
        let owner = self.series(ofKey: key)
        owner.requests.add()
        if let cost = call.cost {
            series.cost.add(Double(cost.micros) / 1e6)
            owner.cost.add(Double(cost.micros) / 1e6)
        } else {
            series.unpriced.add()
        }
        for (from, to) in zip(call.fallbacks, call.fallbacks.dropFirst() + [model]) { fallbacks[from, to].add() }
    }

    /// Counts a call that was not admitted.
    package func record(_ refusal: KeyRefusal) { refusals[refusal.limit.rawValue].add() }

    /// Counts an attempt that failed, also where another has answered.
    package func record(_ code: ModelError.Code, of model: String) { failures[model, code.rawValue].add() }

    /// Counts that a share of a limit was reached.
    package func record(_ alert: BudgetAlert) { alerts[alert.account.scope.rawValue, "\(alert.percent)"].add() }

    /// Shows what is left of budgets, calls under way and whether records can be written, as the ledger has them.
    ///
    /// - Parameter name: the name of a virtual key by its id; nil where it is not known.
    package func show(_ ledger: ServedLedger, name: @escaping @Sendable (_ id: String) -> String?) {
        registry.gauge("vencejo_requests_in_flight", help: "Calls that were admitted and have not ended.") {
            [([], Double(ledger.callsUnderWay))]
        }
        registry.gauge("vencejo_ledger_writable", help: "Whether calls can be recorded: 1, or 0 while writes fail.") {
            [([], ledger.isWritable ? 1 : 0)]
        }
        registry.gauge(
            "vencejo_budget_left_usd", help: "What is left of budgets that calls counted for lately, in US dollars.",
            labels: ["scope", "name"]
        ) {
            ledger.budgetsLeft.map { account, left in
                var parts = account.name.split(separator: "/", maxSplits: 1).map(String.init)
                if account.scope.rawValue.hasPrefix("virtual_key"), let id = parts.first, let known = name(id) {
                    parts[0] = known
                    return ([account.scope.rawValue, parts.joined(separator: "/")], Double(left.micros) / 1e6)
                }
                return ([account.scope.rawValue, account.name], Double(left.micros) / 1e6)
            }
        }
    }

    /// Shows how breakers stand: 1 for the state that a deployment's is in, 0 for the others.
    package func showBreakers(_ states: @escaping @Sendable () -> [(deployment: String, state: BreakerState)]) {
        registry.gauge(
            "vencejo_breaker_state", help: "1 for the state that the circuit breaker of a deployment is in, else 0.",
            labels: ["deployment", "state"]
        ) {
            states().flatMap { deployment, state in
                BreakerState.allCases.map { ([deployment, $0.rawValue], $0 == state ? 1 : 0) }
            }
        }
    }

    // MARK: - Private

    private func series(of model: String) -> ModelSeries {
        models.withLock { models in
            if let known = models[model] { return known }
            let new = ModelSeries(
                input: tokens[model, "input"], output: tokens[model, "output"],
                cacheRead: tokens[model, "cache_read"], cacheWrite: tokens[model, "cache_write"],
                reasoning: tokens[model, "reasoning"], cost: cost[model], unpriced: unpriced[model],
                retries: retries[model], duration: duration[model], firstByte: firstByte[model])
            if models.count < Self.mostNames { models[model] = new }
            return new
        }
    }

    private func series(ofKey key: String) -> KeySeries {
        keys.withLock { keys in
            if let known = keys[key] { return known }
            let new = KeySeries(requests: keyRequests[key], cost: keyCost[key])
            if keys.count < Self.mostNames { keys[key] = new }
            return new
        }
    }

    private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
}
