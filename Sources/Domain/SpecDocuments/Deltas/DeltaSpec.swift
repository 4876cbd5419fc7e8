/// What a change does to the requirements of a living specification.
package struct DeltaSpec: MarkdownDocument {
    package struct Renaming: Sendable, Hashable {
        package var from: String
        package var to: String
        package var line: Int
    }

    package struct Removal: Sendable, Hashable {
        package var name: String
        package var line: Int
    }

    /// A scenario that a modification leaves out on purpose.
    package struct ScenarioRemoval: Sendable, Hashable {
        package var requirement: String
        package var scenario: String
        package var line: Int
    }

    package let text: String
    package let added: [LivingSpec.Requirement]
    package let modified: [LivingSpec.Requirement]
    package let removed: [Removal]
    package let renamed: [Renaming]
    package let removedScenarios: [ScenarioRemoval]
    package let diagnostics: [Diagnostic]

    package init(parsing text: String) {
        self.text = text
        let source = MarkdownSource(text)
        var parts = (added: [LivingSpec.Requirement](), modified: [LivingSpec.Requirement]())
        var removed: [Removal] = []
        var renamed: [Renaming] = []
        var scenarios: [ScenarioRemoval] = []
        var found = source.diagnostics
        var hasSection = false
        for heading in source.headings {
            let words = heading.title.uppercased().split(separator: " ")
            guard words.count >= 2 else { continue }
            if words[0] == "REMOVED", words[1].hasPrefix("SCENARIO") {
                scenarios += Self.removedScenarios(in: source, below: heading, &found)
            }
            guard words[1].hasPrefix("REQUIREMENT") else { continue }
            let inside = LivingSpec.requirements(in: source, of: text, within: heading)
            switch words[0] {
            case "ADDED": parts.added += inside
            case "MODIFIED": parts.modified += inside
            case "REMOVED":
                removed += inside.map { Removal(name: $0.name, line: $0.line) }
                removed += Self.listed(in: source, below: heading).map { Removal(name: $0.name, line: $0.line) }
            case "RENAMED": renamed += Self.renamings(in: source, below: heading, &found)
            default: continue
            }
            hasSection = true
        }
        (added, modified) = parts
        self.removed = removed
        self.renamed = renamed
        removedScenarios = scenarios
        if !source.isRefused {
            if !hasSection || (added.isEmpty && modified.isEmpty && removed.isEmpty && renamed.isEmpty) {
                found.append(
                    Diagnostic(
                        .error, message: "The delta changes no requirement.",
                        fix: "Add `## ADDED Requirements` (or MODIFIED, REMOVED, RENAMED) and below it "
                            + "`### Requirement: Name`."))
            }
            for requirement in added + modified { found += Self.faults(of: requirement) }
            found += Self.clashes(added, modified, removed, renamed)
            found += Self.faults(of: scenarios, in: modified)
        }
        diagnostics = found.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    private static func faults(of requirement: LivingSpec.Requirement) -> [Diagnostic] {
        var found: [Diagnostic] = []
        if requirement.scenarios.isEmpty {
            found.append(
                Diagnostic(
                    .error, line: requirement.line, message: "The requirement \"\(requirement.name)\" has no scenario.",
                    fix: "Add `#### Scenario: Name` with WHEN and THEN below it."))
        }
        if Obligations.strictCount(in: requirement.statement) == 0 {
            found.append(
                Diagnostic(
                    .warning, line: requirement.line,
                    message: "The requirement \"\(requirement.name)\" obliges nobody.",
                    fix: "Say who SHALL or MUST do what."))
        }
        return found
    }

    /// Requirements that the delta treats in two ways.
    private static func clashes(
        _ added: [LivingSpec.Requirement], _ modified: [LivingSpec.Requirement], _ removed: [Removal],
        _ renamed: [Renaming]
    ) -> [Diagnostic] {
        var seen: [String: (verb: String, line: Int)] = [:]
        var found: [Diagnostic] = []
        let all =
            added.map { ($0.name, "added", $0.line) } + modified.map { ($0.name, "modified", $0.line) }
            + removed.map { ($0.name, "removed", $0.line) } + renamed.map { ($0.from, "renamed", $0.line) }
            + renamed.map { ($0.to, "made by renaming", $0.line) }
        for (name, verb, line) in all {
            let key = LivingSpec.key(name)
            // A requirement may be renamed and, by its new name, modified.
            if let first = seen[key], !(first.verb == "modified" && verb == "made by renaming") {
                found.append(
                    Diagnostic(
                        .error, line: max(line, first.line),
                        message: "The requirement \"\(name)\" is both \(first.verb) and \(verb).",
                        fix: "Keep one of the two."))
            } else {
                seen[key] = (verb, line)
            }
        }
        return found
    }

    /// Items such as "- `### Requirement: Name`", for those that are removed without a heading.
    private static func listed(
        in source: MarkdownSource, below heading: MarkdownSource.Heading
    ) -> [(name: String, line: Int)] {
        source.lines[heading.lastLine..<max(heading.lastLine, heading.end)].compactMap { line in
            guard line.region == .body, ListMarker(line.content) != nil, let name = quoted(line.content) else {
                return nil
            }
            return (name, line.number)
        }
    }

    private static func renamings(
        in source: MarkdownSource, below heading: MarkdownSource.Heading, _ found: inout [Diagnostic]
    ) -> [Renaming] {
        var renamings: [Renaming] = []
        var from: (name: String, line: Int)?
        for line in source.lines[heading.lastLine..<max(heading.lastLine, heading.end)] where line.region == .body {
            let words = line.content.replacing("**", with: "").drop { "-*+ \t".contains($0) }.uppercased()
            guard words.hasPrefix("FROM:") || words.hasPrefix("TO:"), let name = quoted(line.content) else { continue }
            if words.hasPrefix("FROM:") {
                if let open = from { found.append(unpaired(open.name, open.line)) }
                from = (name, line.number)
            } else if let old = from {
                renamings.append(Renaming(from: old.name, to: name, line: old.line))
                from = nil
            } else {
                found.append(unpaired(name, line.number))
            }
        }
        if let open = from { found.append(unpaired(open.name, open.line)) }
        return renamings
    }

    private static func unpaired(_ name: String, _ line: Int) -> Diagnostic {
        Diagnostic(
            .error, line: line, message: "\"\(name)\" has no FROM or no TO beside it.",
            fix: "Write both lines: - FROM: `### Requirement: Old` and - TO: `### Requirement: New`.")
    }

    private static func quoted(_ line: String) -> String? {
        guard let place = line.lowercased().firstRange(of: "requirement:") else { return nil }
        let offset = line.lowercased().distance(from: line.lowercased().startIndex, to: place.upperBound)
        return String(line.dropFirst(offset).prefix { $0 != "`" }).trimmed
    }
}
