import Conversation
import Identity
import Money
import ResponseCache
import Runs
import Synchronization
import Timekeeping

/// The response cache as the agents of runs use it.
///
/// The rules are those of served calls: what is never kept, for how long and for whom is the cache's policy. One is added: a run
/// that asks the same again wants another answer, as when a step is tried anew, so that it is asked for and kept in place of
/// the first.
final class AnswerCache: Sendable {
    private struct Asked: Hashable {
        var run: RunID
        var question: RequestFingerprint
    }

    private let cache: ResponseCache
    /// What the runs of this process have asked.
    private let asked = Mutex<Set<Asked>>([])

    init(_ cache: ResponseCache) {
        self.cache = cache
    }

    /// Gives an answer from the cache, with a charge of nothing, or asks the models and keeps what they say.
    func answer(
        _ model: ModelName, _ request: ModelRequest, for caller: Gateway.Caller, of gateway: Gateway
    ) async throws -> Gateway.Outcome {
        let kind = Self.kind(of: caller, cache.policy)
        // Most calls have tools, and end here.
        guard cache.policy.bypass(request, kind: kind) == nil, let run = try await gateway.journal.run(caller.run)
        else {
            return try await gateway.askModels(model, request, for: caller).outcome
        }
        var question = CacheQuestion(
            request, target: "\(model)", kind: kind, scope: CacheScope(project: run.project, key: CacheScope.agentsKey))
        if !note(question, of: caller.run) { question.wish = .fresh }
        switch try await cache.look(up: question) {
        case .bypass:
            return try await gateway.askModels(model, request, for: caller).outcome
        case .hit(let hit):
            var reply = hit.answer.reply
            // Nothing was used: neither the limits of a session nor what is said of it count the tokens of before.
            reply.usage = .zero
            return .answered(reply, charge(for: hit, model, caller, gateway))
        case .miss(let ticket):
            let (outcome, answered): (Gateway.Outcome, ModelName?)
            do {
                (outcome, answered) = try await gateway.askModels(model, request, for: caller)
            } catch {
                // A run that is stopped says nothing of the question: the next one asks.
                if !Task.isCancelled, !(error is CancellationError) { ticket.drop() }
                throw error
            }
            if case .answered(let reply, let charge) = outcome, answered == model {
                ticket.keep(reply, cost: charge.cost)
            } else {
                ticket.drop()
            }
            return outcome
        }
    }

    /// Whether the run asks this for the first time.
    private func note(_ question: CacheQuestion, of run: RunID) -> Bool {
        // What cannot be told apart is not answered from the cache either.
        guard let print = try? RequestFingerprint(of: question, sharing: cache.policy.sharing) else { return true }
        return asked.withLock { $0.insert(Asked(run: run, question: print)).inserted }
    }

    /// The charge of an answer that nobody was paid for; it stands in the ledger, so that a resumed run finds the turn whole.
    private func charge(
        for hit: CacheHit, _ model: ModelName, _ caller: Gateway.Caller, _ gateway: Gateway
    ) -> Charge {
        let manner: CachedAnswer.Manner =
            switch hit.manner {
            case .exact: .exact
            case .joined: .joined
            case .similar: .similar
            }
        return Charge(
            id: gateway.ids.next(), reservation: gateway.ids.next(), run: caller.run, session: caller.session,
            step: caller.step, agent: caller.agent, turn: caller.turn, model: "\(model)", usage: .zero, cost: .zero,
            outcome: .answered, milliseconds: 0, firstEventMilliseconds: nil, at: gateway.clock.now(),
            user: gateway.user, key: model.provider, parent: caller.parent,
            cached: CachedAnswer(manner: manner, saved: hit.answer.cost))
    }

    /// The kind that configuration has figures for: the task's own, or else the usual one that it comes nearest to.
    static func kind(of caller: Gateway.Caller, _ policy: CachePolicy) -> CacheKind {
        let task = TaskKind.of(caller.step, agent: caller.agent)
        let own = CacheKind(rawValue: task.rawValue)
        if policy.kinds[own] != nil { return own }
        return switch task {
        case .specify, .plan: .decomposition
        case .explore, .review: .analysis
        case .code, .test, .document, .chat, .classify, .embed: .response
        }
    }
}
