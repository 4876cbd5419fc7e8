/// A project's principles, from `.specify/memory/constitution.md`.
package struct Constitution: Sendable, Hashable {
    package struct Principle: Sendable, Hashable {
        package var name: String
        package var text: String
        package var line: Int
    }

    package let text: String
    package let title: String
    /// The headings right below the one that speaks of principles; without such a one, all headings of level 3.
    package let principles: [Principle]
    /// The value of `**Version**:`, for example `2.1.1`.
    package let version: String?
    package let ratified: String?
    package let lastAmended: String?
    package let sections: [Section]
    package let diagnostics: [Diagnostic]

    package init(parsing text: String) {
        self.text = text
        let source = MarkdownSource(text)
        title = source.title?.title ?? ""
        sections = source.sections
        let fields = source.fields
        version = fields["version"]
        ratified = fields["ratified"]
        lastAmended = fields["last amended"]
        principles = Self.principles(source)
        var found = source.diagnostics
        if !source.isRefused {
            if principles.isEmpty {
                found.append(
                    Diagnostic(
                        .error, message: "The constitution states no principle.",
                        fix: "Add `## Core Principles` and below it a heading and a paragraph for each."))
            }
            if version == nil {
                found.append(
                    Diagnostic(
                        .warning, message: "The constitution has no version.",
                        fix:
                            "End it with `**Version**: 1.0.0 | **Ratified**: 2026-01-31 | **Last Amended**: 2026-01-31`."
                    ))
            }
            found += Placeholders.diagnose(source)
        }
        diagnostics = found.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    private static func principles(_ source: MarkdownSource) -> [Principle] {
        let parents = Set(
            source.headings.indices.filter {
                source.headings[$0].level > 1 && source.headings[$0].title.lowercased().contains("principles")
            })
        return source.headings.compactMap { heading in
            let isPrinciple = parents.isEmpty ? heading.level == 3 : heading.parent.map(parents.contains) == true
            guard isPrinciple else { return nil }
            // Notes to the author are not part of what the principle says.
            let lines = source.lines[heading.lastLine..<max(heading.lastLine, heading.end)]
            let text = lines.filter { $0.region != .comment }.map(\.content).withoutOuterBlankLines
            return Principle(name: heading.title, text: text, line: heading.line)
        }
    }
}
