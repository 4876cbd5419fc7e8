import Identity
import JSON
package import Timekeeping
package import Workflows

/// Decides what a run does next: a fold of its events, without clock or I/O.
///
/// The engine asks `next`, performs it, appends what happened, and asks again. After a crash it folds the recorded events
/// and goes on from the same answer. The laws it keeps are in `docs/run-lifecycle.md`.
///
/// ```swift
/// var machine = RunMachine(replaying: try await journal.events(of: run, after: 0, limit: .max))
/// switch machine.next(at: clock.now()) { … }
/// ```
package struct RunMachine: Sendable, Hashable {
    /// The workflow, once it has been frozen.
    package private(set) var definition: WorkflowDefinition?
    package private(set) var isPrepared = false
    /// The gates without an answer, the oldest first.
    package private(set) var openGates: [OpenGate] = []
    private(set) var tree = StepTree()
    private(set) var phase = Phase.working
    private(set) var run = JSONObject()
    private var ended: RunStatus?

    enum Phase: Sendable, Hashable {
        case working
        /// Every step of the workflow has ended well.
        case finished(summary: String, outputs: JSONValue)
        /// What is under way is brought to its end, nothing else is begun.
        case stopping(Compensation.Verdict)
        case compensating(Compensation)
        case cancelled(by: String, Compensation?)
    }

    package init() {}

    /// A machine that has seen all of a run's events.
    package init(replaying records: some Sequence<EventRecord>) {
        for record in records { receive(record) }
    }

    /// Where the run stands: `waiting` where nothing is under way and nothing but an answer helps.
    package var status: RunStatus {
        if let ended { return ended }
        guard !openGates.isEmpty else { return .running }
        if case .cancelled = phase { return .running }
        return isParked || tree.active.allSatisfy { tree.isParked($0) } ? .waiting : .running
    }

    /// Whether a gate without a step holds the whole run.
    private var isParked: Bool { openGates.contains { $0.step == nil } }

    package func next(at now: Timestamp) -> Next {
        guard ended == nil, definition != nil else { return .nothing }
        switch phase {
        case .cancelled(let who, let compensation):
            let rest = compensation ?? Compensation(.init(status: .cancelled, reason: ""), of: tree)
            return .end(.cancelled, summary: "cancelled by \(who)\(rest.words(tree))", outputs: .null)
        case .finished where isParked, .working where isParked, .stopping where isParked, .compensating where isParked:
            return .wait(gates: openGates, until: nil)
        case .finished(let summary, let outputs):
            return .end(.done, summary: summary, outputs: outputs)
        case .compensating(let compensation) where compensation.isDone:
            let (verdict, words) = (compensation.verdict, compensation.words(tree))
            return .end(verdict.status, summary: verdict.reason + words, outputs: .null)
        case .working where !isPrepared:
            return .prepareWorkspace
        case .working, .stopping, .compensating:
            let (calls, until) = tree.calls(at: now)
            return calls.isEmpty ? .wait(gates: openGates, until: until) : .perform(calls, until: until)
        }
    }

    package mutating func receive(_ record: EventRecord) {
        guard ended == nil else { return }
        learn(record)
        switch record.event {
        case .workflowFrozen(let definition, _, let inputs):
            freeze(definition, inputs)
        case .workspacePrepared:
            isPrepared = true
            begin()
        case .stepStarted(let step, _):
            tree.started(step)
        case .stepFinished(let step, let outcome):
            tree.finished(step, outcome, at: record.at)
            if tree.hasEnded(step) { openGates.removeAll { $0.step == step } }
            move()
        case .gateOpened(let gate, let kind, let step, _):
            if let step, !tree.parked(step, by: gate) { return }
            openGates.append(OpenGate(id: gate, kind: kind, step: step))
        case .gateAnswered(let gate, let kind, _, let value, let who):
            answer(gate, kind, value, from: who)
        case .cancelRequested(let who):
            cancel(by: who)
        case .rollbackRequested(let who):
            rollBack(by: who)
        case .runEnded(let status, _):
            ended = status
            openGates = []
            tree.giveUpAll()
        default:
            break
        }
    }
}

extension RunMachine {
    private mutating func learn(_ record: EventRecord) {
        switch record.event {
        case .runStarted(let request, let mode, _, let base, _, _):
            run["id"] = .string(record.run.string)
            run["request"] = .string(request)
            run["mode"] = .string(mode.rawValue)
            run["base"] = .string(base)
        case .featureNamed(let folder): run["feature"] = .string(folder)
        case .workspacePrepared(let branch, let worktree):
            guard !isPrepared else { return }
            run["branch"] = .string(branch)
            run["worktree"] = .string(worktree)
        default: return
        }
        tree.run = .object(run)
    }

    private mutating func freeze(_ definition: WorkflowDefinition, _ inputs: JSONValue) {
        guard self.definition == nil else { return }
        self.definition = definition
        tree.frames.append(Frame(inputs: inputs))
        tree.groups.append(
            .init(owner: nil, role: .workflow, steps: definition.steps, frame: 0, keyBase: "", keyParts: ""))
        begin()
    }

    /// Opens the workflow's steps, once it is known and has a place to run in.
    private mutating func begin() {
        guard isPrepared, tree.groups.first?.state == .pending, case .working = phase else { return }
        tree.open(0)
        move()
    }

    private mutating func answer(_ gate: GateID, _ kind: Gate.Kind, _ value: String, from who: String) {
        guard let place = openGates.firstIndex(where: { $0.id == gate }) else { return }
        if let step = openGates.remove(at: place).step {
            tree.unparked(step, by: gate)
            return
        }
        switch (kind, value) {
        case (.limit, "reject"), (.budget, "reject"), (.verification, "reject"):
            stop(.init(status: .failed, reason: "stopped by \(who) at the \(kind.rawValue) gate"))
        default: break
        }
    }

    private mutating func cancel(by who: String) {
        switch phase {
        case .cancelled: return
        case .compensating(let compensation): phase = .cancelled(by: who, compensation)
        case .working, .stopping, .finished: phase = .cancelled(by: who, nil)
        }
        openGates = []
        tree.halt()
    }

    private mutating func rollBack(by who: String) {
        stop(.init(status: .cancelled, reason: "rolled back by \(who)"))
    }

    /// Brings what is under way to its end and takes back what was done.
    private mutating func stop(_ verdict: Compensation.Verdict) {
        switch phase {
        case .stopping, .compensating, .cancelled: return
        case .working, .finished: break
        }
        phase = .stopping(verdict)
        openGates = []
        tree.halt()
        move()
    }

    /// Draws the consequences of what has changed in the tree.
    private mutating func move() {
        tree.settle()
        switch phase {
        case .working:
            guard let workflow = tree.groups.first else { return }
            switch workflow.state {
            case .pending, .open: return
            case .failed: compensate(verdict(on: workflow.failure))
            case .succeeded: finish()
            }
        case .stopping(let verdict):
            if tree.active.isEmpty { compensate(verdict) }
        case .compensating(var compensation):
            compensation.advance(&tree)
            phase = .compensating(compensation)
        case .finished, .cancelled: return
        }
    }

    private mutating func finish() {
        do throws(Refusal) {
            let outputs = try tree.outputs(of: definition?.outputs ?? [], in: tree.scope(ofFrame: 0))
            phase = .finished(summary: Ending(tree).summary, outputs: outputs)
        } catch {
            compensate(.init(status: .failed, reason: error.message))
        }
    }

    private mutating func compensate(_ verdict: Compensation.Verdict) {
        tree.giveUpAll()
        tree.isHalted = false
        var compensation = Compensation(verdict, of: tree)
        compensation.advance(&tree)
        phase = .compensating(compensation)
    }

    /// What a failure of the workflow's own steps means for the run.
    private func verdict(on failure: StepFailure?) -> Compensation.Verdict {
        guard let failure else { return .init(status: .failed, reason: "a step failed") }
        if failure.code == .rejected, tree.step(failure.origin)?.kind == .engine(.planGate) {
            return .init(status: .cancelled, reason: failure.message)
        }
        return .init(status: .failed, reason: "\(failure.origin): \(failure.message)")
    }
}
