package import Conversation

/// A request on its way to a model, with what the cache has to know of it.
package struct CacheQuestion: Sendable {
    @Shared package var request: ModelRequest
    /// The model as it was asked for, with its provider or by its alias: answers of one are not those of another.
    package var target: String
    package var kind: CacheKind
    package var scope: CacheScope
    package var wish: Wish

    package init(
        _ request: ModelRequest, target: String, kind: CacheKind = .response, scope: CacheScope, wish: Wish = .any
    ) {
        self.request = request
        self.target = target
        self.kind = kind
        self.scope = scope
        self.wish = wish
    }

    /// What the client says of the age of an answer.
    package enum Wish: Sendable, Hashable {
        case any
        /// Ask the model, and keep what it says in place of what was kept (`Cache-Control: no-cache`).
        case fresh
        /// Neither read nor keep (`Cache-Control: no-store`).
        case unkept
    }
}
