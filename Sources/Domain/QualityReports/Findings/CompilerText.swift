/// Reads lines like `file:line:column: level: message`; other lines are skipped.
enum CompilerText {
    static func parse(_ bytes: [UInt8], tool: String) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "\(tool) text")
        guard !bytes.contains(0) else { throw source.foreign("the output is not text") }
        var findings: [Finding] = []
        try source.eachLine { text, _ throws(ReportError) in
            if let finding = finding(text, tool: tool) { findings.append(finding) }
        }
        return findings
    }

    private static func finding(_ text: String, tool: String) -> Finding? {
        guard let place = place(text) else { return nil }
        var rest = place.rest.trimmed
        var severity = Severity.error
        var rule: String?
        if let level = level(rest) {
            severity = level.severity
            rule = level.code
            rest = level.rest
        } else if !rest.isEmpty, place.isBare {
            return nil
        }
        // "[Rule] message" of swift-format; "message [-Wrule]" of compilers; "message (rule)" of SwiftLint.
        if rule == nil, rest.hasPrefix("["), let parts = rest.dropFirst().cut("] "), isRule(parts.before) {
            (rule, rest) = (String(parts.before), parts.after.trimmed)
        } else if rule == nil, let trailing = trailingRule(rest) {
            (rule, rest) = trailing
        }
        guard !rest.isEmpty else { return nil }
        return Finding(
            tool: tool, rule: rule ?? tool, severity: severity, message: String(rest), file: String(place.file),
            line: place.line, column: place.column)
    }

    private struct Found {
        var file: Substring
        var line: Int
        var column: Int?
        var rest: Substring
        /// Without a column, the line must name its level: else any text with a time of day would do.
        var isBare: Bool
    }

    /// `file:12:5: …`, `file:12: …` or `file(12,5): …`.
    private static func place(_ text: String) -> Found? {
        let line = text[...]
        guard let first = line.first, !first.isWhitespace else { return nil }
        if let open = line.cut("("), let close = open.after.cut("): "), !open.before.contains(" ") {
            let numbers = close.before.split(separator: ",")
            if numbers.count == 2, let number = Int(numbers[0]), let column = Int(numbers[1]), number > 0 {
                return Found(file: open.before, line: number, column: column, rest: close.after, isBare: true)
            }
        }
        var search = line
        while let parts = search.cut(":") {
            let digits = parts.after.prefix { $0.isASCII && $0.isNumber }
            let after = parts.after.dropFirst(digits.count)
            guard let number = Int(digits), number > 0, after.hasPrefix(":"), parts.before.endIndex > line.startIndex
            else {
                search = parts.after
                continue
            }
            let file = line[..<parts.before.endIndex]
            // Neither a scheme nor the hour of a time of day is a file.
            guard !file.contains("://"), file.contains(where: { !$0.isNumber }) else { return nil }
            let more = after.dropFirst()
            let columns = more.prefix { $0.isASCII && $0.isNumber }
            let behind = more.dropFirst(columns.count)
            if let column = Int(columns), behind.hasPrefix(":") || behind.hasPrefix(" ") {
                let isSpaced = behind.hasPrefix(" ")
                if isSpaced, file.contains(" ") { return nil }
                let rest = behind.dropFirst()
                return Found(file: file, line: number, column: column, rest: rest, isBare: isSpaced)
            }
            return Found(file: file, line: number, column: nil, rest: more, isBare: true)
        }
        return nil
    }

    /// The level, with the code that some tools write behind it: `error TS2322: …`, `warning[E0]: …`.
    private static func level(_ text: Substring) -> (severity: Severity, code: String?, rest: Substring)? {
        guard let parts = text.cut(":"), parts.before.utf8.count <= 60 else { return nil }
        if let severity = Severity(word: String(parts.before)) { return (severity, nil, parts.after.trimmed) }
        let words = parts.before.split { $0 == " " || $0 == "[" || $0 == "]" }
        guard words.count == 2, let severity = Severity(word: String(words[0])), isRule(words[1]) else { return nil }
        return (severity, String(words[1]), parts.after.trimmed)
    }

    private static func trailingRule(_ text: Substring) -> (String, Substring)? {
        for (open, close) in [("[", "]"), ("(", ")")] where text.hasSuffix(close) {
            let inside = text.dropLast()
            guard let place = inside.lastIndex(where: { String($0) == open }), place > text.startIndex else { continue }
            let rule = inside[inside.index(after: place)...]
            guard isRule(rule), inside[inside.index(before: place)] == " " else { continue }
            return (String(rule), inside[..<place].trimmed)
        }
        return nil
    }

    private static func isRule(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 80
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=+:".contains($0)) }
    }
}
