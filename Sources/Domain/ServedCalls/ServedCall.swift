package import Conversation
package import Money
package import Timekeeping

/// What one call through the gateway was and what became of it, without its content.
package struct ServedCall: Sendable, Hashable {
    /// What the request's answer and logs call it.
    package var request: String
    /// What kind of task it was for, as the router took it, such as `code` or `summary`; empty where it is not known.
    package var kind: String
    /// The model as the client named it.
    package var asked: String
    /// The model that answered, `provider/model`; empty where none was asked.
    package var model: String
    /// The models that were asked before it without success, in their order.
    package var fallbacks: [String]
    /// How many attempts were made beyond the first one with each model.
    package var retries: Int
    package var usage: Usage
    /// Nil where the model's prices are not known.
    package var cost: USD?
    package var latency: Duration
    /// Until the first byte of the answer went out; nil where there was none.
    package var firstByte: Duration?
    package var cache: CacheOutcome
    /// The HTTP status the client got; 499 for one that went away.
    package var status: Int
    package var isStreamed: Bool
    /// Whether the caller said that the answer is not needed at once.
    package var canWait: Bool
    /// Whether it went at a batch's price.
    package var isBatch: Bool
    /// The same for requests that are the same in all that counts for the answer; nil where nobody computed it.
    package var fingerprint: UInt64?

    package init(
        request: String, kind: String = "", asked: String, model: String = "", fallbacks: [String] = [],
        retries: Int = 0, usage: Usage = .zero, cost: USD? = .zero, latency: Duration = .zero,
        firstByte: Duration? = nil, cache: CacheOutcome = .bypass, status: Int, isStreamed: Bool = false,
        canWait: Bool = false, isBatch: Bool = false, fingerprint: UInt64? = nil
    ) {
        self.request = request
        self.kind = kind
        self.asked = asked
        self.model = model
        self.fallbacks = fallbacks
        self.retries = retries
        self.usage = usage
        self.cost = cost
        self.latency = latency
        self.firstByte = firstByte
        self.cache = cache
        self.status = status
        self.isStreamed = isStreamed
        self.canWait = canWait
        self.isBatch = isBatch
        self.fingerprint = fingerprint
    }

    /// What the response cache did for a call.
    package enum CacheOutcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// Looked for and not found.
        case miss
        case exact
        case semantic
        /// Not looked for.
        case bypass

        package var isHit: Bool { self == .exact || self == .semantic }
    }

    /// The provider in front of the model's name; empty where there is none.
    package var provider: String { model.contains("/") ? String(model.prefix { $0 != "/" }) : "" }
}

/// The ledger's line of a served call: the call, and whom it counts for.
package struct ServedRecord: Sendable, Hashable {
    /// When the call was admitted; it counts for that day.
    package var at: Timestamp
    package var key: VirtualKeyID
    package var user: String?
    package var project: String?
    package var call: ServedCall

    package init(at: Timestamp, key: VirtualKeyID, user: String?, project: String?, call: ServedCall) {
        self.at = at
        self.key = key
        self.user = user
        self.project = project
        self.call = call
    }
}
