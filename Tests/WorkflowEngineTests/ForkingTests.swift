import Identity
import JSON
import Money
import Runs
import Testing
import Timekeeping

@testable import WorkflowEngine

@Suite("A fork (E5)")
struct ForkingTests {
    private let ids = IdentifierSource.seeded(21)
    private let time = Timestamp(milliseconds: 1_770_000_000_000)

    @Test("gives records new ids wherever the old ones stand, and leaves everything else as it is")
    func renaming() throws {
        let (run, session, gate): (RunID, SessionID, GateID) = (ids.next(), ids.next(), ids.next())
        let (newRun, kept): (RunID, ReceiptID) = (ids.next(), ids.next())
        var renaming = Renaming(ids: ids)
        renaming.replace(run.string, with: newRun.string)
        renaming.renew(session)
        renaming.renew(gate)
        let action = Action(
            id: ids.next(), session: session, turn: 1, index: 0, tool: "ask_user", callID: "c",
            intent: .ask(gate: gate))
        let renamed = try renaming.renamed(action)
        #expect(renamed.session != session && renamed.id == action.id && renamed.callID == "c")
        let record = Gate(
            id: gate, run: run, step: nil, kind: .question, question: "about \(run.string)", details: "", choices: [],
            openedAt: time)
        let asked = try renaming.renamed(record)
        #expect(asked.run == newRun)
        #expect(renamed.intent == .ask(gate: asked.id))
        #expect(asked.question == record.question)
        let event = RunEvent.taskCommitted(task: "T001", commit: "c", proof: .proven(receipts: [kept]))
        #expect(try renaming.renamed(event) == event)
    }

    private var run: Run {
        Run(
            id: ids.next(), project: "/p", request: "r", mode: .balanced, budget: USD(micros: 5), status: .running,
            baseCommit: "c", baseBranch: nil, branch: "b", worktree: "/w", createdAt: time, updatedAt: time)
    }

    @Test("changes what its inputs say")
    func inputs() throws {
        var run = run
        try ForkInputs(["request": "another", "mode": "max", "budget": "2.50"], for: nil).apply(to: &run)
        #expect(run.request == "another" && run.mode == .max && run.budget == USD(micros: 2_500_000))
    }

    @Test(
        "refuses inputs that there are not, or that mean nothing",
        arguments: [
            ("colour", "red", "there is no input 'colour'; this run has request, mode, budget"),
            ("mode", "fast", "the input 'mode' takes one of frugal, balanced, performance, max, not 'fast'"),
            ("budget", "-1", "the input 'budget' takes an amount in dollars above zero, such as 2.00, not '-1'"),
            ("request", " ", "the input 'request' is empty: say what is to be done"),
        ])
    func badInputs(name: String, value: String, sentence: String) {
        var run = run
        #expect(throws: EngineError(.usage, sentence)) { try ForkInputs([name: value], for: nil).apply(to: &run) }
    }
}
