import JSON
import JSONSchema
import YAML

/// Goes through a file's values and collects what is wrong with them.
struct FileReader {
    var source: WorkflowSource
    private(set) var diagnostics: [Diagnostic] = []
    /// Ids that were written, so that those made up differ from them.
    var writtenIDs: Set<String> = []
    var usedIDs: [String: YAMLMark] = [:]

    init(file: String, text: String) { source = WorkflowSource(file: file, text: text) }

    mutating func error(_ mark: YAMLMark, _ message: String, fix: String? = nil) {
        report(.error, mark, message, fix: fix)
    }

    mutating func report(
        _ severity: Diagnostic.Severity, _ mark: YAMLMark, _ message: String, fix: String? = nil
    ) {
        diagnostics.append(
            Diagnostic(severity, file: source.file, line: mark.line, column: mark.column, message: message, fix: fix))
    }

    /// A mapping's entries by the names of its rules; faults are unknown, doubled and missing keys.
    struct Fields {
        /// The step, or nothing for the file's own keys.
        var owner: String
        var mark: YAMLMark
        var entries: [String: YAMLNode]

        subscript(name: String) -> YAMLNode? { entries[name] }
        func has(_ name: String) -> Bool { entries[name] != nil }
    }

    mutating func fields(
        of node: YAMLNode, _ rules: [KeyRule], called: String, owner: String, elsewhere: [String: String] = [:]
    ) -> Fields {
        var fields = Fields(owner: owner, mark: node.mark, entries: [:])
        let names = Dictionary(rules.map { (KeyRule.folded($0.name), $0.name) }) { first, _ in first }
        for pair in node.pairs ?? [] {
            let written = pair.key.scalarText ?? ""
            guard let name = names[KeyRule.folded(written)] else {
                error(
                    pair.key.mark, "'\(written)' is no key of \(called)",
                    fix: fix(forKey: written, rules.map(\.name), elsewhere))
                continue
            }
            guard fields.entries[name] == nil else {
                error(pair.key.mark, "'\(written)' stands twice, in two spellings", fix: "keep one")
                continue
            }
            fields.entries[name] = pair.value
            source.record(pair.value, field: name, of: owner)
        }
        for rule in rules where rule.isRequired && fields.entries[rule.name] == nil {
            error(node.mark, "\(called) needs '\(rule.name)'", fix: "add it: \(rule.summary)")
        }
        return fields
    }

    private func fix(forKey written: String, _ names: [String], _ elsewhere: [String: String]) -> String {
        if let place = elsewhere[KeyRule.folded(written)] { return "it belongs to \(place)" }
        if let name = Nearest.name(to: written, among: names) { return "did you mean '\(name)'?" }
        return "the keys are \(names.joined(separator: ", "))"
    }

    /// Tells that a value has another shape; gives nil, so that it can stand in for the value.
    mutating func wrong<Value>(_ node: YAMLNode, _ key: String, _ wanted: String, fix: String? = nil) -> Value? {
        error(node.mark, "'\(key)' takes \(wanted), not \(Self.shown(node))", fix: fix)
        return nil
    }

    static func shown(_ node: YAMLNode) -> String {
        switch node.kind {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let text, _): node.isNull ? "nothing" : JSONValue.string(text).shown
        }
    }

    // MARK: Scalars

    mutating func text(_ fields: Fields, _ key: String) -> String? {
        guard let node = fields[key] else { return nil }
        guard let text = node.scalarText, !node.isNull else { return wrong(node, key, "a text") }
        return text
    }

    mutating func flag(_ fields: Fields, _ key: String) -> Bool {
        guard let node = fields[key] else { return false }
        return node.bool ?? wrong(node, key, "true or false") ?? false
    }

    mutating func whole(_ fields: Fields, _ key: String, _ range: ClosedRange<Int>) -> Int? {
        guard let node = fields[key] else { return nil }
        guard let number = node.int, range.contains(number) else {
            return wrong(node, key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func duration(_ fields: Fields, _ key: String) -> Int64? {
        guard let node = fields[key] else { return nil }
        guard let text = node.scalarText, let milliseconds = DurationText.milliseconds(text) else {
            let seconds = node.int.map { $0 > 0 ? "write '\($0)s' for seconds" : nil } ?? nil
            return wrong(node, key, "a duration such as 500ms, 30s, 10m, 2h or 3d", fix: seconds)
        }
        return milliseconds
    }

    mutating func word(_ fields: Fields, _ key: String, _ words: [String]) -> String? {
        guard let node = fields[key] else { return nil }
        return word(node, key, words)
    }

    mutating func word(_ node: YAMLNode, _ key: String, _ words: [String]) -> String? {
        if let text = node.scalarText, let word = words.first(where: { KeyRule.folded($0) == KeyRule.folded(text) }) {
            return word
        }
        let near = node.scalarText.flatMap { Nearest.name(to: $0, among: words) }
        return wrong(node, key, "one of \(words.joined(separator: ", "))", fix: near.map { "did you mean '\($0)'?" })
    }

    /// One name, or a list of them.
    mutating func names(_ fields: Fields, _ key: String) -> [String]? {
        guard let node = fields[key] else { return nil }
        var names: [String] = []
        for item in node.items ?? [node] {
            guard let text = item.scalarText, !item.isNull else {
                let none: String? = wrong(item, key, "a name or a list of names")
                _ = none
                continue
            }
            names.append(text)
        }
        return names
    }

    mutating func wholes(_ fields: Fields, _ key: String, _ range: ClosedRange<Int>) -> [Int] {
        guard let node = fields[key] else { return [] }
        var numbers: [Int] = []
        for item in node.items ?? [node] {
            if let number = item.int, range.contains(number) {
                numbers.append(number)
            } else {
                let wanted = "whole numbers from \(range.lowerBound) to \(range.upperBound)"
                error(item.mark, "'\(key)' takes \(wanted), not \(Self.shown(item))")
            }
        }
        return numbers
    }

    // MARK: Values and expressions

    mutating func constant(_ node: YAMLNode, _ key: String) -> JSONValue? {
        do throws(YAMLError) { return try node.json() } catch {
            self.error(YAMLMark(line: error.line, column: error.column), "'\(key)': \(error.message)")
            return nil
        }
    }

    mutating func value(_ node: YAMLNode, _ key: String) -> ValueTemplate? {
        guard let json = constant(node, key) else { return nil }
        return template(of: json, in: node)
    }

    mutating func value(_ fields: Fields, _ key: String) -> ValueTemplate? {
        guard let node = fields[key] else { return nil }
        return value(node, key)
    }

    /// Text with expressions; numbers and truth values are taken as they are written.
    mutating func template(_ fields: Fields, _ key: String) -> ValueTemplate? {
        guard let node = fields[key] else { return nil }
        guard let text = node.scalarText, !node.isNull else { return wrong(node, key, "a text") }
        guard !text.unicodeScalars.allSatisfy(\.properties.isWhitespace) else {
            return wrong(node, key, "a text", fix: "write what it should say")
        }
        return template(of: .string(text), in: node)
    }

    mutating func members(_ fields: Fields, _ key: String) -> ValueTemplate {
        guard let node = fields[key], !node.isNull else { return .constant([:]) }
        guard node.pairs != nil || node.scalarText?.hasPrefix("${") == true else {
            return wrong(node, key, "a mapping of names to values") ?? .constant([:])
        }
        return value(node, key) ?? .constant([:])
    }

    private mutating func template(of json: JSONValue, in node: YAMLNode) -> ValueTemplate? {
        do throws(ExpressionError) { return try ValueTemplate(json) } catch {
            var string = node
            for token in error.path?.tokens ?? [] {
                string = string[token] ?? Int(token).flatMap { string.items?.element($0) } ?? string
            }
            report(error, in: string)
            return nil
        }
    }

    private mutating func report(_ error: ExpressionError, in node: YAMLNode) {
        let isShell = node.scalarText?.contains("${") == true
        self.error(
            source.mark(in: node, column: error.column), error.message,
            fix: isShell ? "'${…}' holds an expression; write '$${' where '${' itself is meant" : nil)
    }

    /// A condition or value, bare or in `${}`.
    mutating func expression(_ node: YAMLNode, _ key: String) -> Expression? {
        guard let text = node.scalarText, !node.isNull else { return wrong(node, key, "an expression") }
        let scalars = Array(text.unicodeScalars)
        let start = scalars.prefix { $0.properties.isWhitespace }.count
        let end = scalars.count - scalars.reversed().prefix { $0.properties.isWhitespace }.count
        let isWrapped =
            end - start >= 3 && scalars[start...].starts(with: "${".unicodeScalars) && scalars[end - 1] == "}"
        let inside = isWrapped ? scalars[(start + 2)..<(end - 1)] : scalars[start..<max(start, end)]
        do throws(ExpressionError) {
            return try Expression(String(String.UnicodeScalarView(inside)))
        } catch {
            let column = inside.startIndex + error.column
            self.error(source.mark(in: node, column: column), error.message)
            return nil
        }
    }

    mutating func expression(_ fields: Fields, _ key: String) -> Expression {
        guard let node = fields[key] else { return .null }
        return expression(node, key) ?? .null
    }

    /// A JSON Schema that our own checker takes.
    mutating func schema(_ fields: Fields, _ key: String) -> JSONValue? {
        guard let node = fields[key] else { return nil }
        guard node.pairs != nil else { return wrong(node, key, "a JSON Schema") }
        guard let schema = constant(node, key) else { return nil }
        if let fault = SchemaCheck.fault(of: schema) {
            var place = node
            for token in fault.path.tokens {
                guard let next = place[token] ?? Int(token).flatMap({ place.items?.element($0) }) else { break }
                place = next
            }
            error(place.mark, "'\(key)' is no JSON Schema that can be used: \(fault.message)")
            return nil
        }
        return schema
    }
}
