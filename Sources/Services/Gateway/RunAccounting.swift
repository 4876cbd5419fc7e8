import Conversation
import Identity
import Money
import Runs
import Synchronization
import Timekeeping

/// The accounts of a run's call: money is set aside in the journal, and settled there.
///
/// An answer's charge is kept for whoever records the turn, in one transaction with it. A cancelled attempt leaves its
/// reservation open, as a crash does: what it cost is not known.
final class RunAccounting: CallAccounting {
    private struct State {
        /// By the attempt's number.
        var calls: [Int: Gateway.Call] = [:]
        var last: Gateway.Call?
        var refusal: BudgetRefusal?
        var charge: Charge?
    }

    private let gateway: Gateway
    private let caller: Gateway.Caller
    private let request: ModelRequest
    private let callLimit: USD?
    private let offers: [ModelName: Gateway.Offer]
    private let state = Mutex(State())

    init(
        gateway: Gateway, caller: Gateway.Caller, request: ModelRequest, callLimit: USD?, offers: [Gateway.Offer]
    ) {
        self.gateway = gateway
        self.caller = caller
        self.request = request
        self.callLimit = callLimit
        self.offers = Dictionary(uniqueKeysWithValues: offers.map { ($0.model, $0) })
    }

    /// What the answer cost; not written yet.
    var charge: Charge? { state.withLock { $0.charge } }
    /// Why the usual model cannot be paid for, or else the first of the others that could not.
    var refusal: BudgetRefusal? { state.withLock { $0.refusal } }
    /// Why the last call went to a cheaper model, where it did.
    var refusalBehindLast: BudgetRefusal? { state.withLock { $0.last?.refusal } }

    func begin(_ attempt: Attempt) async throws -> Admission {
        guard let offer = offers[attempt.deployment.name] else {
            return .refused(CallRefusal("nothing is known of \(attempt.deployment)"))
        }
        let reserved = try await gateway.reserve(
            offer, request, callLimit: callLimit, for: caller, fallback: attempt.fallback)
        switch reserved {
        case .refused(let refusal):
            state.withLock { state in
                if attempt.fallback == nil || state.refusal == nil { state.refusal = refusal }
            }
            return .refused(CallRefusal("\(refusal)"))
        case .reserved(let call):
            state.withLock { state in
                state.calls[attempt.number] = call
                state.last = call
            }
            return call.offer.model == offer.model ? .admitted : .instead(call.offer.candidate(patience: nil))
        }
    }

    func end(_ attempt: Attempt, _ end: AttemptEnd) async throws {
        guard let call = state.withLock({ $0.calls.removeValue(forKey: attempt.number) }) else { return }
        switch end.outcome {
        case .cancelled: break
        case .answered:
            let charge = charge(for: call, end.usage ?? .zero, .answered, end)
            state.withLock { $0.charge = charge }
        case .abandoned(let because):
            try await settle(ModelError(.timeout, "\(call.offer.model) was not waited for: \(because)"), call, end)
        case .failed(let error):
            try await settle(error, call, end)
        }
    }

    private func settle(_ error: ModelError, _ call: Gateway.Call, _ end: AttemptEnd) async throws {
        var wait: Duration?
        if case .again(let time) = end.next { wait = time }
        let failed = RunEvent.turnFailed(
            session: caller.session, turn: caller.turn, code: error.code, message: error.message,
            retryInMilliseconds: wait?.milliseconds)
        let money: JournalChange =
            end.usage.map { .settle(charge(for: call, $0, .failed, end)) } ?? .release(call.reservation.id)
        try await gateway.journal.record([money, .event(failed)], for: caller.run, at: gateway.clock.now())
    }

    private func charge(
        for call: Gateway.Call, _ usage: Usage, _ outcome: Charge.Outcome, _ end: AttemptEnd
    ) -> Charge {
        let started = end.startedAt.milliseconds
        return Charge(
            id: gateway.ids.next(), reservation: call.reservation.id, run: caller.run, session: caller.session,
            step: caller.step, agent: caller.agent, turn: caller.turn, model: call.reservation.model, usage: usage,
            cost: call.offer.card.prices.cost(of: usage), outcome: outcome,
            milliseconds: max(0, end.endedAt.milliseconds - started),
            firstEventMilliseconds: end.firstEventAt.map { max(0, $0.milliseconds - started) }, at: gateway.clock.now(),
            user: call.reservation.user, key: call.reservation.key, parent: call.reservation.parent,
            isUnpriced: call.offer.card.prices.isKnown ? nil : true)
    }
}
