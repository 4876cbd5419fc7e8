import Money
import Testing

struct TokenRateTests {
    @Test(
        arguments: [
            ("3.00", 1_000_000, "$3.00"), ("3.00", 1, "$0.000003"), ("0.10", 1, "$0.000001"), ("0.10", 10, "$0.000001"),
            ("0.10", 11, "$0.000002"), ("15", 123_456, "$1.85184"), ("3", 0, "$0.00"), ("3", -5, "$0.00"),
            ("0.0375", 27, "$0.000002"), ("9000000000", 9_000_000_000_000_000_000, "$9223372036854.775807"),
            ("1", .max, "$9223372036854.775807"), ("0.999999", .max, "$9223362813482.738953"), ("-1", 100, "$0.00"),
        ] as [(String, Int, String)])
    func `a price is exact and rounded up`(rate: String, tokens: Int, cost: String) throws {
        let rate = TokenRate(perMillion: try #require(USD(parsing: rate)))
        #expect(rate.cost(of: tokens).description == cost)
    }

    @Test(
        arguments: [
            ("3.00", "3.00", 1_000_000), ("3.00", "0.000003", 1), ("3.00", "0.000002", 0), ("15", "0.1", 6666),
            ("0", "1", .max), ("3", "0", 0), ("3", "-1", 0), ("0.000001", "9223372036854.775807", .max),
        ] as [(String, String, Int)])
    func `an amount buys as many tokens as cost no more than it`(rate: String, amount: String, tokens: Int) throws {
        let rate = TokenRate(perMillion: try #require(USD(parsing: rate)))
        let amount = try #require(USD(parsing: amount))
        #expect(rate.tokens(for: amount) == tokens)
        #expect(rate.cost(of: rate.tokens(for: amount)) <= max(amount, .zero))
    }

    @Test(arguments: [
        ("0.30", "3", "1.5", "0.15"), ("0.000001", "3", "1", "0.000001"), ("6", "3.75", "7.5", "12"),
        ("5", "0", "9", "5"),
    ])
    func `a rate changes in the proportion of two others, rounded up`(
        rate: String, from: String, to: String, expected: String
    ) throws {
        func read(_ text: String) throws -> TokenRate { TokenRate(perMillion: try #require(USD(parsing: text))) }
        #expect(try read(rate).scaled(from: read(from), to: read(to)) == read(expected))
    }

    @Test func `rates print and compare by their price`() {
        #expect("\(TokenRate(perMillion: USD(micros: 37_500)))" == "$0.0375/M")
        #expect(TokenRate.free < TokenRate(perMillion: USD(micros: 1)))
    }
}
