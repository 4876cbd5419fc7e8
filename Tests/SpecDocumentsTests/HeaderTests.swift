import SpecDocuments
import Testing

@Suite("The header of a specification is edited")
struct HeaderTests {
    @Test(
        "a label's value is replaced, or put behind the last label, and nothing else changes",
        arguments: [
            ("# S\n\n**Status**: Draft\n\n## A\n", "# S\n\n**Status**: Draft\n**Ceremony**: tiny, because\n\n## A\n"),
            ("# S\n\n**Ceremony**: full\n**Status**: x\n", "# S\n\n**Ceremony**: tiny, because\n**Status**: x\n"),
            ("# S\n\ntext\n", "# S\n\n**Ceremony**: tiny, because\n\ntext\n"),
            ("# S\r\n\r\n**Status**: Draft\r\n", "# S\r\n\r\n**Status**: Draft\r\n**Ceremony**: tiny, because\r\n"),
            ("# S", "# S\n\n**Ceremony**: tiny, because"),
        ])
    func set(before: String, after: String) throws {
        var spec = SpecDocument(parsing: before)
        try spec.set("Ceremony", to: "tiny, because")
        #expect(spec.text == after)
        #expect(spec.ceremony == .tiny)
        try spec.set("Ceremony", to: "tiny, because")
        #expect(spec.text == after)
    }

    @Test("a tiny feature needs no plan, a full one does")
    func plan() {
        for (ceremony, count) in [("tiny", 0), ("small", 0), ("full", 1)] {
            let spec = SpecDocument(parsing: "# S: t\n\n**Ceremony**: \(ceremony)\n\n- **FR-001**: It MUST go.\n")
            let found = Analysis(
                FeatureDocuments(spec: spec, tasks: TasksDocument(parsing: "# T: t\n\n- [ ] T001 Go (FR-001)\n")))
            #expect(found.findings.count { $0.rule == .missingDocument } == count)
        }
    }

    @Test("a scenario on one line gets other words; its number stays")
    func scenario() throws {
        let text =
            "# S: t\n\n### User Story 1 - A (Priority: P1)\n\n1. **Given** a, **Then** b\n2. Given a,\n   When b, Then c\n"
        var spec = SpecDocument(parsing: text)
        let found = spec.rewordableScenarios
        #expect(found.map(\.id) == ["US1/1"])
        try spec.reword(found[0].scenario, to: "Given a, When x, Then b")
        #expect(spec.text == text.replacing("**Given** a, **Then** b", with: "Given a, When x, Then b"))
    }
}
