package import Conversation
package import Identity
package import Money
package import Timekeeping

/// A run as it was at one moment, folded from its events: steps, tasks, gates, money, conversation and files; pure.
package struct RunMoment: Sendable, Hashable, Codable {
    /// The position of the last event that counts, and its number among those of the run.
    package private(set) var position: Int64 = 0
    package private(set) var event = 0
    package private(set) var at: Timestamp?
    /// The step at whose end it is, or nil for the moment of an event.
    package private(set) var step: StepKey?
    package private(set) var status: RunStatus = .running
    package private(set) var ended: [StepEnd] = []
    /// Steps that had begun and not ended.
    package private(set) var begun: [StepKey] = []
    package private(set) var tasks: [TaskState] = []
    package private(set) var gates: [GateState] = []
    package private(set) var sessions: [SessionState] = []
    package private(set) var budget: USD = .zero
    /// What the run itself had spent, also on what it left behind by a rewind: money is never taken back.
    package private(set) var spent: USD = .zero
    /// What the run that this one was forked from had spent on what was taken over.
    package private(set) var inherited: USD = .zero
    package private(set) var inputs: [String: String] = [:]
    package private(set) var receipts: [ReceiptState] = []
    package private(set) var files = FilesState()

    /// Where the files of the moment are.
    package struct FilesState: Sendable, Hashable, Codable {
        /// The commit of the run's branch; nil for the one the run started from.
        package var commit: String?
        /// The tree, where files had been changed since that commit and saved.
        package var tree: String?
        /// The private reference of the snapshot with that tree.
        package var snapshot: String?
    }

    package struct TaskState: Sendable, Hashable, Codable {
        package var plan: PlannedTask
        package var commit: String?
        package var proof: Proof?
    }

    package struct GateState: Sendable, Hashable, Codable {
        package var id: GateID
        package var kind: Gate.Kind
        package var step: StepKey?
        package var question: String
        package var value: String?
        package var by: String?
    }

    package struct ReceiptState: Sendable, Hashable, Codable {
        package var id: ReceiptID
        package var step: StepKey
    }

    /// A conversation as far as it had come.
    package struct SessionState: Sendable, Hashable, Codable {
        package var id: SessionID
        package var step: StepKey
        package var agent: String
        package var model: String
        package var turns: [TurnState]
    }

    package struct TurnState: Sendable, Hashable, Codable {
        package var number: Int
        package var text: String
        package var calls: [String]
        package var usage: Usage
        package var cost: USD
        /// Whether nobody knows the price, and the cost means nothing.
        package var isUnpriced: Bool
    }

    init(_ history: RunHistory, step: StepKey?) {
        self.step = step
        position = history.records.last?.position ?? 0
        event = Int(history.records.last?.number ?? 0)
        at = history.records.last?.at
        for record in history.effective { receive(record.event) }
    }

    /// Counts what the run had spent by then, from its ledger.
    package mutating func count(_ charges: [Charge]) {
        guard let at else { return }
        spent = charges.filter { $0.at <= at }.reduce(.zero) { $0 + $1.cost }
    }

    // MARK: - Going on from it

    /// The conversations that a run takes along which goes on from here: those of the steps that had ended.
    ///
    /// A step that had begun and not ended begins anew.
    package var keptSessions: [SessionState] { sessions.filter { isKept($0.step) } }
    package var keptGates: [GateState] { gates.filter { isKept($0.step) } }
    package var keptReceipts: Set<ReceiptID> { Set(receipts.filter { isKept($0.step) }.map(\.id)) }

    private func isKept(_ step: StepKey?) -> Bool {
        guard let step else { return true }
        return !begun.contains { step.isPart(of: $0) }
    }

    // MARK: - Folding

    private mutating func receive(_ event: RunEvent) {
        if let step = event.begunStep {
            ended.removeAll { $0.step == step }
            if !begun.contains(step) { begun.append(step) }
        }
        if let end = event.stepEnd {
            begun.removeAll { $0 == end.step }
            ended.removeAll { $0.step == end.step }
            ended.append(end)
            if let commit = end.commit { files = FilesState(commit: commit) }
        }
        switch event {
        case .runStarted(_, _, let budget, _, _, _): self.budget = budget
        case .budgetRaised(let budget): self.budget = budget
        case .tasksPlanned(let planned, _): tasks = planned.map { TaskState(plan: $0) }
        case .snapshotTaken(let reference, let tree): (files.tree, files.snapshot) = (tree, reference)
        case .runEnded(let status, _): self.status = status
        case .receiptRecorded(let receipt, let step, _, _, _):
            receipts.append(ReceiptState(id: receipt, step: step))
        case .runForked(_, _, _, let spent, let inputs):
            inherited = spent
            self.inputs = inputs
            if let budget = inputs["budget"].flatMap({ USD(parsing: $0) }) { self.budget = budget }
        case .taskCommitted(let task, let commit, let proof):
            if let index = tasks.firstIndex(where: { $0.plan.id == task }) {
                (tasks[index].commit, tasks[index].proof) = (commit, proof)
            }
        case .finalCheckFinished(_, let tree): (files.tree, files.snapshot) = (tree, nil)
        default:
            receive(gate: event)
            receive(session: event)
        }
    }

    private mutating func receive(gate event: RunEvent) {
        switch event {
        case .gateOpened(let id, let kind, let step, let question):
            gates.append(GateState(id: id, kind: kind, step: step, question: question))
        case .gateAnswered(let id, _, _, let value, let who):
            guard let index = gates.firstIndex(where: { $0.id == id }) else { return }
            (gates[index].value, gates[index].by) = (value, who)
        default: return
        }
        if !status.isEnded { status = gates.contains { $0.value == nil } ? .waiting : .running }
    }

    private mutating func receive(session event: RunEvent) {
        switch event {
        case .sessionOpened(let id, let step, let agent, let model):
            sessions.append(SessionState(id: id, step: step, agent: agent, model: model, turns: []))
        case .turnFinished(let session, let turn, let usage, let cost, let text, let calls, let isUnpriced):
            guard let index = sessions.firstIndex(where: { $0.id == session }) else { return }
            sessions[index].turns.append(
                TurnState(
                    number: turn, text: text, calls: calls, usage: usage, cost: cost, isUnpriced: isUnpriced == true))
        default: break
        }
    }
}
