package import Conversation
package import Edits
package import Identity
import Money
package import ResponseCache
package import Runs
package import Timekeeping

/// The only way to a model: money is reserved, the provider is asked, and what was used is settled.
///
/// A reply comes back with its charge; the caller records both in one transaction, so an answer is never paid for without
/// being kept. Calls that failed are settled here.
package struct Gateway: Sendable {
    /// By name, with a provider for each of its keys.
    let providers: [String: [any ModelProvider]]
    let catalogue: ModelCatalogue
    let journal: any RunStore & LedgerStore
    let clock: WallClock
    let ids: IdentifierSource
    let budgets: Budgets
    let fallbacks: Fallbacks
    let user: String?
    let cache: AnswerCache?
    /// How the calls of runs of low priority wait; nil where all go at once.
    package var desk: BatchDesk?
    private let caller: ModelCaller

    /// - Parameters:
    ///   - providers: those of one name have a key each.
    ///   - user: who spends, for the ledger and the limits of each user.
    ///   - cache: answers of before, for those who ask again; nil asks the models each time.
    ///   - health: what other gateways of the process know as well; nil begins with nothing.
    package init(
        providers: [any ModelProvider], catalogue: ModelCatalogue, journal: any RunStore & LedgerStore,
        retries: RetryPolicy = .standard, clock: WallClock, ids: IdentifierSource, budgets: Budgets = .none,
        fallbacks: Fallbacks = .none, user: String? = nil, cache: ResponseCache? = nil, health: DeploymentHealth? = nil,
        jitter: Jitter = .system,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.providers = Dictionary(grouping: providers, by: \.name)
        self.catalogue = catalogue
        self.journal = journal
        self.clock = clock
        self.ids = ids
        self.budgets = budgets
        self.fallbacks = fallbacks
        self.user = user
        self.cache = cache.map { AnswerCache($0) }
        caller = ModelCaller(
            health: health ?? DeploymentHealth(clock: clock), retries: retries,
            times: CallTimes(hedgeAfter: fallbacks.hedgeAfter), clock: clock, jitter: jitter, sleep: sleep)
    }

    /// How all that this gateway asks is.
    package var health: DeploymentHealth { caller.health }

    /// Who makes a call, for the ledger and the events.
    package struct Caller: Sendable, Hashable {
        package var run: RunID
        package var session: SessionID
        package var step: StepKey
        package var agent: String
        package var turn: Int
        /// The session that a sub-agent works for; it spends for that one's step.
        package var parent: SessionID?

        package init(
            run: RunID, session: SessionID, step: StepKey, agent: String, turn: Int, parent: SessionID? = nil
        ) {
            self.run = run
            self.session = session
            self.step = step
            self.agent = agent
            self.turn = turn
            self.parent = parent
        }
    }

    package enum Outcome: Sendable {
        /// The charge is not written yet: record it together with the turn.
        case answered(ModelReply, Charge)
        /// An account cannot bear the call; nothing was sent.
        case overBudget(BudgetRefusal)
        case failed(ModelError)
    }

    /// Asks a model once and again where the failure may pass, and then those that are configured to stand in for it.
    ///
    /// Where an account cannot bear the call and the run's mode allows it, a cheaper model that is configured is asked
    /// instead. A cache, where there is one, is asked first, under the rules that served calls have. The calls of a run of
    /// low priority wait for their provider's batch, for as long as that takes. Throws only for cancellation and a broken
    /// journal.
    package func ask(_ model: ModelName, _ request: ModelRequest, for caller: Caller) async throws -> Outcome {
        guard let cache else { return try await askModels(model, request, for: caller).outcome }
        return try await cache.answer(model, request, for: caller, of: self)
    }

    /// Asks the models, at once or when it is time for calls that may wait, and says which of them has answered.
    func askModels(
        _ model: ModelName, _ request: ModelRequest, for caller: Caller
    ) async throws -> (outcome: Outcome, answered: ModelName?) {
        switch try await wait(model, request, for: caller) {
        case .done(let outcome):
            if case .answered = outcome { return (outcome, model) }
            return (outcome, nil)
        case .now(let canWait, let waited):
            let (outcome, answered) = try await askAtOnce(model, request, for: caller)
            guard canWait, case .answered(let reply, var charge) = outcome else { return (outcome, answered) }
            charge.canWait = true
            if waited > .zero { charge.waitedMilliseconds = waited.milliseconds }
            return (.answered(reply, charge), answered)
        }
    }

    private func askAtOnce(
        _ model: ModelName, _ request: ModelRequest, for caller: Caller
    ) async throws -> (outcome: Outcome, answered: ModelName?) {
        let callLimit = try await callLimit(of: caller.run)
        let offer: Offer
        do throws(ModelError) {
            offer = try self.offer(model, request, callLimit: callLimit)
        } catch {
            return (.failed(error), nil)
        }

        let offers = [offer] + standIns(for: offer, request, callLimit: callLimit)
        let accounting = RunAccounting(
            gateway: self, caller: caller, request: request, callLimit: callLimit, offers: offers)
        let candidates = offers.map { $0.candidate(patience: fallbacks.patience) }
        let (result, reply) = try await self.caller.ask(candidates, accounting: accounting)
        switch result.outcome {
        case .answered(let deployment):
            guard var reply, let charge = accounting.charge else {
                return (.failed(ModelError(.streamCut, "\(deployment.name) ended its answer without an end")), nil)
            }
            if deployment.name != model { reply.content = Self.withoutThinking(reply.content) }
            return (.answered(reply, charge), deployment.name)
        case .refused(let refusal):
            guard let refusal = accounting.refusal else {
                return (.failed(ModelError(.outOfCredit, refusal.message)), nil)
            }
            return (.overBudget(refusal), nil)
        case .failed(let error):
            // What fails of a model that nobody asked for is no reason to stop: the user is asked for money.
            if let refusal = accounting.refusalBehindLast { return (.overBudget(refusal), nil) }
            return (.failed(error), nil)
        }
    }

    /// How the model writes down changes best, also where nothing else is known of it.
    package func editFormat(of model: ModelName) -> EditFormat { catalogue.editFormat(of: model) }

    /// The tokens of a request as the model counts them, on the high side.
    package func inputTokens(of request: ModelRequest, for model: ModelName) -> Int {
        catalogue.tokens(inBytes: TokenEstimate.inputBytes(of: request), of: model)
    }

    /// What is known of a model, for estimates.
    package func card(of model: ModelName) -> ModelCard? { catalogue.card(of: model) }
}
