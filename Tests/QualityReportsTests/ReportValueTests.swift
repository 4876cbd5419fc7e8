import QualityReports
import Testing

@Suite struct ReportValueTests {
    @Test func `merging keeps the worst outcome, a second run makes failures flaky`() {
        func report(_ outcomes: (String, TestOutcome)...) -> TestReport {
            TestReport(
                suites: [TestSuite(name: "s", cases: outcomes.map { TestCase(name: $0.0, outcome: $0.1) })])
        }
        let first = report(("a", .failed), ("b", .passed), ("c", .failed), ("d", .failed))
        let second = report(("a", .passed), ("b", .failed), ("c", .failed), ("d", .skipped), ("e", .passed))
        #expect(
            TestReport.merging([first, second])
                == report(("a", .failed), ("b", .failed), ("c", .failed), ("d", .failed), ("e", .passed)))
        #expect(
            first.rerun(second)
                == report(("a", .flaky), ("b", .failed), ("c", .failed), ("d", .failed), ("e", .passed)))
        #expect(first.counts == TestCounts(passed: 1, failed: 3))
        #expect(first.failures.map(\.id) == ["a", "c", "d"])
        #expect(!first.isPassing && !TestReport().isPassing && report(("a", .passed)).isPassing)
        #expect(TestCase(file: "t.py", group: "G", name: "n", outcome: .passed).id == "t.py::G::n")
    }

    @Test func `long details are cut in the middle and colours are dropped`() throws {
        let test = TestCase(
            name: "a", outcome: .failed, message: " \u{1B}[31mred\u{1B}[0m\n",
            details: "start" + String(repeating: "é", count: 50_000) + "end")
        #expect(test.message == "red")
        let details = try #require(test.details)
        #expect(details.utf8.count <= TestCase.detailsLimit)
        #expect(details.hasPrefix("starté") && details.hasSuffix("éend") && details.contains("… cut …"))
    }

    @Test func `coverage is sorted, merged and asked for changed lines`() {
        let file = FileCoverage(
            path: "b", lines: [LineHits(line: 3, hits: 1), LineHits(line: 1, hits: 0), LineHits(line: 3, hits: .max)],
            branches: [BranchHits(line: 3, covered: 9, total: 2)])
        #expect(file.lines == [LineHits(line: 1, hits: 0), LineHits(line: 3, hits: .max)])
        #expect(file.branches == [BranchHits(line: 3, covered: 2, total: 2)])
        let other = FileCoverage(path: "b", lines: [LineHits(line: 2, hits: 0)])
        let report = CoverageReport.merging([
            CoverageReport(files: [file]), CoverageReport(files: [other, FileCoverage(path: "a")]),
        ])
        #expect(report.files.map(\.path) == ["a", "b"])
        #expect(report.lines == CoverageCount(covered: 1, total: 3))
        #expect(report["a"]?.lineCount.percent == nil && report["c"] == nil)
        #expect(
            report.changed(["b": [2, 3, 4], "z": [1]])
                == ChangedCoverage(count: CoverageCount(covered: 1, total: 2), missed: ["b": [2]], unknownFiles: ["z"]))
        #expect(report.mapPaths { $0 == "b" ? "src/b" : nil }.files.map(\.path) == ["src/b"])
    }

    @Test func `fingerprints stay when lines move and differ within a report`() {
        func finding(_ line: Int, _ message: String = "line 1 is long") -> Finding {
            Finding(tool: "t", rule: "R", severity: .note, message: message, file: "f", line: line)
        }
        #expect(finding(1).fingerprint == finding(9, "line 2 is long").fingerprint)
        #expect(finding(1).fingerprint == finding(2).fingerprint)
        let old = FindingsReport(findings: [finding(1)])
        let new = FindingsReport(findings: [finding(4), finding(8)])
        #expect(Set(new.findings.map(\.fingerprint)).count == 2)
        #expect(new.new(since: old).map(\.line) == [8])
        #expect(FindingsReport.merging([old, old]) == old)
        #expect(FindingsReport(findings: new.findings) == new)
    }
}
