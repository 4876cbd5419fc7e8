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
}

/// Who is told what a provider reports of its rates with the answer to a request.
///
/// It goes with the request through whatever providers are wrapped around each other, and is no part of its value: all
/// listeners are equal, and none is written down. (A task-local value would do the same; in optimised builds of Swift 6.3.1
/// binding one around an asynchronous call ends the process.)
package struct RateListener: Sendable, Hashable {
    /// Nil where nobody listens.
    package let tell: (@Sendable (RateReport) -> Void)?

    package init(_ tell: (@Sendable (RateReport) -> Void)?) { self.tell = tell }

    package static let none = RateListener(nil)

    package static func == (left: RateListener, right: RateListener) -> Bool { true }
    package func hash(into hasher: inout Hasher) {}
}
