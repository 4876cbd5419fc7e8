package import Conversation

/// A model that may answer a call, with the request as that model takes it.
package struct Candidate: Sendable {
    package var model: ModelName
    /// The way to the model with each of its provider's keys; at least one.
    package var keys: [any ModelProvider]
    @Shared package var request: ModelRequest
    /// The input counted before the call: what its rate is held to, and what it is charged where nobody says more.
    package var inputTokens: Int
    /// How long the first piece of the answer may take while there is another model to ask; nil is as long as it takes.
    package var patience: Duration?

    /// - Parameter inputTokens: nil counts them, which reads the whole request.
    package init(
        model: ModelName, keys: [any ModelProvider], request: ModelRequest, inputTokens: Int? = nil,
        patience: Duration? = nil
    ) {
        self.model = model
        self.keys = keys
        self.request = request
        self.inputTokens = inputTokens ?? TokenEstimate.inputTokens(of: request)
        self.patience = patience
    }
}

/// What a whole call is held to; the waits between attempts are the retry policy's.
package struct CallTimes: Sendable, Hashable {
    /// Asks a second model as well where the first has said nothing for so long; nil never does.
    package var hedgeAfter: Duration?
    /// How long the call may take in all, with every attempt and every wait; nil is as long as it takes.
    package var total: Duration?

    package init(hedgeAfter: Duration? = nil, total: Duration? = nil) {
        self.hedgeAfter = hedgeAfter
        self.total = total
    }
}
