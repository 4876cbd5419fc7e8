import Files
import Identity
import Policy
import Runs
import SpecDocuments
import Testing
import Timekeeping

@testable import WorkflowEngine

@Suite("What a task is given")
struct TaskContextTests {
    private let ids = IdentifierSource.seeded(3)

    private func gate(
        _ kind: Gate.Kind, step: StepKey? = nil, _ question: String, choices: [Gate.Choice] = [], answer: String?,
        comment: String? = nil
    ) -> Gate {
        Gate(
            id: ids.next(), run: ids.next(), step: step, kind: kind, question: question, details: "",
            choices: choices, openedAt: .epoch,
            answer: answer.map { GateAnswer(value: $0, comment: comment, answeredBy: "cli", answeredAt: .epoch) })
    }

    private static let choices = [Gate.Choice("approve", "yes"), Gate.Choice("reject", "no")]

    @Test("the words of the user at gates are told, plain approvals and budgets are not")
    func corrections() {
        let gates = [
            gate(.plan, "Carry out?", choices: Self.choices, answer: "approve", comment: "Sort the keys."),
            gate(.plan, "Carry out?", choices: Self.choices, answer: "approve"),
            gate(.question, "Which colour?", answer: "Blue, as ever"), gate(.question, "And now?", answer: nil),
            gate(.budget, "Raise?", choices: Self.choices, answer: "7.00"),
        ]
        #expect(
            Corrections(gates).text == """
                <user_corrections>
                - Asked: Carry out?
                  The user: approve — Sort the keys.
                - Asked: Which colour?
                  The user: Blue, as ever
                </user_corrections>
                """)
        #expect(Corrections([]).text == nil)
    }

    @Test("an open session hears what it has not heard, once")
    func unheard() {
        let step = StepKey.task("T001")
        let session: SessionID = ids.next()
        let told = gate(.plan, "A?", choices: Self.choices, answer: "approve", comment: "told")
        let own = gate(.question, step: step, "B?", answer: "answered to the agent itself")
        let allowed = gate(
            .permission, step: step, "C?", choices: Self.choices, answer: "approve", comment: "but gently")
        let refused = gate(.permission, step: step, "D?", choices: Self.choices, answer: "reject", comment: "never")
        let failed = gate(.verification, step: step, "E?", choices: Self.choices, answer: "approve", comment: "try X")
        let inputs = [SessionInput(session: session, afterTurn: 0, text: "o", gates: [told.id])]
        let unheard = Corrections([told, own, allowed, refused, failed]).unheard(in: inputs, of: step)
        #expect(unheard.gates == [allowed, failed])
    }

    @Test("the files that a task names are shown with numbers, where they may be read")
    func files() throws {
        try FileSystem.withTemporaryDirectory { root in
            try FileSystem.write("one\ntwo\n", to: root / "a.py")
            try FileSystem.write("K=1\n", to: root / ".env")
            try FileSystem.createSymlink(at: root / "link.py", to: ".env")
            try FileSystem.write(String(repeating: "line\n", count: 5_000), to: root / "long.py")
            let files = TaskFiles(root: root, paths: PathRules())
            #expect(
                files.text(of: ["a.py", "new.py", ".env", "link.py", "../x"])
                    == "<file path=\"a.py\">\n1\tone\n2\ttwo\n</file>")
            #expect(files.text(of: ["new.py"]) == nil)
            let long = files.text(of: ["long.py"]) ?? ""
            #expect(long.hasSuffix("(cut; read on with read_file)\n</file>"))
            #expect(long.utf8.count < 12_200)
        }
    }

    @Test("of a long specification a task gets its own story and requirements, word for word, with the criteria")
    func excerpt() throws {
        let spec = """
            # Feature Specification: Lists

            ## User Scenarios & Testing

            ### User Story 1 - Read (Priority: P1)

            Somebody reads.

            1. **Given** a list, **When** it is read, **Then** it is whole

            ### User Story 2 - Write (Priority: P2)

            Somebody writes.

            ## Requirements

            - **FR-001**: It MUST read.
            - **FR-002**: It MUST write.

            ## Success Criteria

            - **SC-001**: All is read.
            """
        let tasks = TasksDocument(
            parsing: "# Tasks: Lists\n\n- [ ] T001 [US1] Read in src/a.py (FR-001)\n- [ ] T002 Tidy up\n"
        ).tasks
        let excerpt = SpecExcerpt(specification: spec)
        #expect(excerpt.isWhole)
        let text = excerpt.text(for: try #require(tasks.first))
        for part in ["Somebody reads.", "**Given** a list", "**FR-001**: It MUST read.", "**SC-001**: All is read."] {
            #expect(text.contains(part))
        }
        for part in ["Somebody writes.", "FR-002"] { #expect(!text.contains(part)) }
        #expect(excerpt.text(for: try #require(tasks.last)) == spec)
        #expect(!SpecExcerpt(specification: String(repeating: "x", count: 30_000)).isWhole)
    }
}
