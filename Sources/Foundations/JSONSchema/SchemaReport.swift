import JSON

/// A violation with what is needed to choose among alternatives.
struct Finding {
    var path: JSONPointer
    /// Where the schema is, and which of its keywords is broken; without one, the schema is `false`.
    var schemaPath: JSONPointer
    var keyword: String?
    var message: String
    /// For a wrong type: the right ones and the value in short.
    var mismatch: (types: [ValueType], found: String)?

    var violation: Violation {
        Violation(
            path: path.description,
            schemaPath: (keyword.map(schemaPath.appending) ?? schemaPath).description, message: message)
    }
}

/// What was found so far by one schema at one place of a value.
struct SchemaReport {
    let path: JSONPointer
    var findings: [Finding] = []
    private let schemaPath: JSONPointer

    init(node: SchemaNode, path: JSONPointer) {
        self.path = path
        schemaPath = node.path
    }

    mutating func add(_ keyword: String?, _ message: String, at path: JSONPointer? = nil) {
        findings.append(Finding(path: path ?? self.path, schemaPath: schemaPath, keyword: keyword, message: message))
    }

    mutating func addMismatch(_ message: String, of types: [ValueType], found: String) {
        findings.append(
            Finding(
                path: path, schemaPath: schemaPath, keyword: "type", message: message, mismatch: (types, found)))
    }

    mutating func checkCount(
        _ count: Int, _ noun: String, _ least: Int?, _ leastKeyword: String, _ most: Int?, _ mostKeyword: String
    ) {
        if let least, count < least {
            add(leastKeyword, "expected at least \(Self.counted(least, noun)), got \(count)")
        }
        if let most, count > most {
            add(mostKeyword, "expected at most \(Self.counted(most, noun)), got \(count)")
        }
    }

    /// `1 property`, `2 properties`.
    static func counted(_ number: Int, _ noun: String) -> String {
        guard number != 1 else { return "1 \(noun)" }
        return "\(number) " + (noun.hasSuffix("y") ? noun.dropLast() + "ies" : noun + "s")
    }

    /// Reports why none of several forms fits: by the one form that was evidently meant, or by naming them all.
    mutating func addBest(of branches: [[Finding]], _ keyword: String) {
        let path = path
        func isMismatch(_ finding: Finding) -> Bool { finding.mismatch != nil && finding.path == path }
        let mismatches = branches.compactMap { $0.count == 1 && isMismatch($0[0]) ? $0[0].mismatch : nil }
        if mismatches.count == branches.count, let found = mismatches.first?.found {
            let expected = mismatches.flatMap(\.types).map(\.phrase).listed("or")
            return add(keyword, "expected \(expected), got \(found)")
        }
        var likely = branches.filter { !$0.contains(where: isMismatch) }
        let tagged = likely.filter { !$0.contains { $0.keyword == "const" || $0.keyword == "enum" } }
        if !tagged.isEmpty { likely = tagged }
        if likely.count == 1 {
            findings += likely[0]
            return
        }
        let firsts = (likely.isEmpty ? branches : likely).compactMap(\.first)
        let reasons = firsts.enumerated().map { place, finding in
            "(\(place + 1)) " + (finding.path == path ? finding.message : finding.violation.description)
        }
        add(keyword, "fits none of the \(branches.count) allowed forms: \(reasons.joined(separator: "; "))")
    }
}

extension JSONValue {
    /// Whether a number is below another, exactly where both are integers.
    func isLess(than other: JSONValue) -> Bool {
        if case .integer(let left) = normalized, case .integer(let right) = other.normalized { return left < right }
        guard let left = doubleValue, let right = other.doubleValue else { return false }
        return left < right
    }

    /// Whether a number is a multiple of another, exactly for integers and apart from rounding for the rest.
    func isMultiple(of divisor: JSONValue) -> Bool {
        if case .integer(let left) = normalized, case .integer(let right) = divisor.normalized {
            return left.isMultiple(of: right)
        }
        guard let left = doubleValue, let right = divisor.doubleValue else { return false }
        let quotient = left / right
        guard quotient.isFinite else { return false }
        return abs(quotient - quotient.rounded()) <= 1e-12 * max(1, abs(quotient))
    }
}
