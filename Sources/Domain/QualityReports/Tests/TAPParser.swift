/// Reads the Test Anything Protocol with subtests and diagnostics, as Node writes it.
struct TAPParser {
    private var cases: [TestCase] = []
    /// Names of the open subtests from the outside in.
    private var path: [String] = []
    /// Results and failures among them, by level.
    private var results: [Int: (count: Int, failures: Int)] = [:]
    private var plan: Int?
    private var isTAP = false
    /// The last result, which a diagnostic block may complete.
    private var last: (place: Int, level: Int)?
    private var block: [String]?

    static func parse(_ bytes: [UInt8]) throws(ReportError) -> TestReport {
        let source = try Source(bytes, "TAP")
        var parser = TAPParser()
        try source.eachLine { line, _ throws(ReportError) in parser.read(line) }
        guard parser.isTAP else { throw source.foreign("there is neither \"TAP version\" nor a result line") }
        let isBailed = parser.cases.last?.name == "Bail out!"
        if !isBailed {
            guard let plan = parser.plan else { throw source.truncated("the plan 1..N is missing") }
            let found = parser.results[0]?.count ?? 0
            guard found >= plan else { throw source.truncated("\(plan) tests were planned, \(found) have a result") }
        }
        return TestReport(suites: [TestSuite(name: "TAP", cases: parser.cases)])
    }

    private mutating func read(_ line: String) {
        let text = Substring(line).trimmed
        if block != nil {
            if text == "..." { endBlock() } else { block?.append(line) }
            return
        }
        let level = min(line.prefix { $0 == " " }.count / 4, 200)
        if text == "---", last != nil {
            block = []
        } else if text.hasPrefix("TAP version ") {
            isTAP = true
        } else if text.hasPrefix("# Subtest: ") {
            path = Array(path.prefix(level)) + [Self.unescaped(text.dropFirst(11))]
            results[level + 1] = nil
        } else if text.hasPrefix("Bail out!") {
            isTAP = true
            cases.append(
                TestCase(name: "Bail out!", outcome: .errored, message: String(text.dropFirst(9))))
        } else if level == 0, text.hasPrefix("1.."), let count = Int(text.dropFirst(3).prefix { $0.isNumber }) {
            (plan, isTAP) = (count, true)
        } else if text == "ok" || text == "not ok" || text.hasPrefix("ok ") || text.hasPrefix("not ok ") {
            result(text, level)
        }
    }

    private mutating func result(_ text: Substring, _ level: Int) {
        isTAP = true
        let isOK = !text.hasPrefix("not")
        var rest = text.dropFirst(isOK ? 2 : 6).trimmed
        let number = rest.prefix { $0.isNumber }
        rest = rest.dropFirst(number.count).trimmed
        if rest.hasPrefix("-") { rest = rest.dropFirst().trimmed }
        var reason: String?
        var isSkipped = false
        if let directive = Self.directive(rest) {
            (rest, isSkipped) = (directive.name, true)
            reason = directive.reason
        }
        let children = results[level + 1] ?? (0, 0)
        results[level + 1] = nil
        let isFailure = !isOK && !isSkipped
        results[level, default: (0, 0)].count += 1
        if isFailure { results[level, default: (0, 0)].failures += 1 }
        path = Array(path.prefix(level))
        last = nil
        // A parent only sums up its children, unless it failed by itself.
        if children.count > 0, !isFailure || children.failures > 0 { return skipBlock() }
        let name = rest.isEmpty ? "test \(number)" : Self.unescaped(rest)
        last = (cases.count, level)
        cases.append(
            TestCase(
                group: path.isEmpty ? nil : path.joined(separator: " > "), name: name,
                outcome: isSkipped ? .skipped : isOK ? .passed : .failed, message: reason))
    }

    /// The block of a parent belongs to no case.
    private mutating func skipBlock() { last = (-1, 0) }

    private static func directive(_ text: Substring) -> (name: Substring, reason: String?)? {
        var rest = text
        var before = text.startIndex
        while let parts = rest.cut("#") {
            let isEscaped = parts.before.last == "\\"
            let words = parts.after.trimmed
            let word = words.prefix { !$0.isWhitespace }.uppercased()
            if !isEscaped, word.hasPrefix("SKIP") || word.hasPrefix("TODO") {
                before = parts.before.endIndex
                let reason = words.dropFirst(word.count).trimmed
                return (text[..<before].trimmed, reason.isEmpty ? nil : String(reason))
            }
            rest = parts.after
        }
        return nil
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }

    private mutating func endBlock() {
        let lines = block ?? []
        block = nil
        guard let place = last?.place, cases.indices.contains(place) else { return }
        var test = cases[place]
        var message = test.message
        for (number, line) in lines.enumerated() {
            guard let pair = Substring(line).trimmed.cut(":") else { continue }
            let value = pair.after.trimmed
            switch pair.before {
            case "duration_ms": test.seconds = value.asSeconds.map { $0 / 1000 }
            case "error", "message":
                if value.hasPrefix("|") || value.hasPrefix(">") {
                    let next = lines.indices.contains(number + 1) ? lines[number + 1] : ""
                    message = message ?? next
                } else {
                    message = message ?? String(value.trimmingQuotes)
                }
            default: break
            }
        }
        let isBad = test.outcome == .failed
        cases[place] = TestCase(
            group: test.group, name: test.name, outcome: test.outcome, seconds: test.seconds,
            message: isBad ? message : test.message, details: isBad ? lines.joined(separator: "\n") : nil)
    }
}

extension Substring {
    fileprivate var trimmingQuotes: Substring {
        guard count >= 2, let first, first == last, first == "'" || first == "\"" else { return self }
        return dropFirst().dropLast()
    }
}
