import Conversation
import Gateway
import Keys
import Money
import ServedCalls
import Synchronization

/// Pays for the attempts of one served call from its key: the attempts share the call's ticket.
final class ServedAccounting: CallAccounting {
    private struct State {
        /// What ended attempts have cost and the ledger has not been told yet.
        var untold = USD.zero
        var cost = USD.zero
        var isUnpriced = false
        var usage = Usage.zero
        var hedges: [Int: ServedTicket] = [:]
        var refusal: KeyRefusal?
        var lastAsked: ModelName?
    }

    private let ledger: ServedLedger
    private let key: KnownKey
    private let ticket: ServedTicket
    private let choices: [ModelName: ServedModels.Choice]
    private let state = Mutex(State())

    init(
        ledger: ServedLedger, key: KnownKey, ticket: ServedTicket, choices: [ModelName: ServedModels.Choice]
    ) {
        self.ledger = ledger
        self.key = key
        self.ticket = ticket
        self.choices = choices
    }

    /// What all attempts came to; the cost is nil where one had no known price.
    var total: (usage: Usage, cost: USD?) { state.withLock { ($0.usage, $0.isUnpriced ? nil : $0.cost) } }
    var refusal: KeyRefusal? { state.withLock { $0.refusal } }
    /// The model of the newest attempt, also of one that a client who went away cut off.
    var lastAsked: ModelName? { state.withLock { $0.lastAsked } }

    func begin(_ attempt: Attempt) async throws -> CallAdmission {
        let estimate = Self.estimate(
            attempt.deployment.name, choices[attempt.deployment.name], outputTokens: attempt.request.maxOutputTokens,
            hourly: attempt.request.asksForHourCache)
        let admission: Keys.Admission
        if attempt.isHedge {
            admission = try await ledger.admit(key, estimate)
        } else {
            let untold = state.withLock { state in
                defer { state.untold = .zero }
                return state.untold
            }
            admission = try await ledger.advance(ticket, spent: untold, to: estimate, for: key)
        }
        switch admission {
        case .admitted(let ticket):
            state.withLock { state in
                if attempt.isHedge { state.hedges[attempt.number] = ticket }
                state.lastAsked = attempt.deployment.name
            }
            return .admitted
        case .refused(let refusal):
            state.withLock { $0.refusal = refusal }
            return .refused(CallRefusal(refusal.message))
        }
    }

    func end(_ attempt: Attempt, _ end: AttemptEnd) async throws {
        let prices = choices[attempt.deployment.name]?.card.prices
        let hedge = state.withLock { state in
            if let usage = end.usage {
                let cost = prices?.isKnown == true ? prices?.cost(of: usage) ?? .zero : .zero
                if prices?.isKnown != true { state.isUnpriced = true }
                state.usage = state.usage + usage
                state.cost += cost
                state.untold += cost
            }
            return state.hedges.removeValue(forKey: attempt.number)
        }
        // What it cost counts with the call itself, whose line of the ledger has the whole cost.
        if let hedge { ledger.release(hedge) }
    }

    static func estimate(
        _ model: ModelName, _ choice: ServedModels.Choice?, outputTokens: Int, hourly: Bool = false
    ) -> CallEstimate {
        let inputTokens = choice?.inputTokens ?? 0
        let cost = choice.flatMap { choice in
            choice.card.prices.isKnown
                ? choice.card.prices.ceiling(input: inputTokens, output: outputTokens, hourly: hourly) : nil
        }
        return CallEstimate(model: "\(model)", tokens: inputTokens + outputTokens, cost: cost)
    }
}
