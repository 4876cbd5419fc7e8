/// A feature's `plan.md`: how it will be built.
package struct PlanDocument: Sendable, Hashable {
    package let text: String
    /// Without `Implementation Plan:` in front.
    package let title: String
    /// The text of the section called Summary.
    package let summary: String
    package let sections: [Section]
    /// Files and folders named in the text and in drawn directory trees, in order of mention.
    package let files: [String]
    package let diagnostics: [Diagnostic]

    package init(parsing text: String) {
        self.text = text
        let source = MarkdownSource(text)
        title = DocumentTitle.read(source, kind: "Implementation Plan")
        sections = source.sections
        summary = sections.first { $0.title.lowercased() == "summary" }?.text ?? ""
        files = Self.files(in: source)
        var found = source.diagnostics
        if !source.isRefused {
            found += DocumentTitle.diagnose(source, title: title, kind: "Implementation Plan")
            let hasText = source.lines.contains { $0.region == .body && !$0.content.trimmed.isEmpty }
            if !hasText {
                found.append(
                    Diagnostic(
                        .error, message: "The plan is empty.",
                        fix: "Write at least a summary and the technical approach."))
            }
            found += Placeholders.diagnose(source)
        }
        diagnostics = found.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    private static func files(in source: MarkdownSource) -> [String] {
        var found: [String] = []
        var seen: Set<String> = []
        var tree = DirectoryTree()
        for line in source.lines {
            var paths: [String] = []
            switch line.region {
            case .body, .heading: paths = PathMentions.find(in: line.content)
            case .fence: paths = tree.read(line.content).map { [$0] } ?? []
            case .frontMatter, .comment: break
            }
            for path in paths where seen.insert(path).inserted { found.append(path) }
        }
        return found
    }
}

/// Reads a directory tree drawn with lines, one line after another.
private struct DirectoryTree {
    private var ancestors: [(column: Int, name: String)] = []

    /// The whole path that a line of the drawing stands for; nil for lines that are none.
    mutating func read(_ line: String) -> String? {
        let characters = Array(line)
        let column = characters.firstIndex { !" \t│├└─|`\u{a0}".contains($0) } ?? characters.count
        let isBranch = characters[..<column].contains { $0 == "├" || $0 == "└" }
        let name = String(characters[column...].prefix { $0 != " " && $0 != "\t" })
        guard !name.isEmpty, name != "#", isBranch || (column == 0 && name.hasSuffix("/")) else {
            if column == 0 { ancestors = [] }
            return nil
        }
        while let last = ancestors.last, last.column >= column { ancestors.removeLast() }
        guard isBranch == !ancestors.isEmpty else { return nil }
        let path = ancestors.map(\.name).joined() + name
        if name.hasSuffix("/") { ancestors.append((column, name)) }
        return path.contains("[") || path.contains("…") ? nil : path
    }
}
