import SpecDocuments
import Testing

@Suite struct `Renumbering` {
    static let tasks = """
        # Tasks: A

        - [ ] T001 a
        - [ ] T001a between
        - [x] T3 c (depends on T001, T001a)
        - [ ] T007 d (depends on T001-T003); see [T003](#t003) and docs/T003.md

        ```text
        T3 → T007, not MT3 nor T3.json
        ```
        """

    @Test func `Tasks are numbered in their order and every mention follows`() {
        let document = TasksDocument(parsing: Self.tasks)
        let new = Renumbers(tasksOf: document)
        #expect(new.changes.map { "\($0.from) \($0.to)" } == ["T001a T002", "T3 T003", "T007 T004"])
        #expect(
            new.applied(to: document.text, isOrigin: true) == """
                # Tasks: A

                - [ ] T001 a
                - [ ] T002 between
                - [x] T003 c (depends on T001, T002)
                - [ ] T004 d (depends on T001, T003); see [T003](#t003) and docs/T003.md

                ```text
                T003 → T004, not MT3 nor T3.json
                ```
                """)
        #expect(new.applied(to: "| T7 | `T001a` |\r\n") == "| T004 | `T002` |\r\n")
    }

    @Test func `Dependencies mean the same tasks as before`() throws {
        let text = (1...9).map {
            "- [ ] T0\($0 * 5) task \($0)\($0 > 2 ? " (depends on T0\($0 * 5 - 5), T0\($0 * 5 - 10))" : "")\n"
        }
        .joined()
        let before = TasksDocument(parsing: text)
        let after = TasksDocument(parsing: Renumbers(tasksOf: before).applied(to: text, isOrigin: true))
        #expect(after.tasks.map(\.id) == (1...9).map { "T00\($0)" })
        func titles(_ document: TasksDocument) -> [[String]] {
            document.tasks.map { $0.dependencies.compactMap { document[$0]?.title.prefix(6) }.map(String.init) }
        }
        #expect(titles(before) == titles(after))
        #expect(try TaskGraph(after.tasks).batches.count == 9)
    }

    @Test func `An id given twice after a merge becomes two`() {
        let text = "- [ ] T001 a\n- [ ] T002 ours\n- [ ] T002 theirs\n- [ ] T003 b (depends on T002)\n"
        let new = Renumbers(tasksOf: TasksDocument(parsing: text))
        #expect(new.ambiguous == ["T002"])
        #expect(new.changes.map(\.line) == [3, nil])
        #expect(
            new.applied(to: text, isOrigin: true)
                == "- [ ] T001 a\n- [ ] T002 ours\n- [ ] T003 theirs\n- [ ] T004 b (depends on T002)\n")
    }

    @Test func `Requirements keep their links in all documents`() {
        let spec = SpecDocument(
            parsing: "- **FR-001**: a\n- **FR-004**: b, after FR-001\n- **FR-004**: c\n- **NFR-004**: d\n")
        let new = Renumbers(statementsOf: spec)
        #expect(
            new.applied(to: spec.text, isOrigin: true)
                == "- **FR-001**: a\n- **FR-002**: b, after FR-001\n- **FR-003**: c\n- **NFR-004**: d\n")
        #expect(
            new.applied(to: "Test fr-4 (FR-004), NFR-004; see spec.md#fr-004")
                == "Test fr-002 (FR-002), NFR-004; see spec.md#fr-002")
    }

    @Test func `Two ids may change places, and never become one`() throws {
        let swap = try Renumbers(["T001": "T002", "T002": "T001"])
        #expect(swap.applied(to: "T001 T002 T1") == "T002 T001 T002")
        #expect(
            throws: SpecDocumentsError(
                .takenID, "T001 and T003 cannot both become T002; give one another number.")
        ) { try Renumbers(["T001": "T002", "T003": "T002"]) }
    }

    @Test func `A critical path takes the heaviest of each batch`() throws {
        let document = TasksDocument(
            parsing: "- [ ] T001 a\n- [ ] T002 [P] b `b.py`\n- [ ] T003 [P] c `c.py`\n- [ ] T004 d\n")
        let graph = try TaskGraph(document.tasks)
        #expect(graph.criticalPath() == .init(tasks: ["T001", "T002", "T004"], length: 3))
        #expect(graph.criticalPath { $0 == "T003" ? 50 : 10 } == .init(tasks: ["T001", "T003", "T004"], length: 70))
    }

    @Test func `Each cycle is named`() {
        let document = TasksDocument(
            parsing: "- [ ] T001 a (depends on T002)\n- [ ] T002 b (depends on T001)\n- [ ] T003 c (depends on T004)\n"
                + "- [ ] T004 d (depends on T005)\n- [ ] T005 e (depends on T003)\n")
        #expect(
            TaskGraph.cycles(in: document.tasks) == [["T001", "T002", "T001"], ["T003", "T004", "T005", "T003"]])
    }
}

private typealias Renumbers = SpecDocuments.Renumbering
