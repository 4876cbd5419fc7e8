package import Conversation
package import Money

/// What the asking of a model came to, beside its events.
package struct AskedModel: Sendable, Hashable {
    /// What the call cost.
    package var cost: USD
    package var source: Source

    package init(cost: USD, source: Source = .asFor) {
        self.cost = cost
        self.source = source
    }

    package enum Source: Sendable, Hashable {
        /// The model that was asked for.
        case asFor
        /// Another one, because that one failed or was too dear: its answer is not kept under the other's name.
        case substitute
    }
}

/// Where an answer came from.
package enum CacheOutcome: Sendable, Hashable {
    case cached(CacheHit)
    case asked(AskedModel)
    /// Asked without a look at the cache.
    case bypassed(AskedModel, CacheBypass)
}

extension ResponseCache {
    /// Answers a question from the cache or by asking a model, as one stream either way; whole good answers are kept.
    ///
    /// Who asks while the same question is under way is given the whole answer when it is there. Errors of `ask` and
    /// `receive` are passed on and nothing is kept; a cancelled caller lets one that waits take over.
    ///
    /// - Parameter ask: sends the request, hands over each event and returns what it came to; it is not kept.
    package func answer(
        _ question: CacheQuestion, to receive: @escaping (ModelEvent) async throws -> Void,
        asking ask: @escaping (@escaping (ModelEvent) async throws -> Void) async throws -> AskedModel
    ) async throws -> CacheOutcome {
        switch try await look(up: question) {
        case .hit(let hit):
            for event in hit.answer.events() { try await receive(event) }
            return .cached(hit)
        case .bypass(let reason):
            return .bypassed(try await ask(receive), reason)
        case .miss(let ticket):
            var assembler = ReplyAssembler()
            let asked: AskedModel
            do {
                asked = try await ask { event in
                    assembler.receive(event)
                    try await receive(event)
                }
            } catch {
                // A caller that went away says nothing of the question: the next one asks.
                if !Task.isCancelled, !(error is CancellationError) { ticket.drop() }
                throw error
            }
            if asked.source == .asFor, let reply = assembler.finish() {
                ticket.keep(reply, cost: asked.cost)
            } else {
                ticket.drop()
            }
            return .asked(asked)
        }
    }
}
