/// Finds what a template left for its author to fill in and nobody has.
enum Placeholders {
    static func diagnose(_ source: MarkdownSource) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for line in source.lines where line.region != .comment && line.region != .frontMatter {
            for placeholder in find(in: line.content, isCode: line.region == .fence) {
                found.append(
                    Diagnostic(
                        .warning, line: line.number,
                        message: "The template's placeholder \(placeholder) is still here.",
                        fix: "Replace it with what holds for this feature, or remove the line."))
            }
        }
        return found
    }

    static func find(in line: String, isCode: Bool) -> [String] {
        var found: [String] = []
        var isInCode = isCode
        guard line.utf8.contains(UInt8(ascii: "[")) else { return [] }
        let characters = Array(line)
        var index = 0
        while index < characters.count {
            if characters[index] == "`", !isCode { isInCode.toggle() }
            guard characters[index] == "[",
                let close = characters[index...].prefix(longest).firstIndex(of: "]")
            else {
                index += 1
                continue
            }
            let content = String(characters[(index + 1)..<close])
            // A link, its reference or its definition.
            let isLink = close + 1 < characters.count && "([:".contains(characters[close + 1])
            if !isLink, isPlaceholder(content, isCode: isInCode) { found.append("[\(content)]") }
            index += 1
        }
        return found
    }

    /// More than this in brackets is prose.
    private static let longest = 300

    private static let openings = [
        "e.g.", "if applicable", "domain-specific", "extract from", "gates determined", "document the selected",
        "remove if unused", "brief title", "brief description", "describe ", "explain ", "add more ",
    ]

    private static func isPlaceholder(_ content: String, isCode: Bool) -> Bool {
        if content.hasPrefix("###") { return true }
        let lower = content.lowercased()
        if lower == "remove if unused" { return true }
        guard !isCode else { return false }
        if openings.contains(where: { lower.hasPrefix($0) }) || lower == "link" || lower == "title" { return true }
        let words = content.split(separator: "_").flatMap { $0.split(separator: " ") }
        return ["FEATURE", "FEATURE NAME", "DATE", "NAME", "TITLE", "SUMMARY", "TODO", "TBD", "PLACEHOLDER"].contains(
            content)
            || (content.contains("_") && words.count > 1
                && content.utf8.allSatisfy { (65...90).contains($0) || $0.isDigit || $0 == 95 })
    }
}
