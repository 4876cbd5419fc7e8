import Identity
import Money
import Runs
import Testing

/// The laws are those of `docs/run-lifecycle.md`.
@Suite("The run machine decides what comes next (E3, E4)")
struct RunMachineTests {
    private let gate: GateID
    private let receipt: ReceiptID

    init() {
        let ids = IdentifierSource.seeded(1)
        gate = ids.next()
        receipt = ids.next()
    }

    private static let prepared: [RunEvent] = [
        .featureNamed(folder: "specs/001-x"), .workspacePrepared(branch: "b", worktree: "w"),
    ]
    private static let written: [RunEvent] =
        prepared + [
            .stepFinished(step: .specify, outcome: .done(summary: "", commit: nil)),
            .stepFinished(step: .plan, outcome: .done(summary: "", commit: nil)),
            .tasksPlanned(
                tasks: [PlannedTask(id: "T001", title: "one"), PlannedTask(id: "T002", title: "two")],
                estimate: CostEstimate(low: .zero, high: .zero, basis: "")),
            .stepFinished(step: .tasks, outcome: .done(summary: "", commit: nil)),
        ]

    private func opened(_ kind: Gate.Kind, step: StepKey? = nil) -> RunEvent {
        .gateOpened(gate: gate, kind: kind, step: step, question: "?")
    }

    private func answered(_ kind: Gate.Kind, _ value: String, step: StepKey? = nil) -> RunEvent {
        .gateAnswered(gate: gate, kind: kind, step: step, value: value, by: "me")
    }

    private var approved: [RunEvent] { Self.written + [opened(.plan), answered(.plan, "approve")] }

    @Test("the documents are written in order, each once")
    func documents() {
        #expect(RunMachine(replaying: []).next == .prepareWorkspace)
        #expect(RunMachine(replaying: Self.prepared).next == .write(.specify))
        #expect(RunMachine(replaying: Array(Self.written.prefix(3))).next == .write(.plan))
        #expect(RunMachine(replaying: Array(Self.written.prefix(4))).next == .write(.tasks))
        #expect(RunMachine(replaying: Self.written).next == .askForApproval)
    }

    @Test("nothing is built before the plan is approved, and a rejected plan cancels the run")
    func approval() {
        let waiting = RunMachine(replaying: Self.written + [opened(.plan)])
        #expect(waiting.next == .wait(.init(id: gate, kind: .plan, step: nil)))
        #expect(waiting.status == .waiting)
        #expect(RunMachine(replaying: approved).next == .implement(PlannedTask(id: "T001", title: "one")))
        let rejected = RunMachine(replaying: Self.written + [opened(.plan), answered(.plan, "reject")])
        #expect(rejected.next == .end(.cancelled, "the plan was rejected by me"))
    }

    @Test("a gate is answered once: a second answer changes nothing")
    func firstAnswerWins() {
        let machine = RunMachine(replaying: approved + [answered(.plan, "reject")])
        #expect(machine.next == .implement(PlannedTask(id: "T001", title: "one")))
    }

    @Test("tasks come in order, and a committed task is not done again")
    func tasks() {
        let proof = Proof.proven(receipts: [receipt])
        var events = approved + [.taskCommitted(task: "T001", commit: "c1", proof: proof)]
        #expect(RunMachine(replaying: events).next == .implement(PlannedTask(id: "T002", title: "two")))
        events.append(.taskCommitted(task: "T002", commit: "c2", proof: proof))
        #expect(RunMachine(replaying: events).next == .checkFinalTree)
        events.append(.finalCheckFinished(proof: proof, tree: "t"))
        #expect(RunMachine(replaying: events).next == .end(.done, "all 2 tasks are proven"))
    }

    @Test("what nothing proves is called unproven at the end")
    func unproven() {
        let nothing = Proof.unproven(reason: "no tests were found")
        let machine = RunMachine(
            replaying: approved + [
                .taskCommitted(task: "T001", commit: "c1", proof: nothing),
                .taskCommitted(task: "T002", commit: "c2", proof: nothing),
                .finalCheckFinished(proof: nothing, tree: "t"),
            ])
        #expect(machine.next == .end(.done, "unproven: no tests were found"))
    }

    @Test(
        "a rejected limit, budget or verification gate fails the run",
        arguments: [Gate.Kind.limit, .budget, .verification])
    func rejectedGates(kind: Gate.Kind) {
        let machine = RunMachine(replaying: approved + [opened(kind), answered(kind, "reject")])
        #expect(machine.next == .end(.failed, "stopped by me at the \(kind.rawValue) gate"))
    }

    @Test("a failed step fails the run")
    func failedStep() {
        let machine = RunMachine(
            replaying: Self.prepared + [.stepFinished(step: .specify, outcome: .failed(reason: "no requirement"))])
        #expect(machine.next == .end(.failed, "specify: no requirement"))
    }

    @Test("a cancelled run ends, also from a gate, and nothing happens after the end")
    func cancelled() {
        var machine = RunMachine(replaying: Self.written + [opened(.plan), .cancelRequested(by: "me")])
        #expect(machine.next == .end(.cancelled, "cancelled by me"))
        machine.receive(.runEnded(status: .cancelled, summary: "cancelled by me"))
        #expect(machine.next == .nothing)
        let before = machine
        machine.receive(answered(.plan, "approve"))
        #expect(machine == before)
    }
}
