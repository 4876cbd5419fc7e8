package import Conversation
package import Edits
package import Identity
import Money
package import Runs
package import Timekeeping

/// The only way to a model: money is reserved, the provider is asked, and what was used is settled.
///
/// A reply comes back with its charge; the caller records both in one transaction, so an answer is never paid for without
/// being kept. Calls that failed are settled here.
package struct Gateway: Sendable {
    let providers: [String: any ModelProvider]
    let catalogue: ModelCatalogue
    let journal: any RunStore & LedgerStore
    private let retries: RetryPolicy
    let clock: WallClock
    let ids: IdentifierSource
    let budgets: Budgets
    let user: String?
    private let sleep: @Sendable (Duration) async throws -> Void

    /// - Parameter user: who spends, for the ledger and the limits of each user.
    package init(
        providers: [any ModelProvider], catalogue: ModelCatalogue, journal: any RunStore & LedgerStore,
        retries: RetryPolicy = .standard, clock: WallClock, ids: IdentifierSource, budgets: Budgets = .none,
        user: String? = nil,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.providers = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.catalogue = catalogue
        self.journal = journal
        self.retries = retries
        self.clock = clock
        self.ids = ids
        self.budgets = budgets
        self.user = user
        self.sleep = sleep
    }

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

    /// Asks a model once and again where the failure may pass.
    ///
    /// Where an account cannot bear the call and the run's mode allows it, a cheaper model that is configured is asked
    /// instead. Throws only for cancellation and a broken journal.
    package func ask(_ model: ModelName, _ request: ModelRequest, for caller: Caller) async throws -> Outcome {
        let callLimit = try await callLimit(of: caller.run)
        let offer: Offer
        do throws(ModelError) {
            offer = try self.offer(model, request, callLimit: callLimit)
        } catch {
            return .failed(error)
        }

        var attempt = 1
        while true {
            let call: Call
            switch try await reserve(offer, request, callLimit: callLimit, for: caller) {
            case .refused(let refusal): return .overBudget(refusal)
            case .reserved(let reserved): call = reserved
            }
            switch try await send(call) {
            case .answered(let reply, let charge):
                return .answered(reply, charge)
            case .failed(let error, let used):
                let wait = retries.delay(after: error, attempt: attempt)
                try await settle(error, of: call, used: used, retryIn: wait)
                guard let wait else {
                    // What fails of a model that nobody asked for is no reason to stop: the user is asked for money.
                    if let refusal = call.refusal { return .overBudget(refusal) }
                    return .failed(error)
                }
                try await sleep(wait)
                attempt += 1
            }
        }
    }

    /// How the model writes down changes best, also where nothing else is known of it.
    package func editFormat(of model: ModelName) -> EditFormat { catalogue.editFormat(of: model) }

    /// What is known of a model, for estimates.
    package func card(of model: ModelName) -> ModelCard? { catalogue.card(of: model) }

    private enum Attempt {
        case answered(ModelReply, Charge)
        case failed(ModelError, used: Charge?)
    }

    /// One call.
    ///
    /// A cancelled one leaves its reservation open, as a crash does: what it cost is not known.
    private func send(_ call: Call) async throws -> Attempt {
        let request = call.offer.request
        let started = clock.now()
        var firstEvent: Timestamp?
        var assembler = ReplyAssembler()
        do {
            try await call.offer.provider.send(request) { event in
                if firstEvent == nil { firstEvent = clock.now() }
                assembler.receive(event)
            }
            guard var reply = assembler.finish() else {
                throw ModelError(.streamCut, "\(call.reservation.model) ended its answer without saying why it stopped")
            }
            // A service that says nothing of tokens is charged by our own count: the budget must bite all the same.
            var usage = reply.usage
            if usage.totalInput == 0 { usage.input = TokenEstimate.inputTokens(of: request) }
            if usage.output == 0 { usage.output = TokenEstimate.tokens(inBytes: assembler.receivedCharacters) }
            if call.refusal != nil { reply.content = Self.withoutThinking(reply.content) }
            return .answered(reply, charge(for: call, usage, .answered, started: started, firstEvent: firstEvent))
        } catch let error as ModelError {
            guard firstEvent != nil || Self.mayBeCharged(error) else { return .failed(error, used: nil) }
            var usage = assembler.usageSoFar
            if usage.totalInput == 0 { usage.input = TokenEstimate.inputTokens(of: request) }
            usage.output = max(usage.output, TokenEstimate.tokens(inBytes: assembler.receivedCharacters))
            return .failed(error, used: charge(for: call, usage, .failed, started: started, firstEvent: firstEvent))
        }
    }

    /// Whether a provider may have read the request although no word of an answer came.
    private static func mayBeCharged(_ error: ModelError) -> Bool {
        switch error.code {
        case .timeout, .streamCut, .malformedStream: true
        default: false
        }
    }

    private func charge(
        for call: Call, _ usage: Usage, _ outcome: Charge.Outcome, started: Timestamp, firstEvent: Timestamp?
    ) -> Charge {
        let now = clock.now()
        return Charge(
            id: ids.next(), reservation: call.reservation.id, run: call.caller.run, session: call.caller.session,
            step: call.caller.step, agent: call.caller.agent, turn: call.caller.turn, model: call.reservation.model,
            usage: usage, cost: call.offer.card.prices.cost(of: usage), outcome: outcome,
            milliseconds: now.milliseconds - started.milliseconds,
            firstEventMilliseconds: firstEvent.map { $0.milliseconds - started.milliseconds }, at: now,
            user: call.reservation.user, key: call.reservation.key, parent: call.reservation.parent)
    }

    private func settle(_ error: ModelError, of call: Call, used: Charge?, retryIn wait: Duration?) async throws {
        let failed = RunEvent.turnFailed(
            session: call.caller.session, turn: call.caller.turn, code: error.code, message: error.message,
            retryInMilliseconds: wait?.milliseconds)
        let money: JournalChange = used.map { .settle($0) } ?? .release(call.reservation.id)
        try await journal.record([money, .event(failed)], for: call.caller.run, at: clock.now())
    }
}
