import Conversation
import Keys
import Money
import ServedCalls
import Testing

/// What the ledger says could have been saved (G8).
@Suite("Saving hints")
struct SavingHintsTests {
    private static let prices = PriceList(
        models: ["a/dear", "a/cheap", "a/mid"],
        cost: { model, usage in
            let rate: TokenRate? =
                switch model {
                case "a/dear": TokenRate(perMillion: USD(micros: 10_000_000))
                case "a/mid": TokenRate(perMillion: USD(micros: 4_000_000))
                case "a/cheap", "b/alien": TokenRate(perMillion: USD(micros: 1_000_000))
                default: nil
                }
            let cached = rate.map { TokenRate(perMillion: USD(micros: $0.perMillion.micros / 10)) }
            return rate.flatMap { rate in
                cached.map {
                    rate.cost(of: usage.input + usage.output + usage.cacheWrite) + $0.cost(of: usage.cacheRead)
                }
            }
        },
        batchCost: { model, usage in
            model == "a/dear" ? TokenRate(perMillion: USD(micros: 5_000_000)).cost(of: usage.total) : nil
        })

    private static func use(
        _ kind: String = "code", _ model: String = "a/dear", size: SavingFacts.Size = .small, calls: Int = 100,
        tokens: Int = 100_000, cached: Int = 0
    ) -> SavingFacts.Use {
        let usage = Usage(input: tokens - cached, cacheRead: cached)
        return SavingFacts.Use(
            kind: kind, model: model, size: size, calls: calls, usage: usage,
            cost: prices.cost(model, usage) ?? .zero)
    }

    private static func hints(_ facts: SavingFacts) -> [SavingHint] { SavingHints(prices: prices).hints(in: facts) }

    @Test("name a cheaper model that has passed as much of the same kind, less what its failures cost")
    func cheaper() {
        let facts = SavingFacts(
            uses: [Self.use()],
            verdicts: [
                .init(kind: "code", model: "a/cheap", passed: 19, failed: 1),
                .init(kind: "code", model: "a/mid", passed: 40, failed: 0),
            ])
        #expect(
            Self.hints(facts) == [
                SavingHint(
                    reason: .cheaperModel, kind: "code", model: "a/dear", instead: "a/cheap", calls: 100,
                    cost: USD(micros: 1_000_000), saves: USD(micros: 850_000),
                    text: """
                        100 small calls of code went to a/dear for $1.00: a/cheap passed 19 of 20 verified steps of this \
                        kind at the first attempt and would have saved about $0.85
                        """)
            ])
    }

    @Test(
        "name none that is not configured, not verified enough, worse, of another kind, or for large calls",
        arguments: [
            (Self.use(), SavingFacts.Verdict(kind: "code", model: "b/alien", passed: 50, failed: 0)),
            (Self.use(), .init(kind: "code", model: "a/cheap", passed: 4, failed: 0)),
            (Self.use(), .init(kind: "code", model: "a/cheap", passed: 16, failed: 4)),
            (Self.use(), .init(kind: "review", model: "a/cheap", passed: 50, failed: 0)),
            (Self.use(size: .large), .init(kind: "code", model: "a/cheap", passed: 50, failed: 0)),
            (Self.use(""), .init(kind: "", model: "a/cheap", passed: 50, failed: 0)),
            (Self.use("code", "a/cheap"), .init(kind: "code", model: "a/dear", passed: 50, failed: 0)),
            (Self.use(tokens: 1_000), .init(kind: "code", model: "a/cheap", passed: 50, failed: 0)),
        ])
    func honest(use: SavingFacts.Use, verdict: SavingFacts.Verdict) {
        let hints = Self.hints(SavingFacts(uses: [use], verdicts: [verdict]))
        #expect(hints.filter { $0.reason == .cheaperModel } == [])
    }

    @Test("hold a cheaper model to what the dearer one has passed itself")
    func againstOwn() {
        let cheap = SavingFacts.Verdict(kind: "code", model: "a/cheap", passed: 16, failed: 4)
        let worse = SavingFacts.Verdict(kind: "code", model: "a/dear", passed: 15, failed: 5)
        let hints = Self.hints(SavingFacts(uses: [Self.use()], verdicts: [cheap, worse]))
        #expect(hints.map(\.instead) == ["a/cheap"])
    }

    @Test(
        "tell of repeated requests, of a prompt cache that is hardly used, and of calls that could wait, dearest first")
    func others() {
        let facts = SavingFacts(
            uses: [
                Self.use("", size: .medium, calls: 10, tokens: 100_000, cached: 20_000),
                Self.use("", "a/cheap", size: .medium, calls: 10, tokens: 100_000, cached: 40_000),
                Self.use("", "a/mid", size: .medium, calls: 10, tokens: 40_000),
            ],
            repeats: [
                .init(kind: "ask", model: "a/mid", calls: 3, cost: USD(micros: 20_000)),
                .init(kind: "ask", model: "a/mid", calls: 3, cost: USD(micros: 9_999)),
            ],
            patient: [Self.use(calls: 1, tokens: 50_000), Self.use("x", "a/cheap", calls: 1)])
        #expect(
            Self.hints(facts).map(\.text) == [
                "1 call to a/dear could have waited and cost $0.50: in a batch they cost $0.25",
                """
                3 calls to a/mid repeated an earlier request of the same key word for word and cost $0.02: the response \
                cache would have answered them for nothing
                """,
                """
                only 20 % of the input of 10 calls to a/dear came from its prompt cache, where a million tokens cost \
                $1.00 instead of $10.00: keep what stays the same at the beginning of requests
                """,
            ])
    }
}
