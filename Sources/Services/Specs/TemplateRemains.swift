/// Finds what an agent left of the form that it was to fill in.
///
/// Only the form's own words count, so that what a document says in brackets for itself is never taken for them.
struct TemplateRemains {
    /// Placeholders that nobody would write by chance: several words, or all capitals.
    private let phrases: Set<String>
    /// Whole lines with a placeholder in them.
    private let lines: Set<String>

    init(template: String) {
        var phrases: Set<String> = []
        var lines: Set<String> = []
        for line in Self.lines(of: template) {
            let found = Self.placeholders(in: line)
            guard !found.isEmpty else { continue }
            lines.insert(line)
            phrases.formUnion(found.filter { $0.contains(" ") || ($0.count > 4 && $0 == $0.uppercased()) })
        }
        self.phrases = phrases
        self.lines = lines
    }

    /// One sentence for each line on which something is left.
    func find(in text: String) -> [String] {
        Self.lines(of: text).enumerated().compactMap { index, line in
            let left = Self.placeholders(in: line).first { phrases.contains($0) || lines.contains(line) }
            return left.map {
                "line \(index + 1): The form's placeholder \($0) is still here; fill it in or remove the line."
            }
        }
    }

    private static func lines(of text: String) -> [String] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            String(line.drop(while: \.isWhitespace))
        }
    }

    /// Texts in brackets that are neither links, checkboxes, marks of a task nor open questions.
    private static func placeholders(in line: String) -> [String] {
        var found: [String] = []
        var rest = line[...]
        while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
            let text = rest[rest.index(after: open)..<close]
            rest = rest[rest.index(after: close)...]
            let isLink = rest.first.map { "([:".contains($0) } ?? false
            let isMark = text.count < 3 || (text.hasPrefix("US") && text.dropFirst(2).allSatisfy(\.isNumber))
            if !isLink, !isMark, !text.hasPrefix("NEEDS CLARIFICATION") { found.append("[\(text)]") }
        }
        return found
    }
}
