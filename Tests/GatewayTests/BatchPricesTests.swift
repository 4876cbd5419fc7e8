import Conversation
import Gateway
import Money
import Testing

/// What batches and hours in the cache cost (G10, G12).
@Suite struct BatchPricesTests {
    private let prices = ModelCard.Prices(
        input: rate(3_000_000), output: rate(15_000_000), cacheRead: rate(300_000), cacheWrite: rate(3_750_000),
        cacheWriteHour: rate(6_000_000), batch: .init(input: rate(1_500_000), output: rate(7_500_000)),
        long: .init(
            above: 200_000, input: rate(6_000_000), output: rate(22_500_000), cacheRead: rate(600_000),
            cacheWrite: rate(7_500_000)))

    private static func rate(_ micros: Int64) -> TokenRate { TokenRate(perMillion: USD(micros: micros)) }

    @Test func `What is written to the cache for an hour costs the price of that`() {
        let usage = Usage(input: 1000, output: 100, cacheWrite: 3000, cacheWriteHour: 1000)
        #expect(prices.cost(of: usage) == USD(micros: 3_000 + 1_500 + 2 * 3_750 + 6_000))
        #expect(prices.ceiling(input: 1000, output: 100) == USD(micros: 3_750 + 1_500))
        #expect(prices.ceiling(input: 1000, output: 100, hourly: true) == USD(micros: 6_000 + 1_500))
    }

    @Test func `In a batch what goes through the cache is cheaper as the input is`() throws {
        let batch = try #require(prices.inBatch)
        let usage = Usage(input: 1000, output: 100, cacheRead: 10_000, cacheWrite: 2000, cacheWriteHour: 1000)
        #expect(batch.cost(of: usage) == USD(micros: 1_500 + 750 + 1_500 + 1_875 + 3_000))
        #expect(batch.cost(of: Usage(input: 300_000)) == USD(micros: 900_000))
        #expect(ModelCard.Prices.free.inBatch == nil)
    }

    @Test func `A long call writes to the cache at the price of long ones, for an hour too`() {
        #expect(prices.cost(of: Usage(cacheWrite: 300_000)) == USD(micros: 2_250_000))
        #expect(prices.cost(of: Usage(cacheWrite: 300_000, cacheWriteHour: 300_000)) == USD(micros: 3_600_000))
    }

    @Test func `The catalogue's own prices are in the cards of its models`() throws {
        let card = try #require(
            try ModelCatalogue().card(of: ModelName(provider: "anthropic", model: "claude-sonnet-4-5")))
        #expect(card.prices.batch == .init(input: Self.rate(1_500_000), output: Self.rate(7_500_000)))
        #expect(card.prices.cacheWriteHour == Self.rate(6_000_000))
    }
}
