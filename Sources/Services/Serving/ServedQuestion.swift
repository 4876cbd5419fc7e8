package import Conversation
package import Keys
package import ResponseCache

/// A call of somebody outside: what is asked, and by whom.
package struct ServedQuestion: Sendable {
    /// What answers, logs and the ledger call it.
    package var id: String
    package var key: KnownKey
    /// The model as the client named it.
    package var model: String
    @Shared package var request: ModelRequest
    /// What kind of task it is for, where the client says so; empty otherwise.
    package var kind: String
    package var isStreamed: Bool
    /// Whether the client said that the answer is not needed at once.
    package var canWait: Bool
    /// What the client says of the age of an answer.
    package var wish: CacheQuestion.Wish

    package init(
        id: String, key: KnownKey, model: String, request: ModelRequest, kind: String = "", isStreamed: Bool = false,
        canWait: Bool = false, wish: CacheQuestion.Wish = .any
    ) {
        self.id = id
        self.key = key
        self.model = model
        self.request = request
        self.kind = kind
        self.isStreamed = isStreamed
        self.canWait = canWait
        self.wish = wish
    }
}
