import SpecDocuments
import Testing

@Suite struct `Tasks document` {
    static let sample = """
        ---
        description: "Task list"
        ---
        # Tasks: JSON output

        **Input**: Design documents from `/specs/001-json/`

        ## Format: `[ID] [P?] [Story] Description`

        - **[P]**: Can run in parallel

        ## Phase 1: Setup

        - [ ] T001 Create project structure in Sources/ and `Package.swift`
        - [X] T002 [P] Configure linting (depends on T001)

        ## Phase 2: User Story 1 - Listing (Priority: P1)

        ### Tests

        * [ ] T003 [P] [US1] Contract test for FR-001 in tests/contract/test_list.py
          Cover FR-002 too, see `tests/data/list.json:12`.

          - [ ] empty list
        *   [x]  T004   [US1] [P]  Integration test in tests/integration/test_list.py

        ### Implementation

        1. [ ] **T005**: [US1] Implement src/list.py (depends on T003, T4 and T001-T002)

        ```bash
        - [ ] T900 not a task
        ```
        <!--
        - [ ] T901 not a task either
        -->

        | a | b |
        | - | - |
        | - [ ] T902 | no |
        """

    @Test func `reads ids, marks, stories, paths, phases, dependencies and requirements`() {
        let document = TasksDocument(parsing: Self.sample)
        #expect(document.title == "Tasks: JSON output")
        #expect(document.diagnostics == [])
        #expect(document.tasks.map(\.id) == ["T001", "T002", "T003", "T004", "T005"])
        #expect(document.tasks.map(\.isDone) == [false, true, false, true, false])
        #expect(document.tasks.map(\.isParallel) == [false, true, true, true, false])
        #expect(document.tasks.map(\.story) == [nil, nil, "US1", "US1", "US1"])
        #expect(document.tasks.map(\.line) == [14, 15, 21, 25, 29])
        #expect(
            document.tasks.map(\.paths) == [
                ["Sources/", "Package.swift"], [], ["tests/contract/test_list.py", "tests/data/list.json"],
                ["tests/integration/test_list.py"], ["src/list.py"],
            ])
        #expect(document.tasks.map(\.dependencies) == [[], ["T001"], [], [], ["T003", "T004", "T001", "T002"]])
        #expect(document.tasks[2].requirements == ["FR-001", "FR-002"])
        #expect(
            document.tasks[2].details
                == "Cover FR-002 too, see `tests/data/list.json:12`.\n\n- [ ] empty list")
        #expect(document.tasks[4].title == "Implement src/list.py (depends on T003, T4 and T001-T002)")
        #expect(
            document.tasks.map(\.phase) == ["Phase 1: Setup", "Phase 1: Setup"]
                + Array(repeating: "Phase 2: User Story 1 - Listing (Priority: P1)", count: 3))
        #expect(document.tasks.map(\.section).suffix(3) == ["Tests", "Tests", "Implementation"])
        #expect(document.nextID == "T006")
    }

    @Test(arguments: [
        sample, sample.replacing("\n", with: "\r\n"), "\u{FEFF}- [ ] T1 a", "", "\r\n\r\n", "e\u{301} \u{0}",
    ])
    func `prints back the same bytes`(text: String) {
        #expect(Array(TasksDocument(parsing: text).text.utf8) == Array(text.utf8))
    }

    @Test(arguments: ["\n", "\r\n"])
    func `a tick changes one byte and an untick gives it back`(ending: String) throws {
        let text = Self.sample.replacing("\n", with: ending)
        var document = TasksDocument(parsing: text)
        try document.tick("T003")
        let difference = zip(text.utf8, document.text.utf8).enumerated().filter { $1.0 != $1.1 }
        #expect(difference.count == 1)
        #expect(difference.first?.element.1 == UInt8(ascii: "x"))
        #expect(document["T003"]?.isDone == true)
        #expect(TasksDocument(parsing: document.text) == document)
        try document.untick("T3")
        #expect(document.text == text)
    }

    @Test func `a tick of a done task keeps its capital X`() throws {
        var document = TasksDocument(parsing: Self.sample)
        try document.tick("T002")
        #expect(document.text == Self.sample)
    }

    @Test func `a byte order mark and a task in the first line are no trouble`() throws {
        var document = TasksDocument(parsing: "\u{FEFF}- [ ] T1 a")
        try document.tick("T1")
        #expect(document.text == "\u{FEFF}- [x] T1 a")
    }

    @Test func `ticking an unknown task is refused`() {
        var document = TasksDocument(parsing: "- [ ] T001 a")
        #expect(
            throws: SpecDocumentsError(
                .unknownTask, "There is no task T009 in this document, which has 1 tasks; name one of them.")
        ) { try document.tick("T009") }
    }

    struct Problem: Sendable, CustomTestStringConvertible {
        var text: String
        var expected: [String]
        var testDescription: String { String(text.prefix(30)) }
    }

    @Test(arguments: [
        Problem(
            text: "",
            expected: [
                "error: The document holds no task. Write one task a line: `- [ ] T001 [P] [US1] What to do in path/to/file`."
            ]),
        Problem(
            text: "- [ ] T001 a\n- [ ] T1 b",
            expected: ["line 2: error: T1 stands in line 1 already. Give this task an id of its own."]),
        Problem(
            text: "- [ ] T001 a\n- [ ] TXXX [P] Docs",
            expected: [
                "line 2: error: A checkbox without a task id: \"TXXX [P] Docs\". "
                    + "Put an id behind the box, as in `- [ ] T001 What to do`, or indent the line below its task."
            ]),
        Problem(
            text: "- [ ] T001 a\n## Review\n- [ ] Looks good",
            expected: [
                "line 3: warning: A checkbox without a task id: \"Looks good\". "
                    + "Put an id behind the box, as in `- [ ] T001 What to do`, or indent the line below its task."
            ]),
        Problem(
            text: "- [ ] T001 a\n- T002 b\n- [] T003 c",
            expected: [
                "line 2: error: T002 has no checkbox. Write it as `- [ ] T002 …`.",
                "line 3: error: A checkbox that is neither open nor done: \"[] T003 c\". Write `[ ]` or `[x]`.",
            ]),
        Problem(
            text: "- [ ] T001 a (depends on T007)",
            expected: [
                "line 1: error: T001 depends on T007, which is not a task. Name an existing task, or drop the dependency."
            ]),
        Problem(
            text: "- [ ] T001 a\n- [ ] T002 b (depends on T003)\n- [ ] T003 c (depends on T002)",
            expected: [
                "line 2: error: Tasks wait for one another: T002 → T003 → T002. Drop one of these dependencies."
            ]),
        Problem(
            text: "- [ ] T001 a\n<<<<<<< HEAD\n- [x] T002 b\n=======\n>>>>>>> other",
            expected: [
                "line 2: error: An unresolved git conflict stands in lines 2 to 5. "
                    + "Keep one side and remove the three marker lines."
            ]),
        Problem(
            text: "- [ ] T001 a\n```\n- [ ] T002 b",
            expected: ["line 2: error: The code fence is never closed, so all below is part of it. Close it with ```."]),
        Problem(
            text: "a\nb\u{0}c",
            expected: [
                "line 2: error: The document holds a NUL byte and is not text. "
                    + "Restore the file from git, or write it again as UTF-8 text."
            ]),
        Problem(
            text: String(repeating: "- [ ] T1 abcdefghij\n", count: 850_000),
            expected: [
                "error: The document has 17000000 bytes; at most 16777216 are read. Split it, or take out what does not belong to it."
            ]),
    ])
    func `names what is wrong, where and what mends it`(problem: Problem) {
        #expect(TasksDocument(parsing: problem.text).diagnostics.map(\.description) == problem.expected)
    }

    @Test func `words with slashes and products are no paths`() {
        let text =
            "- [ ] T001 Use Node.js and/or authentication/authorization at /api/users, v1.2, e.g. `application/json` https://a.b/c.md"
        #expect(TasksDocument(parsing: text).tasks.map(\.paths) == [[]])
    }
}
