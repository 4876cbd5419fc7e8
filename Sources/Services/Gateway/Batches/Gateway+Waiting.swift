import Batches
import Conversation
import Files
import Identity
import Runs
import Timekeeping

/// Calls that wait: for a batch of their provider, or for the hour that is meant for them.
extension Gateway {
    enum Waited: Sendable {
        case done(Outcome)
        /// The call is to be made at once.
        case now(canWait: Bool, waited: Duration)
    }

    /// Waits with a call of a run of low priority.
    ///
    /// What waits is in the journal before anything is sent: a reservation that names the call of the batch. Whoever goes on
    /// with the run after a crash finds it by that, and waits on.
    func wait(_ model: ModelName, _ request: ModelRequest, for caller: Caller) async throws -> Waited {
        guard let desk, try await journal.run(caller.run)?.priority == .low else {
            return .now(canWait: false, waited: .zero)
        }
        var open = try await journal.openReservations(of: caller.run).first { open in
            open.session == caller.session && open.turn == caller.turn && open.waits?.agent == caller.agent
        }
        let begun = clock.now()
        for _ in 0..<max(1, desk.rules.tries) {
            if open == nil {
                guard desk.accounts[model.provider] != nil else { return try await hour(model, desk, for: caller) }
                switch try await setAside(model, request, for: caller) {
                case .reserved(let reservation): open = reservation
                case .no(let outcome): return outcome
                }
            }
            guard let reservation = open else { break }
            open = nil
            if let done = try await hear(reservation, request, desk, caller) { return .done(done) }
        }
        return .now(canWait: true, waited: clock.now() - begun)
    }

    // MARK: - The hour

    private func hour(_ model: ModelName, _ desk: BatchDesk, for caller: Caller) async throws -> Waited {
        let now = clock.now()
        guard let hours = desk.rules.hours else {
            if desk.isFirstWord(to: caller.run) {
                let told = RunEvent.priorityIgnored(session: caller.session, turn: caller.turn, model: "\(model)")
                try await journal.record([.event(told)], for: caller.run, at: now)
            }
            return .now(canWait: true, waited: .zero)
        }
        let start = hours.next(at: now)
        guard start > now else { return .now(canWait: true, waited: .zero) }
        let event = RunEvent.callWaits(
            session: caller.session, turn: caller.turn, model: "\(model)", until: start)
        try await journal.record([.event(event)], for: caller.run, at: now)
        // In short pieces, as a machine that sleeps may wake late.
        while clock.now() < start { try await desk.sleep(min(.seconds(30), start - clock.now())) }
        return .now(canWait: true, waited: clock.now() - now)
    }

    // MARK: - The batch

    private enum SetAside {
        case reserved(Reservation)
        case no(Waited)
    }

    private func setAside(
        _ model: ModelName, _ request: ModelRequest, for caller: Caller
    ) async throws -> SetAside {
        let callLimit = try await callLimit(of: caller.run)
        var offer: Offer
        do throws(ModelError) {
            offer = try self.offer(model, request, callLimit: callLimit)
        } catch {
            return .no(.done(.failed(error)))
        }
        if let prices = offer.card.prices.inBatch {
            offer.amount = prices.ceiling(input: offer.inputTokens, output: offer.request.maxOutputTokens)
        }
        let wait = BatchWait(call: (ids.next() as BatchCallID).string, agent: caller.agent)
        let (call, refusal) = try await reserve(offer, for: caller, waits: wait)
        // What a cheaper model could do is for a call at once to find out.
        guard refusal == nil else { return .no(.now(canWait: true, waited: .zero)) }
        FaultPoint.pass("batch.wish.journaled")
        return .reserved(call.reservation)
    }

    /// Waits for what comes of a call that money was set aside for; nil where it is to be asked again.
    private func hear(
        _ open: Reservation, _ request: ModelRequest, _ desk: BatchDesk, _ caller: Caller
    ) async throws -> Outcome? {
        guard let id = open.waits.flatMap({ BatchCallID($0.call) }), let model = ModelName(open.model) else {
            throw ModelError(.invalidRequest, "the reservation \(open.id) names no call of a batch")
        }
        let known = try await desk.service.call(id)
        if known == nil {
            // Nothing has left yet: it is the same question that the money was set aside for.
            let callLimit = try await callLimit(of: caller.run)
            // What cannot be offered any more is asked anew, which says why.
            guard let account = desk.accounts[model.provider],
                let offer = try? self.offer(model, request, callLimit: callLimit)
            else {
                try await journal.record([.release(open.id)], for: open.run, at: clock.now())
                return nil
            }
            try await desk.service.enqueue(offer.request, for: account, owner: BatchDesk.owner(open), id: id)
            FaultPoint.pass("batch.wish.queued")
        }
        let queuedAt = known?.queuedAt ?? clock.now()
        let outcome = try await desk.service.wait(for: id)
        FaultPoint.pass("batch.answer.found")
        let books = BatchBooks(journal: journal, catalogue: catalogue, clock: clock, ids: ids)
        switch outcome {
        case .reply(let reply):
            return .answered(reply, books.charge(for: open, reply.usage, .answered, since: queuedAt))
        case .unknown(let why):
            try await journal.record(
                [
                    .settle(books.full(open, .interrupted, since: queuedAt)),
                    .event(.turnInterrupted(session: open.session, turn: open.turn, counted: open.amount)),
                ], for: open.run, at: clock.now())
            return .failed(
                ModelError(.network, "\(why); it counts as paid, and is asked again only when the run is resumed"))
        case .failed(let code, let message):
            let error = ModelError(code, message)
            try await give(up: open, error, .init(outcome: outcome, books: books, queuedAt: queuedAt))
            return error.isTransient ? nil : .failed(error)
        case .expired, .cancelled:
            let what = outcome == .expired ? "its time was over" : "it was stopped"
            let error = ModelError(.timeout, "\(model) did not answer in the batch: \(what)")
            try await give(up: open, error, .init(outcome: outcome, books: books, queuedAt: queuedAt))
            return nil
        }
    }

    private struct Unanswered {
        var outcome: BatchOutcome
        var books: BatchBooks
        var queuedAt: Timestamp
    }

    private func give(up open: Reservation, _ error: ModelError, _ call: Unanswered) async throws {
        try await call.books.close(open, call.outcome, queuedAt: call.queuedAt)
        let failed = RunEvent.turnFailed(
            session: open.session, turn: open.turn, code: error.code, message: error.message,
            retryInMilliseconds: error.isTransient ? 0 : nil)
        try await journal.record([.event(failed)], for: open.run, at: clock.now())
    }
}
