import JSON
package import YAML

/// Where the parts of a workflow stand in its file.
package struct WorkflowSource: Sendable {
    /// As diagnostics show it.
    package var file: String
    /// Where each step begins, by id.
    package private(set) var steps: [String: YAMLMark] = [:]
    private var fields: [Field: YAMLNode] = [:]
    private let lines: [Substring]

    private struct Field: Hashable {
        var step: String
        var name: String
    }

    package init(file: String, text: String = "") {
        self.file = file
        lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    }

    mutating func record(step: String, at mark: YAMLMark) { steps[step] = mark }

    mutating func record(_ node: YAMLNode, field: String, of step: String) {
        fields[Field(step: step, name: field)] = node
    }

    /// The place of a value in a step's field, or as near to it as is known.
    ///
    /// - Parameters:
    ///   - step: the step's id, empty for the file's own keys.
    ///   - column: within the string at `path`, from 1.
    ///   - expression: the text that `column` counts in, where the string may have `${` around it.
    func mark(
        step: String, field: String? = nil, path: JSONPointer = JSONPointer(), column: Int = 1,
        in expression: String? = nil
    ) -> YAMLMark {
        let fallback = steps[step] ?? YAMLMark(line: 1, column: 1)
        guard let field, var node = fields[Field(step: step, name: field)] else { return fallback }
        for token in path.tokens {
            guard let next = node[token] ?? Int(token).flatMap({ node.items?.element($0) }) else { return node.mark }
            node = next
        }
        guard let text = node.scalarText else { return node.mark }
        let offset = expression.map { text.utf8.places(of: Array($0.utf8), limit: 1).first ?? 0 } ?? 0
        return mark(
            in: node,
            column: column + String(decoding: Array(text.utf8.prefix(offset)), as: UTF8.self).unicodeScalars.count)
    }

    /// The place of a scalar's character, counted from 1.
    func mark(in node: YAMLNode, column: Int) -> YAMLMark {
        guard let text = node.scalarText, column > 1 || node.kind == .scalar(text, .quoted) else { return node.mark }
        guard let line = lines.element(node.mark.line - 1).map({ Array($0.unicodeScalars) }) else { return node.mark }
        let start = node.mark.column - 1
        let before = Array(text.unicodeScalars.prefix(column - 1))
        switch line.element(start) {
        case "|": return markInBlock(node.mark, before: before)
        case ">": return node.mark
        case "'", "\"":
            let place = Self.place(of: before.count, inQuoted: line, from: start)
            return place < line.count ? YAMLMark(line: node.mark.line, column: place + 1) : node.mark
        default:
            // A plain scalar over several lines is folded; only its first line is counted.
            return start + before.count < line.count
                ? YAMLMark(line: node.mark.line, column: node.mark.column + before.count) : node.mark
        }
    }

    private func markInBlock(_ mark: YAMLMark, before: [Unicode.Scalar]) -> YAMLMark {
        let breaks = before.count { $0 == "\n" }
        let column = before.count - (before.lastIndex(of: "\n").map { $0 + 1 } ?? 0)
        let first = lines.dropFirst(mark.line).first { !$0.allSatisfy { $0 == " " } }
        let indent = first?.prefix { $0 == " " }.count ?? 0
        return YAMLMark(line: mark.line + 1 + breaks, column: indent + column + 1)
    }

    /// Where the character with that number stands in a line, behind an opening quote.
    private static func place(of number: Int, inQuoted line: [Unicode.Scalar], from start: Int) -> Int {
        let quote = line[start]
        var place = start + 1
        for _ in 0..<number {
            guard place < line.count else { break }
            if quote == "\"", line[place] == "\\" {
                let digits = ["x": 2, "u": 4, "U": 8][line.element(place + 1) ?? "n"] ?? 0
                place += 2 + digits
            } else if quote == "'", line[place] == "'" {
                place += 2
            } else {
                place += 1
            }
        }
        return place
    }
}

extension RandomAccessCollection where Index == Int {
    func element(_ place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}
