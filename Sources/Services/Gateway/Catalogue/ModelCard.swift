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

        package init(input: TokenRate, output: TokenRate, cacheRead: TokenRate, cacheWrite: TokenRate) {
            self.input = input
            self.output = output
            self.cacheRead = cacheRead
            self.cacheWrite = cacheWrite
        }

        package static let free = Prices(input: .free, output: .free, cacheRead: .free, cacheWrite: .free)

        package func cost(of usage: Usage) -> USD {
            input.cost(of: usage.input) + output.cost(of: usage.output) + cacheRead.cost(of: usage.cacheRead)
                + cacheWrite.cost(of: usage.cacheWrite)
        }

        /// The most that a call with this many tokens can cost, however its input is counted.
        package func ceiling(input tokens: Int, output outputTokens: Int) -> USD {
            max(input, cacheWrite, cacheRead).cost(of: tokens) + output.cost(of: outputTokens)
        }
    }
}
