package import Conversation
import Crypto
package import Money

/// The right and the duty to ask a model for others as well: it is ended by keeping an answer or by saying that there is
/// none.
///
/// One that is dropped on the way, as when its task is cancelled, lets the next caller take over.
package final class CacheTicket: Sendable {
    let key: SHA256Digest
    let kind: CacheKind
    let vector: StoredVector?
    /// Nil where others ask by themselves.
    let flight: CacheFlight?
    private let cache: ResponseCache

    init(
        key: SHA256Digest, kind: CacheKind, vector: StoredVector? = nil, flight: CacheFlight?, cache: ResponseCache
    ) {
        self.key = key
        self.kind = kind
        self.vector = vector
        self.flight = flight
        self.cache = cache
    }

    deinit {
        if let flight { cache.end(flight, of: key, .abandoned) }
    }

    /// Keeps a reply where the policy takes it; whoever waits gets it.
    ///
    /// - Parameter cost: what the call cost, which a later hit saves.
    package func keep(_ reply: ModelReply, cost: USD) { cache.keep(reply, cost: cost, for: self) }

    /// Says that there is nothing to keep: the call failed, or another model than the one asked for has answered.
    package func drop() { cache.drop(self) }
}
