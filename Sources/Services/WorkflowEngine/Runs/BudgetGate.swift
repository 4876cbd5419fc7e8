import Identity
import Money
import Runs
import Timekeeping

/// The gate of a run whose next call an account cannot bear: how it asks, and what an answer changes.
enum BudgetGate {
    /// The changes that open the gate.
    static func opening(
        _ refusal: BudgetRefusal, for run: RunID, _ step: StepKey, _ ids: IdentifierSource, _ clock: WallClock
    ) -> [JournalChange] {
        let account = refusal.account
        let until = account.resetsAt.map { " It begins at zero again at \($0.iso8601)." } ?? ""
        let question =
            switch account.scope {
            case .run:
                "The run has spent \(refusal.spent) of \(refusal.limit), and the next call may need \(refusal.needed); raise the budget?"
            default: "\(sentence(refusal)); raise the limit?"
            }
        let details = """
            Limit of \(account): \(refusal.limit). Spent: \(refusal.spent). Set aside for calls under way: \
            \(refusal.reserved). Needed for the next call: up to \(refusal.needed).\(until)
            Approving raises it to \(refusal.raised)\(reach(of: account)); answering with an amount sets it to that.
            """
        let gate = Gate(
            id: ids.next(), run: run, step: step, kind: .budget, question: question, details: details,
            choices: [.init("approve", "raise it to \(refusal.raised)"), .init("reject", "stop the run")],
            openedAt: clock.now(), refusal: refusal)
        return [.gate(gate), .event(.gateOpened(gate: gate.id, kind: .budget, step: step, question: question))]
    }

    /// What an answer changes beside the gate.
    ///
    /// - Parameter limit: what the account may spend now.
    static func consequences(
        of value: String, at gate: Gate, on account: BudgetAccount, limit: USD, by who: String
    ) throws(AnswerFault) -> [JournalChange] {
        let usual = max(limit + limit, gate.refusal?.raised ?? .zero)
        let raised = USD(parsing: value) ?? usual
        guard raised > limit else {
            let name = account.scope == .run ? "the budget" : "the limit of \(account)"
            throw AnswerFault("\(name) is \(limit) now; answer with a larger amount than that")
        }
        if account.scope == .run { return [.budget(raised), .event(.budgetRaised(to: raised))] }
        return [.allowance(account, raised), .event(.budgetAllowed(account: account, limit: raised, by: who))]
    }

    private static func sentence(_ refusal: BudgetRefusal) -> String {
        let text = "\(refusal)"
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// How far the raise reaches.
    private static func reach(of account: BudgetAccount) -> String {
        switch account.scope {
        case .day, .month: " until it ends, for every run"
        case .call, .task, .run: " for this run"
        case .project, .user, .key: " from now on, for every run"
        }
    }
}
