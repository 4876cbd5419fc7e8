/// Reads the plain text of Rust's test harness.
struct LibtestParser {
    private var suites: [TestSuite] = []
    private var suite: String?
    private var cases: [TestCase]?
    /// A test whose result comes on a later line.
    private var pending: String?
    /// Output by test, and the test whose output is being read.
    private var outputs: [String: String] = [:]
    private var names: [String] = []
    private var speaking: String?

    static func parse(_ bytes: [UInt8]) throws(ReportError) -> TestReport {
        let source = try Source(bytes, "cargo test")
        var parser = LibtestParser()
        try source.eachLine { line, number throws(ReportError) in parser.read(line) }
        guard parser.cases == nil else { throw source.truncated("a run of tests has no result") }
        guard !parser.suites.isEmpty else { throw source.foreign("there is no line \"running N tests\"") }
        return TestReport(suites: parser.suites)
    }

    private mutating func read(_ line: String) {
        if cases == nil { return readOutside(line) }
        if line.hasPrefix("test result: ") { return finish() }
        if line.hasPrefix("---- "), line.hasSuffix(" ----") {
            let words = line.dropFirst(5).dropLast(5).split(separator: " ")
            speaking = words.last == "stdout" || words.last == "stderr" ? words.dropLast().joined(separator: " ") : nil
        } else if line == "failures:" || line == "successes:" {
            speaking = nil
        } else if let speaking {
            if outputs[speaking, default: ""].utf8.count < TestCase.detailsLimit {
                outputs[speaking, default: ""] += line + "\n"
            }
        } else if line.hasPrefix("test "), let parts = line.dropFirst(5).cut(" ... ") {
            pending = String(parts.before)
            result(parts.after)
        } else if pending != nil {
            result(line[...])
        }
    }

    private mutating func readOutside(_ line: String) {
        let text = Substring(line).trimmed
        if text.hasPrefix("Running "), let name = text.dropFirst(8).cut(" (") {
            suite = String(name.before)
        } else if text.hasPrefix("Doc-tests ") {
            suite = String(text)
        } else if line.hasPrefix("running "), line.hasSuffix(" tests") || line.hasSuffix(" test") {
            cases = []
        }
    }

    private mutating func result(_ text: Substring) {
        guard let name = pending else { return }
        let word = text.prefix { $0 != "," && $0 != " " && $0 != "<" && $0 != ":" }
        let outcome: TestOutcome
        switch word {
        case "ok", "bench": outcome = .passed
        case "FAILED": outcome = .failed
        case "ignored": outcome = .skipped
        default: return
        }
        pending = nil
        let reason = outcome == .skipped ? text.cut(", ").map { String($0.after) } : nil
        let seconds = text.cut("<").flatMap { $0.after.cut("s>") }.flatMap { $0.before.asSeconds }
        names.append(name)
        cases?.append(Self.testCase(name, outcome, reason, seconds))
    }

    private static func testCase(
        _ full: String, _ outcome: TestOutcome, _ reason: String?, _ seconds: Double?
    ) -> TestCase {
        var name = Substring(full)
        for suffix in [" - should panic", " - compile fail", " - compile", " - no run"] where name.hasSuffix(suffix) {
            name = name.dropLast(suffix.count)
        }
        if let doc = name.cut(" - "), let place = doc.after.cut("(line "), let line = Int(place.after.dropLast()) {
            return TestCase(
                file: String(doc.before), name: place.before.trimmed.isEmpty ? "doc" : String(place.before.trimmed),
                line: line, outcome: outcome, seconds: seconds, message: reason)
        }
        let parts = name.split(separator: "::", omittingEmptySubsequences: false)
        let group = parts.dropLast().joined(separator: "::")
        return TestCase(
            group: group.isEmpty ? nil : group, name: String(parts.last ?? name), outcome: outcome, seconds: seconds,
            message: reason)
    }

    private mutating func finish() {
        var tests = cases ?? []
        for (place, name) in zip(tests.indices, names) {
            guard tests[place].outcome == .failed, let output = outputs[name] else { continue }
            let lines = output.split(separator: "\n")
            // The line behind "panicked at PLACE:" is what the panic says.
            let panic = lines.firstIndex { $0.contains("panicked at ") }
            let message = panic.flatMap { lines.indices.contains($0 + 1) ? lines[$0 + 1] : lines[$0] }
            tests[place] = TestCase(
                file: tests[place].file, group: tests[place].group, name: tests[place].name, line: tests[place].line,
                outcome: .failed, seconds: tests[place].seconds,
                message: (message ?? lines.first).map(String.init), details: output)
        }
        if let pending {
            tests.append(TestCase(name: pending, outcome: .errored, message: "the test did not end"))
        }
        suites.append(TestSuite(name: suite ?? "tests", cases: tests))
        (suite, cases, pending, outputs, names, speaking) = (nil, nil, nil, [:], [], nil)
    }
}
