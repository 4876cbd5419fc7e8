import Identity
import JSON
import Money
import Runs
import Terminal
import Testing
import Timekeeping
import WorkflowEngine

@testable import Commands

/// What humans read, compared whole: a change of words is a change of a test.
@Suite("Texts for humans")
struct TextTests {
    private let plain = TextStyle(colours: false)
    private let ids = IdentifierSource.seeded(3)
    private let time = Timestamp(milliseconds: 1_770_000_000_000)

    private func run(_ status: RunStatus) -> Run {
        Run(
            id: ids.next(), project: "/p", request: "Do \u{1B}[31mit", mode: .balanced,
            budget: USD(micros: 5_000_000), status: status, baseCommit: "c0", baseBranch: "main",
            branch: "vencejo/x", worktree: "/w", createdAt: time, updatedAt: time)
    }

    @Test(
        "tell of events, with what is not trusted made harmless",
        arguments: [
            (RunEvent.stepStarted(step: .specify), ["Specification"]),
            (.stepStarted(step: .task("T002")), ["T002"]),
            (
                .stepFinished(
                    step: .plan, outcome: .succeeded(outputs: .null, summary: "made\nit \u{1B}[2J", commit: nil)),
                ["  ✓ made it ␛[2J"]
            ),
            (
                .budgetWarning(spent: USD(micros: 4_100_000), budget: USD(micros: 5_000_000)),
                ["! $4.10 of the budget of $5.00 is spent"]
            ),
            (.runEnded(status: .done, summary: "all 3 tasks are proven"), ["✓ done: all 3 tasks are proven"]),
            (.runEnded(status: .failed, summary: "no"), ["✗ failed: no"]),
            (.featureNamed(folder: "specs/001-x"), []),
        ])
    func events(event: RunEvent, lines: [String]) {
        #expect(EventText(style: plain).lines(for: event) == lines)
    }

    @Test("report a proven run with its evidence and the next commands")
    func report() {
        let run = run(.done)
        let receipt = Receipt(
            id: ids.next(), run: run.id, step: .task("T001"), attempt: 1, check: "test", command: "make test",
            exitCode: 0, outcome: .passed, tree: "0123456789abcdef", logHash: "h", logBytes: 3, log: "l", excerpt: "",
            startedAt: time, seconds: 1, ranBy: "v")
        let proof = Proof.proven(receipts: [receipt.id])
        let events: [RunEvent] = [
            .workspacePrepared(branch: "b", worktree: "w"),
            .tasksPlanned(
                tasks: [PlannedTask(id: "T001", title: "Build it")],
                estimate: CostEstimate(low: .zero, high: .zero, basis: "")),
            .taskCommitted(task: "T001", commit: "c111111111222", proof: proof),
            .finalCheckFinished(proof: proof, tree: "feedfacecafebeef"),
            .runEnded(status: .done, summary: "all 1 tasks are proven"),
        ]
        let records = events.enumerated().map {
            EventRecord(position: Int64($0), number: Int64($0), run: run.id, at: time, event: $1)
        }
        let report = RunReport(
            run: run, events: records, receipts: [receipt], charges: [], gates: [],
            changes: [.init(path: "a.py", added: 2, removed: 1), .init(path: "b.png", added: nil, removed: nil)])
        #expect(report.isProven)
        let id = run.id.short
        #expect(
            ReportText(style: plain, isHeld: false).text(of: report) == """
                Run \(id)  done, proven
                Do ␛[31mit

                Tasks
                  ☑ T001 Build it  commit c111111111
                      receipt \(receipt.id.short)  make test  exit 0  tree 0123456789
                  ☑ the whole check on the final tree feedfaceca

                Changes
                  a.py  +2 -1
                  b.png  binary

                Cost      $0.00 of $5.00, 0 model calls
                Tokens    0 in (0 % from the cache), 0 out
                Branch    vencejo/x

                Look      vencejo runs diff \(id)
                Merge     vencejo runs merge \(id)
                Undo      vencejo runs undo \(id) [--task T001]
                """)
    }

    @Test("show what a workflow gives, and name tasks only where there are any")
    func outputs() {
        let run = run(.done)
        var report = RunReport(run: run, events: [], receipts: [], charges: [], gates: [], changes: [])
        report.summary = "1 step is done; nothing was changed"
        report.outputs = [
            "answer": "forty-two", "nothing": nil, "list": [1],
            "long": .string((1...70).map { "\($0)" }.joined(separator: "\n")),
        ]
        let text = ReportText(style: plain, isHeld: false).text(of: report)
        #expect(text.contains("done, nothing was changed"))
        #expect(text.contains("Outputs\n  answer  forty-two\n  list\n    [\n"), "\(text)")
        #expect(text.contains("    60\n    … 10 lines more, with --json\n") && !text.contains("    61\n"), "\(text)")
        #expect(!text.contains("nothing\n") && text.hasSuffix("Undo      vencejo runs undo \(run.id.short)"))
    }

    @Test("call a run without receipts unproven")
    func unproven() {
        let run = run(.done)
        let report = RunReport(run: run, events: [], receipts: [], charges: [], gates: [], changes: [])
        #expect(!report.isProven)
        #expect(ReportText(style: plain, isHeld: false).text(of: report).contains("done, unproven"))
    }

    @Test(
        "understand what is typed at a gate",
        arguments: [
            ("y", "approve"), ("No", "reject"), ("app", "approve"), ("reject", "reject"), ("maybe", nil),
        ] as [(String, String?)])
    func typed(text: String, meaning: String?) {
        let gate = Gate(
            id: ids.next(), run: ids.next(), step: nil, kind: .plan, question: "?", details: "",
            choices: [.init("approve", "yes"), .init("reject", "no")], openedAt: time)
        #expect(GateText.meaning(of: text, at: gate) == meaning)
    }

    @Test("name the command that answers each kind of gate")
    func commands() {
        let question = Gate(
            id: ids.next(), run: ids.next(), step: nil, kind: .unknownEffect, question: "?", details: "",
            choices: [.init("repeat", "again"), .init("skip", "not")], openedAt: time)
        #expect(GateText.command(for: question) == "vencejo gates answer \(question.id.short) repeat|skip")
    }
}
