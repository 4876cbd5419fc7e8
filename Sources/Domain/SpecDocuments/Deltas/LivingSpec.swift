/// What a capability does today: requirements by name, each with its scenarios, as OpenSpec keeps them.
package struct LivingSpec: MarkdownDocument {
    /// A `### Requirement: Name` with all that belongs to it.
    package struct Requirement: Sendable, Hashable {
        package var name: String
        /// Names of the `#### Scenario:` headings below it.
        package var scenarios: [String]
        /// The words below the heading and above the first scenario.
        package var statement: String
        package var line: Int
        /// The block with its heading, without blank lines behind it; as it stands in the document.
        package var text: String
        /// In bytes of the document, blank lines behind it included.
        var range: Range<Int>
    }

    package let text: String
    package let title: String
    package let requirements: [Requirement]
    package let diagnostics: [Diagnostic]

    package init(parsing text: String) {
        self.text = text
        let source = MarkdownSource(text)
        title = DocumentTitle.read(source, kind: "Specification")
        var found = source.diagnostics
        requirements = Self.requirements(in: source, of: text)
        var lines: [String: Int] = [:]
        for requirement in requirements {
            if let first = lines[Self.key(requirement.name)] {
                found.append(
                    Diagnostic(
                        .error, line: requirement.line,
                        message: "The requirement \"\(requirement.name)\" stands in line \(first) already.",
                        fix: "Give one of them another name, or put them together."))
            } else {
                lines[Self.key(requirement.name)] = requirement.line
            }
        }
        diagnostics = found.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    package subscript(name: String) -> Requirement? {
        requirements.first { Self.key($0.name) == Self.key(name) }
    }

    /// Names are the same whatever their case and white space.
    static func key(_ name: String) -> String { name.onOneLine.lowercased() }

    /// The name behind `Requirement:`, nil for other headings.
    static func name(of title: String, label: String) -> String? {
        guard title.lowercased().hasPrefix(label + ":") else { return nil }
        return String(title.dropFirst(label.count + 1)).trimmed
    }

    static func requirements(
        in source: MarkdownSource, of text: String, within section: MarkdownSource.Heading? = nil
    ) -> [Requirement] {
        let bytes = Array(text.utf8)
        return source.headings.enumerated().compactMap { index, heading in
            guard let name = name(of: heading.title, label: "requirement") else { return nil }
            if let section, heading.line <= section.line || heading.line > section.end { return nil }
            let start = source.lines[heading.line - 1].offset
            let end = heading.end < source.lines.count ? source.lines[heading.end].offset : text.utf8.count
            let last = source.lastFilledLine(from: heading.line, to: heading.end)
            let stop = source.lines[last - 1].offset + source.lines[last - 1].content.utf8.count
            let inner = source.headings[(index + 1)...].prefix { $0.line <= heading.end }
            let scenarios = inner.compactMap { Self.name(of: $0.title, label: "scenario") }
            let statementEnd = inner.first.map { $0.line - 1 } ?? heading.end
            let statement = source.lines[heading.lastLine..<max(heading.lastLine, statementEnd)].map(\.content)
            return Requirement(
                name: name, scenarios: scenarios, statement: statement.withoutOuterBlankLines, line: heading.line,
                text: String(decoding: bytes[start..<max(start, stop)], as: UTF8.self), range: start..<end)
        }
    }
}
