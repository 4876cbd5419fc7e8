/// Reads what Python's unittest prints with `-v`, of Python 3.6 and later.
///
/// The names and results come from the lines of the tests, failures from the sections behind them; whether the run as a
/// whole passed is what the last lines say. What tests print in between can hide a result, and then the sections tell.
struct UnittestParser {
    private struct Entry {
        var test: UnittestName
        var outcome: TestOutcome?
        var message: String?
        /// Whether the result stood right behind the name, so that later lines are only output.
        var isCertain = false
    }

    private struct Section {
        var outcome: TestOutcome
        var test: UnittestName
        var body: [String] = []
        var size = 0
    }

    private enum Place { case tests, header, underHeader, body }

    private var entries: [Entry] = []
    private var sections: [Section] = []
    private var place = Place.tests
    /// A name whose description and result come on the next line.
    private var pending: UnittestName?
    private var ran: Int?
    /// Nil until the last line has come.
    private var isOK: Bool?

    private static let doubleRule = String(repeating: "=", count: 70)
    private static let rule = String(repeating: "-", count: 70)

    static func parse(_ bytes: [UInt8]) throws(ReportError) -> TestReport {
        let source = try Source(bytes, "unittest")
        var parser = UnittestParser()
        try source.eachLine { line, _ throws(ReportError) in parser.read(line) }
        guard parser.ran != nil, let isOK = parser.isOK else {
            guard let last = parser.entries.last else { throw source.foreign("there is no line \"Ran N tests\"") }
            throw source.truncated("the run ended within or after \(last.test.group).\(last.test.name)")
        }
        return TestReport(suites: [TestSuite(name: "unittest", cases: parser.cases(isOK))])
    }

    // MARK: - Lines

    private mutating func read(_ line: String) {
        if readSummary(line) { return }
        switch place {
        case .header:
            place = readHeader(line) ? .underHeader : .tests
            if place == .tests { readTest(line[...]) }
        case .underHeader:
            // A docstring may stand between the header and the rule.
            if line == Self.rule { place = .body }
        case .body:
            if line == Self.doubleRule { place = .header } else { addToSection(line) }
        case .tests:
            if line == Self.doubleRule { place = .header } else { readTest(line[...]) }
        }
    }

    /// `Ran 3 tests in 0.001s` and the word behind it; of several runs, as tests of tests make them, the last counts.
    private mutating func readSummary(_ line: String) -> Bool {
        if line.hasPrefix("Ran "), line.hasSuffix("s"), let words = line.dropFirst(4).cut(" in "),
            words.before.hasSuffix(" tests") || words.before.hasSuffix(" test"),
            let count = Int(words.before.prefix { $0.isNumber }), words.after.dropLast().asSeconds != nil
        {
            (ran, isOK, place) = (count, nil, .tests)
            // The rule above this line is not the last section's.
            if let last = sections.indices.last, sections[last].body.last == Self.rule {
                sections[last].body.removeLast()
            }
            return true
        }
        guard ran != nil, isOK == nil else { return false }
        if line == "OK" || line.hasPrefix("OK (") || line.hasPrefix("NO TESTS RAN") {
            isOK = true
        } else if line == "FAILED" || line.hasPrefix("FAILED (") {
            isOK = false
        } else {
            return false
        }
        return true
    }

    private mutating func readHeader(_ line: String) -> Bool {
        let kinds: [(String, TestOutcome)] = [
            ("FAIL: ", .failed), ("ERROR: ", .errored), ("UNEXPECTED SUCCESS: ", .failed),
        ]
        for (mark, outcome) in kinds where line.hasPrefix(mark) {
            guard let (test, rest) = UnittestName.read(line.dropFirst(mark.count)) else { return false }
            var section = Section(outcome: outcome, test: test)
            // The parameters of a subtest.
            if let parameters = String(rest).trimmedOrNil { section.body.append(parameters) }
            if mark.hasPrefix("UNEXPECTED") { section.body.append("it passed, which was not expected") }
            sections.append(section)
            return true
        }
        return false
    }

    private mutating func addToSection(_ line: String) {
        guard let last = sections.indices.last, sections[last].size < TestCase.detailsLimit else { return }
        sections[last].body.append(line)
        sections[last].size += line.utf8.count + 1
    }

    private mutating func readTest(_ line: Substring) {
        if let test = pending {
            pending = nil
            if let parts = Self.cutAtDots(line) {
                entries.append(Entry(test: test))
                return readResult(parts.after)
            }
        }
        guard !line.hasPrefix(" ") else { return }
        guard let (test, rest) = UnittestName.read(line) else { return readLateResult(line) }
        if rest.isEmpty {
            pending = test
        } else if rest.hasPrefix(" ... ") {
            entries.append(Entry(test: test))
            readResult(rest.dropFirst(5))
        }
    }

    /// What stands behind `NAME ... `: a result, output, or the next test, as subtests leave it before Python 3.11.
    private mutating func readResult(_ text: Substring) {
        if let (test, rest) = UnittestName.read(text), rest.isEmpty || rest.hasPrefix(" ... ") {
            if rest.isEmpty {
                pending = test
            } else {
                entries.append(Entry(test: test))
                readResult(rest.dropFirst(5))
            }
            return
        }
        guard let last = entries.indices.last, let result = Self.result(text.trimmed) else {
            return readLateResult(text)
        }
        (entries[last].outcome, entries[last].message) = (result.outcome, result.reason)
        entries[last].isCertain = true
    }

    /// A result behind what the test printed.
    private mutating func readLateResult(_ line: Substring) {
        guard let last = entries.indices.last, !entries[last].isCertain else { return }
        if let result = Self.result(line) {
            (entries[last].outcome, entries[last].message) = (result.outcome, result.reason)
        } else if line.hasSuffix("ok") {
            entries[last].outcome = .passed
        }
    }

    private static func result(_ text: Substring) -> (outcome: TestOutcome, reason: String?)? {
        switch text {
        case "ok", "expected failure": return (.passed, nil)
        case "FAIL": return (.failed, nil)
        case "ERROR": return (.errored, nil)
        case "unexpected success": return (.failed, "it passed, which was not expected")
        default: break
        }
        guard text.hasPrefix("skipped"),
            text == "skipped" || text.hasPrefix("skipped '") || text.hasPrefix("skipped \"")
        else { return nil }
        return (.skipped, String(text.dropFirst(9).dropLast()).trimmedOrNil)
    }

    /// The last dots of a line of description, which may have some itself.
    private static func cutAtDots(_ line: Substring) -> (before: Substring, after: Substring)? {
        guard var parts = line.cut(" ... ") else { return nil }
        while result(parts.after.trimmed) == nil, let next = parts.after.cut(" ... ") {
            parts = (line[..<next.before.endIndex], next.after)
        }
        return parts
    }

    // MARK: - The whole

    private func cases(_ isOK: Bool) -> [TestCase] {
        var failures: [UnittestName: [Section]] = [:]
        for section in sections { failures[section.test, default: []].append(section) }
        var cases: [TestCase] = []
        var seen: Set<UnittestName> = []
        for entry in entries where seen.insert(entry.test).inserted {
            if let found = failures[entry.test], !isOK {
                cases.append(Self.failure(found))
            } else {
                let isFailure = entry.outcome == .failed || entry.outcome == .errored
                // Where the run passed, a line that tells of a failure is output of a test.
                if isFailure, isOK { continue }
                cases.append(
                    TestCase(
                        group: entry.test.group, name: entry.test.name, outcome: entry.outcome ?? .passed,
                        message: entry.message))
            }
        }
        guard !isOK else { return filled(cases) }
        for section in sections where seen.insert(section.test).inserted {
            cases.append(Self.failure(failures[section.test] ?? [section]))
        }
        if !cases.contains(where: { $0.outcome == .failed || $0.outcome == .errored }) {
            cases.append(
                TestCase(name: "unittest", outcome: .errored, message: "the run failed, but names no test that did"))
        }
        return cases
    }

    /// Tests that were counted but whose lines cannot be told from what others printed.
    private func filled(_ cases: [TestCase]) -> [TestCase] {
        let missing = min((ran ?? 0) - cases.count, 10_000)
        guard missing > 0 else { return cases }
        return cases
            + (1...missing).map {
                TestCase(name: "unnamed test \($0)", outcome: .passed, message: "its line was lost in other output")
            }
    }

    /// One test's sections, several where subtests failed.
    private static func failure(_ sections: [Section]) -> TestCase {
        let isError = sections.contains { $0.outcome == .errored }
        let text = sections.map { $0.body.joined(separator: "\n") }.joined(separator: "\n\n")
        let first = sections[0]
        return TestCase(
            group: first.test.group, name: first.test.name, line: line(first), outcome: isError ? .errored : .failed,
            message: message(first.body), details: text)
    }

    /// Where the test itself stands in the traceback.
    private static func line(_ section: Section) -> Int? {
        let place = section.body.last { $0.hasPrefix("  File \"") && $0.hasSuffix(", in \(section.test.name)") }
        guard let after = place.flatMap({ $0[...].cut("\", line ")?.after }) else { return nil }
        return Int(after.prefix { $0.isNumber }).positive
    }

    /// What the exception says: the lines behind the traceback.
    private static func message(_ body: [String]) -> String? {
        let frame = body.lastIndex { $0.hasPrefix("  File \"") }
        let behind = frame.map { body[($0 + 1)...].drop { $0.hasPrefix("    ") || $0.isEmpty } } ?? body[...]
        let said = behind.prefix { $0 != "Stdout:" && $0 != "Stderr:" }.prefix(6)
        return said.joined(separator: "\n").trimmedOrNil
    }
}

/// What unittest calls a test: `test_a (tests.test_b.C.test_a)`, before Python 3.11 `test_a (tests.test_b.C)`.
private struct UnittestName: Hashable {
    var name: String
    /// Module and class.
    var group: String

    /// The name that a text begins with, and what follows it.
    static func read(_ text: Substring) -> (UnittestName, rest: Substring)? {
        guard let opening = text.cut(" ("), let closing = opening.after.cut(")") else { return nil }
        let (name, group) = (opening.before, closing.before)
        guard !name.isEmpty, !name.contains(where: \.isWhitespace), !group.isEmpty,
            group.unicodeScalars.allSatisfy({ isOfName($0) })
        else { return nil }
        let isRepeated = group.hasSuffix("." + name)
        return (
            UnittestName(name: String(name), group: String(isRepeated ? group.dropLast(name.count + 1) : group)),
            closing.after
        )
    }

    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isXIDContinue || ".<>-".unicodeScalars.contains(scalar)
    }
}
