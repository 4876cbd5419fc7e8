import XML

/// Reads JUnit's XML in the dialects of the tools that write it.
struct JUnitParser {
    private let source: Source
    private var suites: [TestSuite] = []
    /// Whether it may be of Node's reporter, whose root says nothing.
    private var isOfNode = false

    static func parse(_ bytes: [UInt8]) throws(ReportError) -> TestReport {
        var parser = JUnitParser(source: try Source(bytes, "JUnit XML"))
        let root = try parser.source.xml()
        guard root.name == "testsuites" || root.name == "testsuite" else {
            throw parser.source.foreign(line: root.line, "the root is <\(root.name)>, not <testsuites> or <testsuite>")
        }
        parser.isOfNode = root.name == "testsuites" && root["name"] == nil && root["tests"] == nil
        try parser.read(root, within: [], file: nil)
        return TestReport(suites: parser.suites)
    }

    private init(source: Source) { self.source = source }

    private mutating func read(_ element: XMLElement, within names: [String], file: String?) throws(ReportError) {
        let isSuite = element.name == "testsuite"
        let file = (element["file"] ?? element["filepath"])?.trimmedOrNil ?? file
        let names = isSuite ? names + [element["name"] ?? ""] : names
        var suite = TestSuite(name: isSuite ? names.joined(separator: " > ") : element["name"] ?? "")
        let place = suites.count
        for child in element.elements {
            switch child.name {
            case "testcase": suite.cases.append(try testCase(child, within: names, file: file))
            case "testsuite": try read(child, within: names, file: file)
            default: break
            }
        }
        let declared = [element["errors"], element["failures"]].compactMap { $0.flatMap { Int($0) } }.contains {
            $0 > 0
        }
        if isSuite, declared, suite.cases.isEmpty, element.elements("testsuite").isEmpty {
            let output = ["error", "failure", "system-out", "system-err"].compactMap { element.first($0)?.text }
            suite.cases = [
                TestCase(
                    file: file, name: suite.name, outcome: .errored,
                    message: "the suite reports failures but no test case", details: output.joined(separator: "\n"))
            ]
        }
        let isParent = !element.elements("testsuite").isEmpty
        if !suite.cases.isEmpty || (isSuite && !isParent) { suites.insert(suite, at: place) }
    }

    private func testCase(_ element: XMLElement, within suites: [String], file: String?) throws(ReportError) -> TestCase
    {
        guard let name = element["name"] else {
            throw source.malformed(line: element.line, "a <testcase> has no name")
        }
        let file = (element["file"] ?? element["filepath"])?.trimmedOrNil ?? file
        var group = element["classname"]?.trimmedOrNil
        if let file, let full = group { group = Self.group(full, without: file) }
        if group == name { group = nil }
        // Node's reporter calls every class "test"; the suites around a test are what tells it from others.
        if isOfNode, group == "test" { group = suites.isEmpty ? nil : suites.joined(separator: " > ") }
        let outcome = Self.outcome(element)
        let (message, details) = Self.texts(element, outcome)
        return TestCase(
            file: file, group: group, name: name, line: element["line"].flatMap { Int($0) }.positive, outcome: outcome,
            seconds: element["time"]?.asSeconds, message: message, details: details)
    }

    private static let retries = ["flakyFailure", "flakyError"]

    private static func outcome(_ element: XMLElement) -> TestOutcome {
        if let skipped = element.first("skipped"), skipped["type"] == "todo" { return .skipped }
        if element.first("error") != nil { return .errored }
        if element.first("failure") != nil { return .failed }
        if element.first("skipped") != nil || element["status"] == "notrun" { return .skipped }
        return retries.contains { element.first($0) != nil } ? .flaky : .passed
    }

    /// What the elements inside say: the first message, and all texts, those of the result before the output.
    private static func texts(_ element: XMLElement, _ outcome: TestOutcome) -> (message: String?, details: String?) {
        let names: [String] =
            switch outcome {
            case .errored, .failed: ["error", "failure"]
            case .skipped: ["skipped"]
            case .flaky: retries
            case .passed: []
            }
        let results = element.elements.filter { names.contains($0.name) }
        var message = results.compactMap { $0["message"]?.trimmedOrNil }.first
        if outcome == .skipped, message == "true" { message = nil }
        var parts = results.compactMap { $0.text.trimmedOrNil ?? $0.first("stackTrace")?.text.trimmedOrNil }
        parts += element.elements.filter { $0.name == "system-out" || $0.name == "system-err" }
            .compactMap { $0.text.trimmedOrNil }
        return (message, parts.isEmpty ? nil : parts.joined(separator: "\n"))
    }

    /// `tests.test_a.TestX` in `tests/test_a.py` is `TestX`.
    private static func group(_ full: String, without file: String) -> String? {
        let stem = file.split(separator: ".").dropLast().joined(separator: ".")
        let module = stem.split(separator: "/").joined(separator: ".")
        guard !module.isEmpty, full.hasPrefix(module) || full == file else { return full }
        if full == module || full == file { return nil }
        let rest = full.dropFirst(module.count)
        return rest.hasPrefix(".") ? String(rest.dropFirst()).trimmedOrNil : full
    }
}

extension Source {
    /// The root element of the text.
    func xml() throws(ReportError) -> XMLElement {
        do {
            return try XMLDocument.parse(bytes)
        } catch {
            switch error.code {
            case .empty: throw foreign("the output is empty")
            case .truncated: throw ReportError(.truncated, format, line: error.line, "the XML ends too early")
            case .limit: throw ReportError(.tooLarge, format, "the XML is too large, \(error.message)")
            case .syntax where bytes.first { !Self.isSpace($0) } != UInt8(ascii: "<"):
                throw foreign(line: 1, "the output is not XML")
            case .syntax, .encoding, .entity:
                throw ReportError(.malformed, format, "the XML is broken, \(error.message)")
            }
        }
    }
}
