import SpecDocuments
import Testing

@Suite("Ids of statements")
struct StatementKeyTests {
    @Test(
        "reads every spelling of an id",
        arguments: [
            ("FR-003", StatementKey(prefix: "FR", number: 3)), ("fr-3", StatementKey(prefix: "FR", number: 3)),
            ("NFR-0010", StatementKey(prefix: "NFR", number: 10)), ("SC-001", StatementKey(prefix: "SC", number: 1)),
            ("FR-003a", StatementKey(prefix: "FR", number: 3, suffix: "a")),
            ("FR-AUTH-001", StatementKey(prefix: "FR-AUTH", number: 1)), ("T001", nil), ("FR-x-1", nil), ("FR", nil),
        ])
    func spellings(_ text: String, _ key: StatementKey?) {
        #expect(StatementKey(text) == key)
    }

    @Test("finds all that a text speaks of, also inside of ranges")
    func mentions() {
        let keys = StatementKey.all(in: "Serves FR-001–FR-003 and NFR-AUTH-2, not T004 or UTF-8")
        #expect(keys.sorted().map(\.description) == ["FR-001", "FR-002", "FR-003", "NFR-AUTH-002"])
    }

    @Test("a specification has statements with areas, each numbered by itself")
    func areas() throws {
        var spec = SpecDocument(
            parsing:
                "# Spec\n\n- **FR-AUTH-001**: The system MUST ask\n- **FR-001**: The system MUST list\n- **SC-UX-01**: 95 %\n"
        )
        #expect(spec.requirements.map(\.id) == ["FR-AUTH-001", "FR-001"])
        #expect(spec.successCriteria.map(\.id) == ["SC-UX-01"])
        let id = try spec.add("The system MUST count")
        #expect(id == "FR-002")
        #expect(SpecDocuments.Renumbering(statementsOf: spec).changes.isEmpty)
    }
}
