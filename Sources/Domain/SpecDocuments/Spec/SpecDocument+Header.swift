extension SpecDocument {
    /// Puts a value behind a label of the header, such as `**Status**: Draft`, and leaves all other lines as they are.
    ///
    /// A label that is not there yet gets a line of its own behind the last of the header, or below the title.
    package mutating func set(_ label: String, to value: String) throws(SpecDocumentsError) {
        let words = value.onOneLine
        guard !words.isEmpty, !label.isEmpty else {
            throw SpecDocumentsError(.unfitText, "A line of the header needs a label and a value.")
        }
        let source = try editable()
        guard let title = source.title else {
            throw SpecDocumentsError(.unreadable, "The specification has no title to put \(label) below.")
        }
        let end = source.headings.first { $0.line > title.line }.map { $0.line - 1 } ?? source.lines.count
        let new = "**\(label)**: \(words)"
        var last = title.lastLine
        if title.lastLine < end {
            for line in source.lines[title.lastLine..<end] where line.region == .body {
                let bare = line.content.trimmed
                guard bare.hasPrefix("**"), bare.contains("**:") || bare.contains(":**") else { continue }
                last = line.number
                guard bare.lowercased().hasPrefix("**\(label.lowercased())**:") else { continue }
                guard bare != new else { return }
                var edits = TextEdits()
                edits.replace(line.offset..<(line.offset + line.content.utf8.count), with: new)
                self = SpecDocument(parsing: edits.applied(to: text))
                return
            }
        }
        let lines = last == title.lastLine ? ["", new] : [new]
        self = SpecDocument(parsing: source.inserting(lines, afterLine: last, into: text))
    }

    /// Scenarios that stand on one line of their own, so that other words can be put in their place.
    package var rewordableScenarios: [(id: String, scenario: Scenario)] {
        let source = MarkdownSource(text)
        return stories.flatMap { story in
            story.scenarios.enumerated().compactMap { index, scenario in
                guard Self.words(of: scenario, in: source) != nil else { return nil }
                return ("\(story.id)/\(index + 1)", scenario)
            }
        }
    }

    /// Puts other words in place of a scenario's; its number or bullet stays.
    package mutating func reword(_ scenario: Scenario, to words: String) throws(SpecDocumentsError) {
        let source = try editable()
        let new = words.onOneLine
        guard !new.isEmpty, let range = Self.words(of: scenario, in: source) else {
            throw SpecDocumentsError(
                .unfitText,
                "The scenario in line \(scenario.line) cannot be put in other words by itself; write it by hand.")
        }
        var edits = TextEdits()
        edits.replace(range, with: new)
        self = SpecDocument(parsing: edits.applied(to: text))
    }

    /// Where a scenario's words stand, where they are all on its line.
    private static func words(of scenario: Scenario, in source: MarkdownSource) -> Range<Int>? {
        guard source.lines.indices.contains(scenario.line - 1) else { return nil }
        let line = source.lines[scenario.line - 1]
        guard let marker = ListMarker(line.content) else { return nil }
        let rest = Substring(line.content.utf8.dropFirst(marker.length))
        guard rest.replacing("**", with: "").trimmed == scenario.text else { return nil }
        let end = line.offset + line.content.utf8.count
        return (line.offset + marker.length)..<end
    }
}
