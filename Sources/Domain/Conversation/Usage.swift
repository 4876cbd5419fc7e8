/// The tokens of one model call, each counted once.
package struct Usage: Sendable, Hashable, Codable {
    /// Input tokens at the full price: neither read from nor written to the provider's prompt cache.
    package var input: Int
    package var output: Int
    package var cacheRead: Int
    package var cacheWrite: Int
    /// The part of `cacheWrite` that is kept for an hour, which costs more; the rest is kept for five minutes.
    package var cacheWriteHour: Int
    /// The part of `output` that was reasoning, where the provider says so.
    package var reasoning: Int

    /// What one format alone counts, such as the searches that the provider made; sums leave it out.
    package var passthrough: Passthrough?

    package init(
        input: Int = 0, output: Int = 0, cacheRead: Int = 0, cacheWrite: Int = 0, reasoning: Int = 0,
        cacheWriteHour: Int = 0, passthrough: Passthrough? = nil
    ) {
        self.cacheWriteHour = cacheWriteHour
        self.passthrough = passthrough
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
            reasoning: left.reasoning + right.reasoning, cacheWriteHour: left.cacheWriteHour + right.cacheWriteHour)
    }
}

extension Usage {
    private enum CodingKeys: String, CodingKey {
        case input, output, cacheRead, cacheWrite, reasoning, cacheWriteHour, passthrough
    }

    /// Reads records of before, too, which do not know of the later counts.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            input: try container.decode(Int.self, forKey: .input),
            output: try container.decode(Int.self, forKey: .output),
            cacheRead: try container.decode(Int.self, forKey: .cacheRead),
            cacheWrite: try container.decode(Int.self, forKey: .cacheWrite),
            reasoning: try container.decode(Int.self, forKey: .reasoning),
            cacheWriteHour: try container.decodeIfPresent(Int.self, forKey: .cacheWriteHour) ?? 0,
            passthrough: try container.decodeIfPresent(Passthrough.self, forKey: .passthrough))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(input, forKey: .input)
        try container.encode(output, forKey: .output)
        try container.encode(cacheRead, forKey: .cacheRead)
        try container.encode(cacheWrite, forKey: .cacheWrite)
        try container.encode(reasoning, forKey: .reasoning)
        if cacheWriteHour != 0 { try container.encode(cacheWriteHour, forKey: .cacheWriteHour) }
        try container.encodeIfPresent(passthrough, forKey: .passthrough)
    }
}
