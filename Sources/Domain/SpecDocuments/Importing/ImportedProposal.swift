/// An OpenSpec change, `proposal.md` and its deltas, made a specification.
///
/// The proposal's words stay as they are below a new title; behind them come the requirements that the deltas bring, each with
/// an id and its scenarios.
package struct ImportedProposal: Sendable, Hashable {
    package let text: String
    package let title: String

    package struct Delta: Sendable, Hashable {
        package var capability: String
        package var text: String

        package init(capability: String, text: String) {
            self.capability = capability
            self.text = text
        }
    }

    /// - Parameter deltas: in the order of their capabilities.
    package init(_ text: String, deltas: [Delta], title: String, head: [String], ids: inout ImportedIDs) {
        let source = MarkdownSource(text)
        let subject = ImportedTitle.subject(source) ?? title
        self.title = subject
        var edits = TextEdits()
        ImportedTitle.replacing(in: source, of: text, with: "Feature Specification: \(subject)", below: head, &edits)
        var lines: [String] = []
        var requirements: [String] = []
        for delta in deltas { Self.tell(delta, &lines, &requirements, &ids) }
        if requirements.isEmpty { requirements = Self.changes(in: source, &ids) }
        if !lines.isEmpty { lines = ["## User Scenarios & Testing", ""] + lines }
        if !requirements.isEmpty {
            lines += ["## Requirements", "", "### Functional Requirements", ""] + requirements
        }
        let ending = MarkdownSource.lineEnding(of: text)
        var whole = edits.applied(to: text)
        while whole.last?.isNewline == true { whole.removeLast() }
        whole += ending
        if !lines.isEmpty { whole += ending + lines.joined(separator: ending) + ending }
        self.text = whole
    }

    /// One story for each capability that is changed, and a requirement for each change.
    private static func tell(
        _ delta: Delta, _ lines: inout [String], _ requirements: inout [String], _ ids: inout ImportedIDs
    ) {
        let change = DeltaSpec(parsing: delta.text)
        let told = [("", change.added), ("Changed: ", change.modified)]
        guard !(change.added + change.modified).isEmpty || !change.removed.isEmpty || !change.renamed.isEmpty else {
            return
        }
        let story = ids.define(delta.capability, .story)
        lines += ["### User Story \(story.dropFirst(2)) - \(delta.capability)", "", "**Acceptance Scenarios**:", ""]
        let before = lines.count
        for (verb, all) in told {
            for requirement in all {
                let id = ids.define("\(delta.capability) / \(requirement.name)", .requirement)
                requirements.append("- **\(id)**: \(verb)\(firstParagraph(requirement)) (\(requirement.name))")
                for scenario in scenarios(in: requirement.text) {
                    lines.append("\(lines.count - before + 1). \(scenario) (\(id))")
                }
            }
        }
        if lines.count == before { lines.removeLast(2) } else { lines.append("") }
        for removal in change.removed {
            let id = ids.define("\(delta.capability) / \(removal.name)", .requirement)
            requirements.append("- **\(id)**: The system MUST NOT do any more what \"\(removal.name)\" asked for.")
        }
        for renaming in change.renamed {
            let id = ids.define("\(delta.capability) / \(renaming.from)", .requirement)
            requirements.append(
                "- **\(id)**: The requirement \"\(renaming.from)\" MUST be called \"\(renaming.to)\".")
        }
    }

    private static func firstParagraph(_ requirement: LivingSpec.Requirement) -> String {
        let paragraph = requirement.statement.ownLines.prefix { !$0.trimmed.isEmpty }.joined(separator: " ").onOneLine
        return paragraph.isEmpty ? requirement.name : paragraph
    }

    /// Each scenario on one line: its steps, joined by commas.
    private static func scenarios(in block: String) -> [String] {
        let source = MarkdownSource(block)
        return source.headings.compactMap { heading in
            guard LivingSpec.name(of: heading.title, label: "scenario") != nil else { return nil }
            let steps = source.lines[heading.lastLine..<max(heading.lastLine, heading.end)].compactMap { line in
                line.region == .body && ListMarker(line.content) != nil && line.content.indentation < 2
                    ? step(line.content) : nil
            }
            return steps.isEmpty ? nil : steps.joined(separator: ", ")
        }
    }

    private static func step(_ line: String) -> String {
        let words = line.trimmed.drop { "-*+ ".contains($0) }.replacing("**", with: "")
        let first = words.prefix { $0.isLetter }
        guard ["given", "when", "then", "and", "but"].contains(first.lowercased()) else { return words.trimmed }
        let word = first.prefix(1).uppercased() + first.dropFirst().lowercased()
        return "**\(word)**" + words.dropFirst(first.count)
    }

    /// The items of "What Changes", for a change that has no deltas.
    private static func changes(in source: MarkdownSource, _ ids: inout ImportedIDs) -> [String] {
        guard let heading = source.headings.first(where: { $0.title.lowercased().hasPrefix("what change") }) else {
            return []
        }
        var count = 0
        return source.lines[heading.lastLine..<max(heading.lastLine, heading.end)].compactMap { line in
            guard line.region == .body, line.content.indentation < 2, let marker = ListMarker(line.content) else {
                return nil
            }
            count += 1
            let words = String(decoding: line.content.utf8.dropFirst(marker.length), as: UTF8.self).trimmed
            return "- **\(ids.define("change \(count)", .requirement))**: \(words)"
        }
    }
}
