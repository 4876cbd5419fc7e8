package import Conversation
package import Edits
package import Money

/// What is known of a model: how much fits in it, and what its tokens cost.
package struct ModelCard: Sendable, Hashable {
    package var contextTokens: Int
    package var maxOutputTokens: Int
    package var prices: Prices
    package var images: Images
    /// How the model writes down changes best.
    package var editFormat: EditFormat

    package init(
        contextTokens: Int, maxOutputTokens: Int, prices: Prices, images: Images = .refused,
        editFormat: EditFormat = .editTool
    ) {
        self.contextTokens = contextTokens
        self.maxOutputTokens = maxOutputTokens
        self.prices = prices
        self.images = images
        self.editFormat = editFormat
    }

    /// Whether a model looks at images.
    package enum Images: String, Sendable, Hashable { case taken, refused }

    /// Prices a million tokens.
    package struct Prices: Sendable, Hashable {
        package var input: TokenRate
        package var output: TokenRate
        package var cacheRead: TokenRate
        package var cacheWrite: TokenRate
        /// What a call costs whose input is long; nil where length does not matter.
        package var long: Long?
        /// Whether anybody has said what the model costs; the rates are zero where nobody has, and mean nothing.
        package var isKnown = true

        package init(
            input: TokenRate, output: TokenRate, cacheRead: TokenRate, cacheWrite: TokenRate, long: Long? = nil
        ) {
            self.input = input
            self.output = output
            self.cacheRead = cacheRead
            self.cacheWrite = cacheWrite
            self.long = long
        }

        package static let free = Prices(input: .free, output: .free, cacheRead: .free, cacheWrite: .free)

        /// Of a model that nobody has named a price for: never shown as zero.
        package static let unknown: Prices = {
            var prices = Prices.free
            prices.isKnown = false
            return prices
        }()

        /// The rates of a whole call with more input than `above`.
        package struct Long: Sendable, Hashable {
            package var above: Int
            package var input: TokenRate
            package var output: TokenRate
            package var cacheRead: TokenRate
            package var cacheWrite: TokenRate

            package init(
                above: Int, input: TokenRate, output: TokenRate, cacheRead: TokenRate, cacheWrite: TokenRate
            ) {
                self.above = above
                self.input = input
                self.output = output
                self.cacheRead = cacheRead
                self.cacheWrite = cacheWrite
            }
        }

        /// The rates of a call with that many input tokens, however they are counted.
        package func rates(input tokens: Int) -> Prices {
            guard let long, tokens > long.above else { return self }
            var rates = Prices(
                input: long.input, output: long.output, cacheRead: long.cacheRead, cacheWrite: long.cacheWrite)
            rates.isKnown = isKnown
            return rates
        }

        package func cost(of usage: Usage) -> USD {
            let rates = rates(input: usage.totalInput)
            return rates.input.cost(of: usage.input) + rates.output.cost(of: usage.output)
                + rates.cacheRead.cost(of: usage.cacheRead) + rates.cacheWrite.cost(of: usage.cacheWrite)
        }

        /// The most that a call with this many tokens can cost, however its input is counted.
        package func ceiling(input tokens: Int, output outputTokens: Int) -> USD {
            let rates = rates(input: tokens)
            return max(rates.input, rates.cacheWrite, rates.cacheRead).cost(of: tokens)
                + rates.output.cost(of: outputTokens)
        }

        /// An amount for a reader: `unknown` where the price is.
        package func text(_ amount: USD) -> String { isKnown ? "\(amount)" : "unknown" }
    }
}
