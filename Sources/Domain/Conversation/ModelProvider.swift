/// A way to a model: one call, streamed.
package protocol ModelProvider: Sendable {
    /// The provider's name in configuration and ledger, such as `anthropic`.
    var name: String { get }

    /// Sends one request and hands over the pieces of the answer as they arrive.
    ///
    /// Returns after `.stopped` was handed over. `receive` is awaited, so a slow receiver slows the provider down. Throws
    /// `ModelError`; cancelling the task ends the call and throws `CancellationError`.
    func send(_ request: ModelRequest, to receive: (ModelEvent) async throws -> Void) async throws
}

/// A way to a model whose provider counts the tokens of a request without answering it.
package protocol TokenCounter: ModelProvider {
    /// The input tokens of the request, at no cost. Throws `ModelError`, and `CancellationError` where it is cancelled.
    func count(_ request: ModelRequest) async throws -> Int
}

/// Why a model call failed.
package struct ModelError: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    /// One sentence: what failed, where, and how to fix it.
    package var message: String
    /// How long the provider asks to wait, where it says so.
    package var retryAfter: Duration?

    package init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    package enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// The key is missing, wrong or not allowed: never retried.
        case authentication
        case rateLimited
        case overloaded
        case contextTooLong
        case refused
        case invalidRequest
        case unknownModel
        /// The provider wants to be paid before it answers.
        case outOfCredit
        case network
        case timeout
        /// The stream ended before the answer did.
        case streamCut
        case malformedStream
        case providerFault
        /// A rehearsal has no reply for this turn, or the request differs from the recorded one.
        case rehearsal
    }

    /// Whether the same request may succeed when it is sent again.
    package var isTransient: Bool {
        switch code {
        case .rateLimited, .overloaded, .network, .timeout, .streamCut, .malformedStream, .providerFault: true
        case .authentication, .contextTooLong, .refused, .invalidRequest, .unknownModel, .outOfCredit, .rehearsal: false
        }
    }

    package var description: String { message }
}
