package import Conversation
import Identity
package import JSON
package import Money
package import Runs
package import Timekeeping
import Workflows

/// What came of a run: its tasks with the evidence for each, what it cost, and where the work lies.
package struct RunReport: Sendable, Hashable, Codable {
    package var run: Run
    /// The name of the workflow that the run carries out.
    package var workflow: String?
    package var summary: String?
    /// What the workflow gave by its `outputs`; nil where it declares none, or has not ended well.
    package var outputs: JSONValue?
    package var tasks: [TaskReport]
    /// Nil while the whole check has not run on the final tree.
    package var finalProof: Proof?
    package var finalTree: String?
    package var receipts: [Receipt]
    package var changes: [FileChangeCount]
    package var usage: Usage
    package var spent: USD
    package var calls: Int
    /// Calls whose price nobody knows; what is spent is that of the others.
    package var unpricedCalls: Int
    /// Calls that were in flight when a process died: counted at what was set aside for them.
    package var interruptedCalls: Int
    /// Those of the calls that the response cache answered, and what they had cost when they were bought.
    package var cachedCalls: Int
    package var saved: USD
    /// How often the older part of a session was shortened, which is the only thing that breaks a prompt's prefix.
    package var compactions: Int
    /// How many sessions' prompts were hardly read from the provider's cache although they stood still.
    package var coldSessions: Int
    package var context: [ContextItem]
    /// What the next command of a user could be.
    package var openGate: Gate?
    /// Calls that wait for a batch or for their hour, the longest waiting first; nil where none does.
    package var waiting: [WaitingCall]?

    package struct WaitingCall: Sendable, Hashable, Codable {
        package var model: String
        package var turn: Int
        package var since: Timestamp
        /// Nil for a batch, whose end nobody knows.
        package var until: Timestamp?
    }

    package struct TaskReport: Sendable, Hashable, Codable {
        package var id: String
        package var title: String
        package var commit: String?
        package var proof: Proof?
        package var attempts: Int

        init(id: String, title: String, attempts: Int) {
            self.id = id
            self.title = title
            self.attempts = attempts
        }
    }

    /// A changed file and how many lines came and went; nil counts stand for a binary file.
    package struct FileChangeCount: Sendable, Hashable, Codable {
        package var path: String
        package var added: Int?
        package var removed: Int?

        package init(path: String, added: Int?, removed: Int?) {
            self.path = path
            self.added = added
            self.removed = removed
        }
    }

    /// Whether the final tree stands on receipts, and every task where the workflow has any.
    package var isProven: Bool {
        finalProof?.isProven == true && tasks.allSatisfy { $0.proof?.isProven == true }
            && summary?.hasPrefix("unproven") != true
    }

    /// Puts a report together from what is recorded.
    package init(
        run: Run, events: [EventRecord], receipts: [Receipt], charges: [Charge], gates: [Gate],
        changes: [FileChangeCount]
    ) {
        var failures: [StepKey: Int] = [:]
        self.run = run
        compactions = 0
        var waits: [SessionID: WaitingCall] = [:]
        coldSessions = 0
        context = []
        tasks = []
        for record in RunHistory.effective(events) {
            switch record.event {
            case .workflowFrozen(let definition, _, _): workflow = definition.name
            case .tasksPlanned(let planned, _):
                // Tasks may be planned anew while others are done: what is known of those stays.
                let known = Dictionary(tasks.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
                tasks =
                    tasks.filter { task in task.commit != nil && !planned.contains { $0.id == task.id } }
                    + planned.map { known[$0.id] ?? TaskReport(id: $0.id, title: $0.title, attempts: 0) }
            case .taskCommitted(let id, let commit, let proof):
                guard let index = tasks.firstIndex(where: { $0.id == id }) else { continue }
                tasks[index].commit = commit
                tasks[index].proof = proof
            case .attemptFailed(let step, _, _): failures[step, default: 0] += 1
            case .callWaits(let session, let turn, let model, let until):
                waits[session] = WaitingCall(model: model, turn: turn, since: record.at, until: until)
            case .turnStarted(let session, _, _), .turnFinished(let session, _, _, _, _, _, _),
                .turnFailed(let session, _, _, _, _), .turnInterrupted(let session, _, _):
                waits[session] = nil
            case .contextCompacted(let session, _, _, _, _, _):
                compactions += 1
                waits[session] = nil
            case .promptCacheCold: coldSessions += 1
            case .contextAdded(let items): context = items
            case .outputsGiven(let given): outputs = given
            case .runEnded(_, let text): summary = text
            case .finalCheckFinished(let proof, let tree):
                finalProof = proof
                finalTree = tree
            default: break
            }
        }
        for index in tasks.indices {
            tasks[index].attempts =
                (failures[.task(tasks[index].id)] ?? 0) + (tasks[index].proof == nil ? 0 : 1)
        }
        self.receipts = receipts
        self.changes = changes
        usage = charges.reduce(.zero) { $0 + $1.usage }
        spent = charges.reduce(.zero) { $0 + $1.cost }
        calls = charges.count
        unpricedCalls = charges.count { $0.isUnpriced == true }
        cachedCalls = charges.count { $0.cached != nil }
        saved = charges.reduce(.zero) { $0 + ($1.cached?.saved ?? .zero) }
        interruptedCalls = charges.count { $0.outcome == .interrupted }
        let waiting = waits.values.sorted { ($0.since, $0.turn) < ($1.since, $1.turn) }
        self.waiting = run.status.isEnded || waiting.isEmpty ? nil : waiting
        openGate = run.status.isEnded ? nil : gates.last { $0.answer == nil }
    }
}
