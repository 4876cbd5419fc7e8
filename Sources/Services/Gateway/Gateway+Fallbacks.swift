import Conversation
import Money

extension Gateway {
    /// Which models stand in for one that does not answer, and when.
    package struct Fallbacks: Sendable, Hashable {
        /// By model, those that are asked in its place, in this order.
        package var models: [ModelName: [ModelName]]
        /// How long a model may say nothing while there is another to ask; nil is as long as it takes.
        package var patience: Duration?
        /// After how long another model is asked as well; nil is never.
        package var hedgeAfter: Duration?

        package init(
            models: [ModelName: [ModelName]] = [:], patience: Duration? = nil, hedgeAfter: Duration? = nil
        ) {
            self.models = models
            self.patience = patience
            self.hedgeAfter = hedgeAfter
        }

        package static let none = Fallbacks()
    }

    /// The models that may stand in for the usual one with this call.
    func standIns(for offer: Offer, _ request: ModelRequest, callLimit: USD?) -> [Offer] {
        others(fallbacks.models[offer.model] ?? [], than: offer, request, callLimit: callLimit)
    }
}
