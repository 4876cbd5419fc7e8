import SpecDocuments
import Testing

@Suite struct `Seeded faults` {
    @Test(arguments: CleanFeature.all)
    func `Clean documents are left alone`(feature: CleanFeature) {
        #expect(Analysis(feature.documents).findings.map(\.description) == [])
    }

    @Test(arguments: SeededFault.all)
    func `Each fault is found by its rule, in its line, and by no other`(fault: SeededFault) throws {
        let broken = fault.broken
        #expect(
            broken.spec + broken.plan + broken.tasks + (broken.constitution ?? "") + (broken.checklist ?? "")
                != fault.feature.spec + fault.feature.plan + fault.feature.tasks + (fault.feature.constitution ?? "")
                + (fault.feature.checklist ?? ""))
        let findings = Analysis(broken.documents).findings
        let document = String(fault.expected.split(separator: " ").last ?? "")
        var expected = fault.expected
        if !fault.at.isEmpty {
            let text = fault.text(of: document, in: broken)
            let place = try #require(text.unicodeScalars.firstRange(of: fault.at.unicodeScalars))
            expected += ":\(text.unicodeScalars[..<place.lowerBound].count { $0 == "\n" } + 1)"
        }
        let found = findings.map { "\($0.rule.id) \($0.document)\($0.line.map { ":\($0)" } ?? "")" }
        #expect(found == [expected], "\(findings)")
    }

    @Test func `Every rule has a fault that it finds`() {
        let proven = Set(SeededFault.all.map { String($0.expected.prefix { $0 != " " }) })
        #expect(AnalysisRule.allCases.map(\.id).filter { !proven.contains($0) } == ["SPEC040"])
        #expect(SeededFault.all.count >= 60)
        #expect(CleanFeature.all.count >= 12)
    }

    @Test func `A document that others rest on is missed`() {
        var documents = CleanFeature.theme.documents
        documents.plan = nil
        #expect(
            Analysis(documents).findings.map(\.description) == [
                "plan.md: SPEC040 error: There is a task list and no plan. Write plan.md, or restore it from git."
            ])
        documents.spec = nil
        #expect(Analysis(documents).findings.map(\.document) == ["spec.md", "plan.md"])
    }

    @Test func `A finding is one sentence with its place and what mends it`() {
        var feature = CleanFeature.export
        feature.plan = feature.plan.replacing("within 2 seconds", with: "within 5 seconds")
        let analysis = Analysis(feature.documents)
        #expect(
            analysis.findings.map(\.description) == [
                "plan.md:14: SPEC027 warning: \"5 seconds\" stands here, and \"2 seconds\" in spec.md, line 51. "
                    + "Decide which one holds and write it in both places."
            ])
        #expect(analysis.isSound)
    }

    @Test func `SARIF names rule, level, file and line`() {
        let finding = Finding(
            rule: .openQuestion, document: "spec.md", line: 7, message: "A \"point\"\n.", fix: "Decide \\ it.\u{1}")
        let json = SarifReport([finding], folder: "specs/001-a").json
        #expect(json.hasPrefix("{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\","))
        #expect(
            json.hasSuffix(
                "\"results\":[{\"ruleId\":\"SPEC011\",\"ruleIndex\":10,\"level\":\"error\",\"message\":{\"text\":"
                    + "\"A \\\"point\\\"\\n. Decide \\\\ it.\\u0001\"},\"locations\":[{\"physicalLocation\":"
                    + "{\"artifactLocation\":{\"uri\":\"specs/001-a/spec.md\"},\"region\":{\"startLine\":7}}}]}]}]}"))
        #expect(json.split(separator: "\"shortDescription\"").count == AnalysisRule.allCases.count + 1)
    }
}
