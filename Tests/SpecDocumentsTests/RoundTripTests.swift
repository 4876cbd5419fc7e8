import SpecDocuments
import Testing

@Suite struct `Round trips` {
    /// Small, seeded and the same everywhere.
    struct Noise: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var mixed = state
            mixed ^= mixed >> 33
            return mixed &* 0xff51_afd7_ed55_8ccd
        }
    }

    static let pieces = [
        "# Tasks: A", "## Phase 1: Setup", "### User Story 1 - A (Priority: P1)", "- [ ] T001 [P] [US1] Do `a/b.py`",
        "  - [x] T002 nested", "- **FR-001**: System MUST [NEEDS CLARIFICATION: what?] do", "| SC-001 | 95 % |",
        "```swift", "```", "~~~", "<!-- note", "-->", "---", "===", "Title\n===", "Other\n---", "\u{feff}", "\r\n",
        "\r",
        "\n", "\n\n", "    code", "\t- x", "> quote", "1. **Given** a, **When** b, **Then** c", "é\u{301}👩‍👩‍👧",
        "<<<<<<< ours",
        "=======", ">>>>>>> theirs", "**Version**: 1.0.0 | **Ratified**: 2026-01-01", "- [ ] CHK001 Is it?", "* * *",
        "[x](y)", "| a | b |\n|---|---|", "## ADDED Requirements", "### Requirement: A", "#### Scenario: B", "\u{2028}",
        "- [", "[[[[", "T001", "(depends on T001-T003)",
    ]

    static func kept<Document: MarkdownDocument>(_ bytes: [UInt8], _: Document.Type) -> Bool {
        DocumentFile<Document>(bytes: bytes).bytes == bytes
    }

    static func isKept(_ bytes: [UInt8]) -> Bool {
        kept(bytes, SpecDocument.self) && kept(bytes, PlanDocument.self) && kept(bytes, TasksDocument.self)
            && kept(bytes, Constitution.self) && kept(bytes, ChecklistDocument.self)
            && kept(bytes, LivingSpec.self) && kept(bytes, DeltaSpec.self)
    }

    @Test(arguments: 0..<150)
    func `Markdown of any shape is printed as it was read`(seed: UInt64) {
        var noise = Noise(state: seed)
        var text = ""
        for _ in 0..<Int.random(in: 0...40, using: &noise) {
            text += Self.pieces.randomElement(using: &noise) ?? ""
            text += ["\n", "\r\n", "", " "].randomElement(using: &noise) ?? ""
        }
        #expect(Self.isKept(Array(text.utf8)))
    }

    @Test(arguments: 0..<150)
    func `Bytes of any kind are printed as they were read`(seed: UInt64) {
        var noise = Noise(state: seed &+ 1_000)
        let some: [UInt8] = [
            10, 13, 35, 45, 32, 91, 93, 120, 96, 0xEF, 0xBB, 0xBF, 0xC3, 0xA9, 0xFF, 0x80, 0, 84, 48, 49,
        ]
        let bytes = (0..<Int.random(in: 0...300, using: &noise)).map { _ in
            Bool.random(using: &noise)
                ? some.randomElement(using: &noise) ?? 0 : UInt8.random(in: 0...255, using: &noise)
        }
        #expect(Self.isKept(bytes))
    }

    @Test func `Bytes that are no text name their line`() {
        let file = DocumentFile<SpecDocument>(bytes: Array("# A\nb\n".utf8) + [0xC3, 0x28, 10])
        #expect(file.document == nil)
        #expect(
            file.diagnostics.map(\.description) == [
                "line 3: error: The document is not UTF-8 text from line 3 on. Save it as UTF-8, or restore it from git."
            ])
        #expect(
            DocumentFile<SpecDocument>(bytes: [0xFF, 0xFE, 65, 0]).diagnostics.map(\.message) == [
                "The document is UTF-16 text."
            ])
    }

    @Test func `A document of ten megabytes is read`() {
        let words = String(repeating: "words about nothing in particular, of which there are many here ", count: 16)
        let line = "- [ ] T001 \(words)\n"
        let text = "# Tasks: Big\n" + String(repeating: "x" + line, count: 10_400) + "- [ ] T002 Last\n"
        let document = TasksDocument(parsing: text)
        #expect(document.text.utf8.count > 10_000_000)
        #expect(document.tasks.map(\.id) == ["T002"])
    }

    @Test(arguments: [
        "[", "[NEEDS CLARIFICATION", "# a\n", "#### a\n## b\n", "<!--", "**a**: b | ", "- [ ] T1 a\n", "`", "[[]",
        "| FR-001 ", "1. Given\n", "- FR-001: a\n", "### Requirement: A\n", "T001-", "a b-c ",
    ])
    func `Repetition does not slow reading down`(piece: String) {
        let text = "# A\n" + String(repeating: piece, count: 2_000)
        #expect(Self.isKept(Array(text.utf8)))
        let feature = FeatureDocuments(
            spec: SpecDocument(parsing: text), plan: PlanDocument(parsing: text), tasks: TasksDocument(parsing: text),
            constitution: Constitution(parsing: text), checklists: ["a.md": ChecklistDocument(parsing: text)])
        #expect(Analysis(feature).findings.allSatisfy { !$0.message.isEmpty && !$0.fix.isEmpty })
        #expect(LivingSpec(parsing: text).applying(DeltaSpec(parsing: text)).result == nil)
    }

    @Test(arguments: 0..<100)
    func `Analysis of documents of any shape ends, always with the same findings`(seed: UInt64) {
        var noise = Noise(state: seed &+ 5_000)
        func text() -> String {
            var text = ""
            for _ in 0..<Int.random(in: 0...30, using: &noise) {
                text += (Self.pieces.randomElement(using: &noise) ?? "") + "\n"
            }
            return text
        }
        let feature = FeatureDocuments(
            spec: SpecDocument(parsing: text()), plan: PlanDocument(parsing: text()),
            tasks: TasksDocument(parsing: text()), constitution: Constitution(parsing: text()),
            checklists: ["a.md": ChecklistDocument(parsing: text())])
        let findings = Analysis(feature).findings
        #expect(findings == Analysis(feature).findings)
        let renumbering = Renumbers(tasksOf: feature.tasks ?? TasksDocument(parsing: ""))
        let once = renumbering.applied(to: feature.tasks?.text ?? "", isOrigin: true)
        #expect(TasksDocument(parsing: once).tasks.count >= feature.tasks?.tasks.count ?? 0)
    }

    @Test func `Underlined headings are headings, and rules are not`() {
        let spec = SpecDocument(
            parsing: """
                Feature Specification: Old style
                ================================

                Requirements
                ------------
                - **FR-001**: System MUST do

                Some words that end here.
                ---
                - item
                ---
                | a |
                ---
                """)
        #expect(spec.title == "Old style")
        #expect(spec.sections.map(\.title) == ["Feature Specification: Old style", "Requirements"])
        #expect(spec.sections.map(\.line) == [1, 4])
        #expect(spec.sections.last?.text.hasPrefix("- **FR-001**") == true)
    }
}

private typealias Renumbers = SpecDocuments.Renumbering
