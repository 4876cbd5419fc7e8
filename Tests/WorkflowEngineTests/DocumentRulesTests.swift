import Files
import JSON
import SpecDocuments
import Testing

@testable import WorkflowEngine

@Suite("What is asked of documents that a model writes")
struct DocumentRulesTests {
    private static let spec = SpecDocument(
        parsing: """
            # Feature Specification: List

            ## Requirements

            - **FR-001**: WHEN it is asked, THE SYSTEM SHALL print the list.
            - **FR-002**: THE SYSTEM MUST be fast.
            - **FR-003**: THE SYSTEM MUST keep [NEEDS CLARIFICATION: how many?] items.

            """)

    @Test("places in a text are told from addresses, times and words")
    func places() {
        let text = "see `store.py:12`, tests/test_store.py:30-33 and http://localhost:80 at 12:30 (src/a:7) or a:b"
        #expect(
            Citations.places(in: text) == [
                .init(path: "store.py", line: 12), .init(path: "tests/test_store.py", line: 30),
                .init(path: "src/a", line: 7),
            ])
        #expect(Citations.places(in: text).map(\.isTest) == [false, true, false])
    }

    @Test("a requirement of existing behaviour names a place that exists, and a test or that there is none")
    func citations() throws {
        try FileSystem.withTemporaryDirectory { folder in
            try FileSystem.write("one\ntwo\n", to: folder / "a.py")
            let citations = Citations(root: folder)
            func faults(_ text: String) -> [String] {
                citations.faults(of: SpecDocument(parsing: "# S: t\n\n- **FR-001**: THE SYSTEM SHALL \(text)\n"))
            }
            #expect(faults("go (`a.py:2`, open: no test)") == [])
            #expect(faults("go") == ["line 3: FR-001 names no place in the code; add `path:line`."])
            #expect(faults("go (`a.py:3`)") == ["line 3: FR-001: a.py has 2 lines, and no line 3."])
            #expect(faults("go (`../b.py:1`)") == ["line 3: FR-001: there is no file ../b.py."])
            #expect(
                faults("go (`a.py:1`)") == [
                    "line 3: FR-001 names a.py and neither a test, as `path:line`, nor `open: no test`."
                ])
        }
    }

    @Test("statements that rules find fault with are offered for better words; open ones are asked about")
    func candidates() {
        #expect(Clarifying.candidates(in: Self.spec).map(\.id) == ["FR-002"])
    }

    @Test(
        "questions and better words have to fit the specification",
        arguments: [
            (
                #"{"questions": [], "rewordings": [{"id": "FR-001", "text": "THE SYSTEM SHALL go."}]}"#,
                "was not asked for"
            ),
            (#"{"questions": [], "rewordings": [{"id": "FR-002", "text": "THE SYSTEM SHALL be quick."}]}"#, "quick"),
            (
                #"{"questions": [{"question": "q", "marker": "who?", "choices": [{"answer": "a", "text": "X SHALL y."}]}], "rewordings": []}"#,
                "no open point \"who?\""
            ),
            (
                #"{"questions": [{"question": "q", "choices": [{"answer": "a", "text": "X does y."}]}], "rewordings": []}"#,
                "obliges nobody"
            ),
        ])
    func clarifying(answer: String, fault: String) throws {
        let found = Clarifying(try JSONValue(parsing: answer)).faults(
            for: Self.spec, Clarifying.candidates(in: Self.spec))
        #expect(found.count == 1 && found[0].contains(fault), "\(found)")
    }

    @Test("tasks are added for findings and for requirements nobody has planned, once")
    func convergence() throws {
        let tasks = TasksDocument(parsing: "# Tasks: t\n\n- [x] T001 Print the list (FR-001)\n- [ ] T002 Tidy up\n")
        let facts = Convergence.Facts(Self.spec, tasks)
        #expect(facts.unplanned.map(\.id) == ["FR-002", "FR-003"])
        #expect(facts.claimed == ["FR-001"])
        #expect(facts.purposeless.map(\.id) == ["T002"])
        let found = Convergence(
            try JSONValue(
                parsing:
                    #"{"findings": [{"kind": "missing", "requirement": "fr-003", "what": "w", "evidence": "", "task": "Keep items in `a.py`"}]}"#
            ))
        var document = tasks
        let new = found.newTasks(facts, in: tasks)
        #expect(new.map(\.title) == ["Keep items in `a.py` (missing)", "Show by a test that FR-002 is met"])
        let ids = try document.appendPhase("Convergence", tasks: new)
        #expect(ids == ["T003", "T004"])
        #expect(document.text.hasPrefix(tasks.text))
        // Found again, nothing is added again.
        #expect(found.newTasks(Convergence.Facts(Self.spec, document), in: document) == [])
    }

    @Test("a finding names a requirement that exists and code that can be looked up")
    func findings() throws {
        func faults(_ finding: String) throws -> [String] {
            Convergence(try JSONValue(parsing: "{\"findings\": [\(finding)]}")).faults(
                for: Self.spec, Citations(root: "/nowhere"))
        }
        #expect(
            try faults(#"{"kind": "partial", "requirement": "FR-009", "what": "w", "evidence": "", "task": "t"}"#) == [
                "finding 1: there is no requirement FR-009; there are FR-001, FR-002, FR-003."
            ])
        #expect(
            try faults(#"{"kind": "partial", "requirement": "FR-001", "what": "w", "evidence": "", "task": "t"}"#) == [
                "finding 1: a finding that is partial names the code, as `path:line`."
            ])
        #expect(
            try faults(#"{"kind": "missing", "requirement": null, "what": "w", "evidence": "", "task": "t"}"#) == [
                "finding 1: a finding that is missing names its requirement."
            ])
        #expect(
            try faults(#"{"kind": "missing", "requirement": "FR-001", "what": "w", "evidence": "", "task": "t"}"#) == []
        )
    }
}
