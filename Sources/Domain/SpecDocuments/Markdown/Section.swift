/// A heading and the text below it, up to the next heading of the same or a higher level.
package struct Section: Sendable, Hashable {
    package var level: Int
    package var title: String
    /// Where the heading stands, counted from 1.
    package var line: Int
    /// All lines below the heading, subsections included, without blank lines at either end; line breaks are LF.
    package var text: String
}

extension MarkdownSource {
    var sections: [Section] {
        headings.map { heading in
            let body = lines[heading.lastLine..<max(heading.lastLine, heading.end)].map(\.content)
            return Section(
                level: heading.level, title: heading.title, line: heading.line, text: body.withoutOuterBlankLines)
        }
    }

    /// The values of `**Label**: value` lines.
    ///
    /// Several may stand in one line, parted by `|`. The first of a label counts.
    var fields: [String: String] {
        var found: [String: String] = [:]
        for line in lines where line.region == .body && line.content.contains("**") {
            for part in line.content.split(separator: "|") {
                var rest = String(part).trimmed
                if rest.hasPrefix("- ") || rest.hasPrefix("* ") { rest = String(rest.dropFirst(2)).trimmed }
                guard rest.hasPrefix("**"), let end = rest.dropFirst(2).firstRange(of: "**") else { continue }
                var label = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end.lowerBound]).trimmed
                var value = String(rest[end.upperBound...]).trimmed
                if label.hasSuffix(":") {
                    label.removeLast()
                } else if value.hasPrefix(":") {
                    value.removeFirst()
                } else {
                    continue
                }
                value = value.trimmed
                if value.hasPrefix("`"), value.hasSuffix("`"), value.count > 1 {
                    value = String(value.dropFirst().dropLast())
                }
                let key = label.trimmed.lowercased()
                if found[key] == nil { found[key] = value }
            }
        }
        return found
    }
}
