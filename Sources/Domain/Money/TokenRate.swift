/// What tokens cost, as price lists say it: an amount for a million of them.
package struct TokenRate: Sendable, Hashable {
    package let perMillion: USD

    /// A negative price counts as zero.
    package init(perMillion: USD) {
        self.perMillion = max(perMillion, .zero)
    }

    package static let free = TokenRate(perMillion: .zero)

    /// The exact price of that many tokens, rounded up to a millionth of a dollar; zero where the count is not positive.
    package func cost(of tokens: Int) -> USD {
        guard tokens > 0 else { return .zero }
        // The price of one token is `perMillion.micros` millionths of a millionth of a dollar.
        let million: UInt64 = 1_000_000
        let product = UInt64(tokens).multipliedFullWidth(by: UInt64(perMillion.micros))
        guard product.high < million else { return .max }
        let (quotient, remainder) = million.dividingFullWidth(product)
        return USD(micros: Int64(clamping: quotient)) + (remainder > 0 ? USD(micros: 1) : .zero)
    }

    /// The rate changed in the proportion of two others, rounded up; itself where the first of them is zero.
    package func scaled(from: TokenRate, to: TokenRate) -> TokenRate {
        let (whole, part) = (UInt64(from.perMillion.micros), UInt64(to.perMillion.micros))
        guard whole > 0 else { return self }
        let product = UInt64(perMillion.micros).multipliedFullWidth(by: part)
        guard product.high < whole else { return TokenRate(perMillion: .max) }
        let (quotient, remainder) = whole.dividingFullWidth(product)
        return TokenRate(perMillion: USD(micros: Int64(clamping: quotient)) + USD(micros: remainder > 0 ? 1 : 0))
    }

    /// The most tokens that cost no more than the amount; zero where it is not positive.
    package func tokens(for amount: USD) -> Int {
        guard amount > .zero else { return 0 }
        guard perMillion > .zero else { return .max }
        let (high, low) = UInt64(amount.micros).multipliedFullWidth(by: 1_000_000)
        let rate = UInt64(perMillion.micros)
        guard high < rate else { return .max }
        return Int(clamping: rate.dividingFullWidth((high, low)).quotient)
    }
}

extension TokenRate: Comparable {
    package static func < (left: TokenRate, right: TokenRate) -> Bool { left.perMillion < right.perMillion }
}

extension TokenRate: CustomStringConvertible {
    /// The rate for a reader: `$3.00/M`.
    package var description: String { "\(perMillion)/M" }
}

extension TokenRate: Codable {
    /// An integer number of millionths of a dollar for a million tokens.
    package init(from decoder: any Decoder) throws {
        self.init(perMillion: try USD(from: decoder))
    }

    package func encode(to encoder: any Encoder) throws {
        try perMillion.encode(to: encoder)
    }
}
