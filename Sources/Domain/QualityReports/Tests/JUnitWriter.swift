import XML

/// Writes a report as JUnit's XML, which continuous integration everywhere can show.
package enum JUnitWriter {
    /// UTF-8; control characters that XML cannot hold become U+FFFD.
    package static func write(_ report: TestReport) -> [UInt8] {
        let suites = report.suites.map { suite in
            XMLElement(
                "testsuite", [XMLAttribute("name", suite.name)] + attributes(suite.cases),
                suite.cases.map { .element(element($0)) })
        }
        return XMLWriter.write(XMLElement("testsuites", attributes(report.cases), suites.map { .element($0) }))
    }

    private static func attributes(_ cases: [TestCase]) -> [XMLAttribute] {
        let counts = TestCounts(cases)
        let seconds = cases.reduce(0) { $0 + ($1.seconds ?? 0) }
        return [
            XMLAttribute("tests", "\(counts.total)"), XMLAttribute("failures", "\(counts.failed)"),
            XMLAttribute("errors", "\(counts.errored)"), XMLAttribute("skipped", "\(counts.skipped)"),
            XMLAttribute("time", "\(seconds)"),
        ]
    }

    private static func element(_ test: TestCase) -> XMLElement {
        var attributes = [XMLAttribute("classname", test.group ?? ""), XMLAttribute("name", test.name)]
        if let file = test.file { attributes.append(XMLAttribute("file", file)) }
        if let line = test.line { attributes.append(XMLAttribute("line", "\(line)")) }
        if let seconds = test.seconds { attributes.append(XMLAttribute("time", "\(seconds)")) }
        let message = test.message.map { [XMLAttribute("message", $0)] } ?? []
        let details: [XMLNode] = test.details.map { [.text($0)] } ?? []
        let result: XMLElement? =
            switch test.outcome {
            case .passed: test.details.map { XMLElement("system-out", [], [.text($0)]) }
            case .failed: XMLElement("failure", message, details)
            case .errored: XMLElement("error", message, details)
            case .skipped: XMLElement("skipped", message, details)
            case .flaky: XMLElement("flakyFailure", message, details)
            }
        return XMLElement("testcase", attributes, result.map { [.element($0)] } ?? [])
    }
}
