/// What a provider says of the rates it allows a key, with one of its answers.
package struct RateReport: Sendable, Hashable {
    /// One rate: how much in all, how much of it is left, and how long until all of it is there again.
    package struct Quota: Sendable, Hashable {
        package var limit: Int?
        package var remaining: Int
        package var resetsIn: Duration?

        package init(limit: Int? = nil, remaining: Int, resetsIn: Duration? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.resetsIn = resetsIn
        }
    }

    package var requests: Quota?
    /// Tokens of all kinds together.
    package var tokens: Quota?
    package var inputTokens: Quota?
    package var outputTokens: Quota?

    package init(
        requests: Quota? = nil, tokens: Quota? = nil, inputTokens: Quota? = nil, outputTokens: Quota? = nil
    ) {
        self.requests = requests
        self.tokens = tokens
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }

    /// Whether nothing was said.
    package var isEmpty: Bool { self == RateReport() }

    /// Is told of every report that arrives for calls made within this task.
    ///
    /// It is of the task and not of the provider, as a report is about the call it came with: who makes the call listens,
    /// through whatever providers are wrapped around each other.
    @TaskLocal package static var listener: (@Sendable (RateReport) -> Void)?
}
