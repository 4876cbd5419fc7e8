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
        /// Writing the cache for an hour instead of minutes; nil where nobody has said, and the plain rate counts.
        package var cacheWriteHour: TokenRate?
        /// What calls cost that wait for a batch; nil where nobody has said.
        package var batch: ModelEntry.BatchPrices?
        /// What a call costs whose input is long; nil where length does not matter.
        package var long: Long?
        /// Whether anybody has said what the model costs; the rates are zero where nobody has, and mean nothing.
        package var isKnown = true

        package init(
            input: TokenRate, output: TokenRate, cacheRead: TokenRate, cacheWrite: TokenRate,
            cacheWriteHour: TokenRate? = nil, batch: ModelEntry.BatchPrices? = nil, long: Long? = nil
        ) {
            self.cacheWriteHour = cacheWriteHour
            self.batch = batch
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
                input: long.input, output: long.output, cacheRead: long.cacheRead, cacheWrite: long.cacheWrite,
                // Nobody lists it: dearer by as much as the usual one.
                cacheWriteHour: cacheWriteHour.map { $0.scaled(from: cacheWrite, to: long.cacheWrite) })
            rates.isKnown = isKnown
            return rates
        }

        /// The prices of the same call in a batch; nil where nobody has said.
        ///
        /// What is read from and written to the cache is cheaper by as much as the input is.
        package var inBatch: Prices? {
            guard let batch else { return nil }
            func input(_ rate: TokenRate) -> TokenRate { rate.scaled(from: self.input, to: batch.input) }
            func output(_ rate: TokenRate) -> TokenRate { rate.scaled(from: self.output, to: batch.output) }
            var prices = Prices(
                input: batch.input, output: batch.output, cacheRead: input(cacheRead), cacheWrite: input(cacheWrite),
                cacheWriteHour: cacheWriteHour.map(input),
                long: long.map {
                    Long(
                        above: $0.above, input: input($0.input), output: output($0.output),
                        cacheRead: input($0.cacheRead), cacheWrite: input($0.cacheWrite))
                })
            prices.isKnown = isKnown
            return prices
        }

        package func cost(of usage: Usage) -> USD {
            let rates = rates(input: usage.totalInput)
            return rates.input.cost(of: usage.input) + rates.output.cost(of: usage.output)
                + rates.cacheRead.cost(of: usage.cacheRead) + rates.costOfWriting(usage)
        }

        private func costOfWriting(_ usage: Usage) -> USD {
            let hour = min(usage.cacheWriteHour, usage.cacheWrite)
            return cacheWrite.cost(of: usage.cacheWrite - hour) + (cacheWriteHour ?? cacheWrite).cost(of: hour)
        }

        /// The most that a call with this many tokens can cost, however its input is counted.
        ///
        /// - Parameter hourly: whether the call may write to the cache for an hour.
        package func ceiling(input tokens: Int, output outputTokens: Int, hourly: Bool = false) -> USD {
            let rates = rates(input: tokens)
            let hour = hourly ? rates.cacheWriteHour ?? .free : .free
            return max(rates.input, rates.cacheWrite, rates.cacheRead, hour).cost(of: tokens)
                + rates.output.cost(of: outputTokens)
        }

        /// An amount for a reader: `unknown` where the price is.
        package func text(_ amount: USD) -> String { isKnown ? "\(amount)" : "unknown" }
    }
}
