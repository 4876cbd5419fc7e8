/// The tokens of one model call, each counted once.
package struct Usage: Sendable, Hashable, Codable {
    /// Input tokens at the full price: neither read from nor written to the provider's prompt cache.
    package var input: Int
    package var output: Int
    package var cacheRead: Int
    package var cacheWrite: Int
    /// The part of `output` that was reasoning, where the provider says so.
    package var reasoning: Int

    package init(input: Int = 0, output: Int = 0, cacheRead: Int = 0, cacheWrite: Int = 0, reasoning: Int = 0) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.reasoning = reasoning
    }

    package static let zero = Usage()

    /// Every input token, cached or not.
    package var totalInput: Int { input + cacheRead + cacheWrite }
    /// The part of all input that came from the provider's prompt cache, in percent; 0 without any input.
    package var cachedPercent: Int { totalInput == 0 ? 0 : cacheRead * 100 / totalInput }
    package var total: Int { totalInput + output }

    package static func + (left: Usage, right: Usage) -> Usage {
        Usage(
            input: left.input + right.input, output: left.output + right.output,
            cacheRead: left.cacheRead + right.cacheRead, cacheWrite: left.cacheWrite + right.cacheWrite,
            reasoning: left.reasoning + right.reasoning)
    }
}
