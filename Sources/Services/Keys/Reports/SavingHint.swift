package import Conversation
package import Money

/// One way in which the calls of the ledger would have cost less, and by how much.
package struct SavingHint: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// A cheaper model has passed the same kind's verification as often.
        case cheaperModel = "cheaper-model"
        /// The same request was answered by a model again.
        case repeated
        /// Little of the input came from the provider's prompt cache.
        case promptCache = "prompt-cache"
        /// The calls could have waited for a batch.
        case batch
    }

    package var reason: Reason
    package var kind: String
    package var model: String
    /// The model to ask instead.
    package var instead: String?
    package var calls: Int
    package var cost: USD
    /// What it would have saved, on the low side where it is an estimate; nil where it cannot be said.
    package var saves: USD?
    /// One sentence with what the hint rests on.
    package var text: String

    package init(
        reason: Reason, kind: String, model: String, instead: String? = nil, calls: Int, cost: USD, saves: USD?,
        text: String
    ) {
        self.reason = reason
        self.kind = kind
        self.model = model
        self.instead = instead
        self.calls = calls
        self.cost = cost
        self.saves = saves
        self.text = text
    }
}

/// What models cost, for hints.
package struct PriceList: Sendable {
    /// The models that are configured, `provider/model`.
    package var models: [String]
    /// What tokens cost with a model; nil where its prices are not known.
    package var cost: @Sendable (_ model: String, Usage) -> USD?
    /// The same in a batch; nil where the model has none.
    package var batchCost: @Sendable (_ model: String, Usage) -> USD?

    package init(
        models: [String], cost: @escaping @Sendable (_ model: String, Usage) -> USD?,
        batchCost: @escaping @Sendable (_ model: String, Usage) -> USD?
    ) {
        self.models = models
        self.cost = cost
        self.batchCost = batchCost
    }
}
