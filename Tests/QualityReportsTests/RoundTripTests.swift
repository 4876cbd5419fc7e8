import JSON
import QualityReports
import Testing

@Suite struct RoundTripTests {
    @Test(arguments: 0..<60) func `tests written as JUnit are read as the same value`(seed: UInt64) throws {
        var random = Seeded(state: seed)
        let suites = (0..<random.int(0...3)).map { place in
            TestSuite(
                name: random.text(),
                cases: (0..<random.int(0...5)).map { number in
                    let outcome = TestOutcome.allCases.randomElement(using: &random) ?? .passed
                    return TestCase(
                        file: random.maybe(random.text()), group: random.maybe("g\(place)" + random.text()),
                        name: "n\(number)" + random.text(), line: random.maybe(random.int(1...9_999)), outcome: outcome,
                        seconds: random.maybe(Double(random.int(0...100_000)) / 1024),
                        message: outcome == .passed ? nil : random.maybe(random.text()),
                        details: random.maybe(random.text()))
                })
        }
        let report = TestReport(suites: suites)
        #expect(try TestFormat.junit.parse(JUnitWriter.write(report)) == report)
        #expect(try JSONCoding.decode(TestReport.self, from: try JSONCoding.encode(report)) == report)
    }

    @Test(arguments: 0..<60) func `coverage written as LCOV or Cobertura is read as the same value`(seed: UInt64) throws
    {
        var random = Seeded(state: seed)
        let files = (0..<random.int(0...4)).map { place in
            let lines = (0..<random.int(0...30)).map { _ in
                LineHits(line: random.int(1...200), hits: random.bool() ? 0 : random.int(0...Int.max / 1_000))
            }
            let branches = lines.filter { _ in random.bool() }.map {
                BranchHits(line: $0.line, covered: random.int(0...4), total: 4)
            }
            let path = "p\(place)" + random.text().filter { !$0.isNewline }
            return FileCoverage(path: path, lines: lines, branches: branches)
        }
        let report = CoverageReport(files: files)
        #expect(try CoverageFormat.lcov.parse(LCOVWriter.write(report)) == report)
        #expect(try CoverageFormat.cobertura.parse(CoberturaWriter.write(report)) == report)
        #expect(try JSONCoding.decode(CoverageReport.self, from: try JSONCoding.encode(report)) == report)
    }

    @Test(arguments: 0..<60) func `findings written as SARIF are read as the same value`(seed: UInt64) throws {
        var random = Seeded(state: seed)
        let tools = ["ruff", "eslint"]
        let findings = (0..<random.int(0...12)).map { _ in
            let advisory = Advisory(
                package: random.text(), version: random.maybe("1.0"), fixedVersions: random.bool() ? [] : ["1.1", "2"],
                id: "CVE-\(random.int(0...9))", aliases: random.bool() ? [] : [random.text()])
            return Finding(
                tool: tools[random.int(0...1)], toolVersion: random.maybe("1.2"), rule: "R\(random.int(0...3))",
                severity: Severity.allCases.randomElement(using: &random) ?? .note, message: random.text(),
                file: random.maybe((random.bool() ? "/" : "") + random.text()), line: random.maybe(random.int(1...99)),
                column: random.maybe(random.int(1...99)), endLine: random.maybe(random.int(1...99)),
                endColumn: random.maybe(random.int(1...99)), isFixable: random.bool(),
                helpURL: random.maybe("https://example.org/\(random.int(0...9))"), advisory: random.maybe(advisory))
        }
        let report = FindingsReport(findings: findings)
        #expect(try FindingsFormat.sarif.parse(SARIFWriter.write(report)) == report)
        #expect(try JSONCoding.decode(FindingsReport.self, from: try JSONCoding.encode(report)) == report)
    }
}
