package import Conversation
package import Edits
package import Identity
package import Money
package import Runs
package import Timekeeping

/// The only way to a model: money is reserved, the provider is asked, and what was used is settled.
///
/// A reply comes back with its charge; the caller records both in one transaction, so an answer is never paid for without
/// being kept. Calls that failed are settled here.
package struct Gateway: Sendable {
    private let providers: [String: any ModelProvider]
    private let catalogue: ModelCatalogue
    private let journal: any RunStore & LedgerStore
    private let retries: RetryPolicy
    private let clock: WallClock
    private let ids: IdentifierSource
    private let sleep: @Sendable (Duration) async throws -> Void

    package init(
        providers: [any ModelProvider], catalogue: ModelCatalogue, journal: any RunStore & LedgerStore,
        retries: RetryPolicy = .standard, clock: WallClock, ids: IdentifierSource,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.providers = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.catalogue = catalogue
        self.journal = journal
        self.retries = retries
        self.clock = clock
        self.ids = ids
        self.sleep = sleep
    }

    /// Who makes a call, for the ledger and the events.
    package struct Caller: Sendable, Hashable {
        package var run: RunID
        package var session: SessionID
        package var step: StepKey
        package var agent: String
        package var turn: Int

        package init(run: RunID, session: SessionID, step: StepKey, agent: String, turn: Int) {
            self.run = run
            self.session = session
            self.step = step
            self.agent = agent
            self.turn = turn
        }
    }

    package enum Outcome: Sendable {
        /// The charge is not written yet: record it together with the turn.
        case answered(ModelReply, Charge)
        case overBudget(spent: USD, reserved: USD, needed: USD, budget: USD)
        case failed(ModelError)
    }

    /// Asks a model once and again where the failure may pass.
    ///
    /// Throws only for cancellation and a broken journal.
    package func ask(_ model: ModelName, _ request: ModelRequest, for caller: Caller) async throws -> Outcome {
        guard let provider = providers[model.provider] else {
            return .failed(ModelError(.unknownModel, unknownProvider(model)))
        }
        guard let card = catalogue.card(of: model) else {
            return .failed(ModelError(.unknownModel, unpriced(model)))
        }
        if let fault = request.fault {
            return .failed(ModelError(.invalidRequest, "the request to \(model) is malformed: \(fault)"))
        }
        var request = request
        request.model = model.model
        request.maxOutputTokens = min(request.maxOutputTokens, card.maxOutputTokens)
        let inputTokens = TokenEstimate.inputTokens(of: request)
        guard inputTokens / 2 + request.maxOutputTokens <= card.contextTokens else {
            return .failed(
                ModelError(
                    .contextTooLong,
                    "the conversation has about \(inputTokens) tokens; \(model) takes \(card.contextTokens)"))
        }
        let amount = card.prices.ceiling(input: inputTokens, output: request.maxOutputTokens)

        var attempt = 1
        while true {
            let reservation = Reservation(
                id: ids.next(), run: caller.run, session: caller.session, turn: caller.turn, model: "\(model)",
                amount: amount, reservedAt: clock.now())
            let started = RunEvent.turnStarted(session: caller.session, turn: caller.turn, reserved: amount)
            let reserved = try await journal.reserve(reservation, with: [.event(started)])
            if case .refused(let spent, let held, let budget) = reserved {
                return .overBudget(spent: spent, reserved: held, needed: amount, budget: budget)
            }
            let call = Call(provider: provider, prices: card.prices, reservation: reservation, caller: caller)
            switch try await send(request, as: call) {
            case .answered(let reply, let charge):
                return .answered(reply, charge)
            case .failed(let error, let used):
                let wait = retries.delay(after: error, attempt: attempt)
                try await settle(error, of: call, used: used, retryIn: wait)
                guard let wait else { return .failed(error) }
                try await sleep(wait)
                attempt += 1
            }
        }
    }

    /// How the model writes down changes best, also where nothing else is known of it.
    package func editFormat(of model: ModelName) -> EditFormat { catalogue.editFormat(of: model) }

    /// What is known of a model, for estimates.
    package func card(of model: ModelName) -> ModelCard? { catalogue.card(of: model) }

    private struct Call {
        var provider: any ModelProvider
        var prices: ModelCard.Prices
        var reservation: Reservation
        var caller: Caller
    }

    private enum Attempt {
        case answered(ModelReply, Charge)
        case failed(ModelError, used: Charge?)
    }

    /// One call.
    ///
    /// A cancelled one leaves its reservation open, as a crash does: what it cost is not known.
    private func send(_ request: ModelRequest, as call: Call) async throws -> Attempt {
        let started = clock.now()
        var firstEvent: Timestamp?
        var assembler = ReplyAssembler()
        do {
            try await call.provider.send(request) { event in
                if firstEvent == nil { firstEvent = clock.now() }
                assembler.receive(event)
            }
            guard let reply = assembler.finish() else {
                throw ModelError(.streamCut, "\(call.reservation.model) ended its answer without saying why it stopped")
            }
            // A service that says nothing of tokens is charged by our own count: the budget must bite all the same.
            var usage = reply.usage
            if usage.totalInput == 0 { usage.input = TokenEstimate.inputTokens(of: request) }
            if usage.output == 0 { usage.output = TokenEstimate.tokens(inBytes: assembler.receivedCharacters) }
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
            usage: usage, cost: call.prices.cost(of: usage), outcome: outcome,
            milliseconds: now.milliseconds - started.milliseconds,
            firstEventMilliseconds: firstEvent.map { $0.milliseconds - started.milliseconds }, at: now)
    }

    private func settle(_ error: ModelError, of call: Call, used: Charge?, retryIn wait: Duration?) async throws {
        let failed = RunEvent.turnFailed(
            session: call.caller.session, turn: call.caller.turn, code: error.code, message: error.message,
            retryInMilliseconds: wait?.milliseconds)
        let money: JournalChange = used.map { .settle($0) } ?? .release(call.reservation.id)
        try await journal.record([money, .event(failed)], for: call.caller.run, at: clock.now())
    }

    private func unknownProvider(_ model: ModelName) -> String {
        let known = providers.keys.sorted().joined(separator: ", ")
        return "no provider named '\(model.provider)' is configured for the model \(model) (configured: \(known))"
    }

    private func unpriced(_ model: ModelName) -> String {
        "no price is known for \(model), so its cost cannot be held to a budget: add models.prices.\(model) to the configuration"
    }
}
