import SpecDocuments
import Testing

@Suite struct `Edits of documents` {
    static let tasks = """
        # Tasks: A

        ## Phase 1: Setup

        - [ ] T001 Begin in `a.py`
          with details

          and more

        ## Phase 2: Rest

        Nothing yet.

        ## Notes
        - none
        """

    /// The lines of `after` that are not those of `before`, where nothing else than insertions differs.
    static func inserted(_ before: String, _ after: String) -> [String]? {
        let old = lines(before)
        let new = lines(after)
        var index = 0
        var found: [String] = []
        for line in new {
            if index < old.count, old[index] == line { index += 1 } else { found.append(line) }
        }
        return index == old.count ? found : nil
    }

    static func lines(_ text: String) -> [String] {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
            String(String.UnicodeScalarView($0))
        }
    }

    @Test(arguments: ["\n", "\r\n"])
    func `Tasks are written behind the last of their phase`(ending: String) throws {
        let text = Self.tasks.replacing("\n", with: ending)
        var document = TasksDocument(parsing: text)
        let ids = try document.append(
            [
                NewTask("Go on", isParallel: true, story: "US1", requirements: ["FR-001"]),
                NewTask("End", dependencies: ["T001"]),
            ], toPhase: "phase 1")
        #expect(ids == ["T002", "T003"])
        let mark = ending == "\n" ? "" : "\r"
        #expect(
            Self.inserted(text, document.text) == [
                "- [ ] T002 [P] [US1] Go on (FR-001)" + mark, "- [ ] T003 End (depends on T001)" + mark,
            ])
        #expect(document.tasks.map(\.phase) == Array(repeating: "Phase 1: Setup", count: 3))
        #expect(document["T003"]?.dependencies == ["T001"])
        try document.append([NewTask("First here")], toPhase: "Phase 2: Rest")
        #expect(document["T004"]?.phase == "Phase 2: Rest")
    }

    @Test func `A phase goes to the end, and a last line without an end stays one`() throws {
        var document = TasksDocument(parsing: Self.tasks)
        try document.appendPhase("Phase 3: Convergence", tasks: [NewTask("Mend")])
        #expect(document.text == Self.tasks + "\n\n## Phase 3: Convergence\n\n- [ ] T002 Mend")
        var between = TasksDocument(parsing: Self.tasks + "\n")
        try between.appendPhase("Phase 1b", tasks: [NewTask("Mend")], after: "Phase 1: Setup")
        #expect(
            Self.inserted(Self.tasks + "\n", between.text)?.filter { !$0.isEmpty } == [
                "## Phase 1b", "- [ ] T002 Mend",
            ])
        #expect(between.tasks.map(\.phase) == ["Phase 1: Setup", "Phase 1b"])
    }

    @Test func `What cannot be edited is refused in one sentence`() {
        var document = TasksDocument(parsing: Self.tasks)
        #expect(
            throws: SpecDocumentsError(
                .unknownSection, "There is no phase \"Phase 9\"; the document has \"Phase 1: Setup\".")
        ) { try document.append([NewTask("x")], toPhase: "Phase 9") }
        #expect(throws: SpecDocumentsError(.unfitText, "A task needs a title that says what to do.")) {
            try document.append([NewTask(" \n")], toPhase: "Phase 1")
        }
        var broken = TasksDocument(parsing: "# A\n<<<<<<< ours\n- [ ] T001 a\n=======\n>>>>>>> theirs\n")
        #expect(
            throws: SpecDocumentsError(
                .unreadable,
                "The document cannot be edited (line 2): An unresolved git conflict stands in lines 2 to 5. "
                    + "Keep one side and remove the three marker lines.")
        ) { try broken.appendPhase("B", tasks: []) }
    }

    @Test(arguments: ["\n", "\r\n"])
    func `A requirement follows the last, in the same width`(ending: String) throws {
        let text = "\u{feff}# Spec\n\n- **FR-01**: a\n  b\n- **SC-001**: 5 s\n\nrest".replacing("\n", with: ending)
        var spec = SpecDocument(parsing: text)
        #expect(try spec.add("System MUST\n c") == "FR-02")
        let mark = ending == "\n" ? "" : "\r"
        #expect(Self.inserted(text, spec.text) == ["- **FR-02**: System MUST c" + mark])
        #expect(spec.requirements.map(\.line) == [3, 5])
        #expect(try spec.add("half", prefix: "NFR") == "NFR-001")
    }

    @Test func `A question is answered in its place and written down`() throws {
        let text = "# Spec\n\n- **FR-001**: a [NEEDS CLARIFICATION: x? [y]] b [NEEDS CLARIFICATION: z?] c\n"
        var spec = SpecDocument(parsing: text)
        try spec.answer(spec.clarifications[1], with: "30 days", session: "2026-11-21")
        #expect(
            spec.text == """
                # Spec

                - **FR-001**: a [NEEDS CLARIFICATION: x? [y]] b 30 days c

                ## Clarifications

                ### Session 2026-11-21

                - Q: z? → A: 30 days

                """)
        try spec.answer(spec.clarifications[0], with: "no", session: "2026-11-21")
        #expect(spec.clarifications == [])
        #expect(spec.text.hasSuffix("- Q: z? → A: 30 days\n- Q: x? [y] → A: no\n"))
    }

    @Test func `Other words change only theirs`() throws {
        let text = "# S\r\n- **FR-001**: a\r\n  b  \r\n- **FR-002**: c  \r\n| SC-001 | d |\r\n"
        var spec = SpecDocument(parsing: text)
        try spec.reword("FR-001", to: "x")
        try spec.reword("FR-002", to: "y")
        try spec.reword("SC-001", to: "z")
        #expect(spec.text == "# S\r\n- **FR-001**: x\r\n- **FR-002**: y  \r\n| SC-001 | z |\r\n")
    }

    @Test func `A box of a checklist is one byte`() throws {
        var list = ChecklistDocument(
            parsing: "# Checklist: A\n- [ ] CHK001 Is it? [Gap]\n- [x] **CHK002**: Was it?\n- [ ] bare\n")
        #expect(list.items.map(\.id) == ["CHK001", "CHK002", nil])
        #expect(list.items.map(\.isDone) == [false, true, false])
        #expect(list.items.map(\.text) == ["Is it? [Gap]", "Was it?", "bare"])
        try list.mark("CHK001", done: true)
        try list.mark("chk002", done: false)
        #expect(list.text == "# Checklist: A\n- [x] CHK001 Is it? [Gap]\n- [ ] **CHK002**: Was it?\n- [ ] bare\n")
        #expect(throws: SpecDocumentsError.self) { try list.mark("CHK009", done: true) }
    }

    @Test(arguments: CleanFeature.all, ["\n", "\r\n"])
    func `Every edit of every document only inserts lines of its own`(feature: CleanFeature, ending: String) throws {
        func text(_ text: String) -> String {
            text.replacing("\r\n", with: "\n").replacing("\n", with: ending)
        }
        func check(_ before: String, _ after: String, _ lines: [String]) {
            let mark = ending == "\n" ? "" : "\r"
            #expect(
                Self.inserted(before, after)?.filter { !$0.isEmpty && $0 != mark } == lines.map { $0 + mark })
        }
        var spec = SpecDocument(parsing: text(feature.spec))
        var before = spec.text
        let requirement = try spec.add("System MUST hum")
        check(before, spec.text, ["- **\(requirement)**: System MUST hum"])
        before = spec.text
        try spec.insertSection("Notes of ours", lines: ["One.", "Two."])
        check(before, spec.text, ["## Notes of ours", "One.", "Two."])
        before = spec.text
        try spec.append(["Three."], toSection: "Notes of ours")
        check(before, spec.text, ["Three."])
        var tasks = TasksDocument(parsing: text(feature.tasks))
        before = tasks.text
        let ids = try tasks.append([NewTask("Hum", story: "US1")], toPhase: "Phase 1")
        check(before, tasks.text, ["- [ ] \(ids[0]) [US1] Hum"])
        #expect(tasks[ids[0]]?.phase.hasPrefix("Phase 1") == true)
        before = tasks.text
        try tasks.appendPhase("Phase 9: More", tasks: [NewTask("Sing")])
        check(before, tasks.text, ["## Phase 9: More", "- [ ] \(tasks.tasks.last?.id ?? "") Sing"])
        before = tasks.text
        let open = tasks.tasks.first { !$0.isDone }
        try tasks.tick(try #require(open).id)
        #expect(zip(before.utf8, tasks.text.utf8).count { $0 != $1 } == 1)
        #expect(before.utf8.count == tasks.text.utf8.count)
    }
}
