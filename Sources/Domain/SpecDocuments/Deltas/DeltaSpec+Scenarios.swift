/// Scenarios that a delta takes away: `## REMOVED Scenarios`.
extension DeltaSpec {
    /// Headings as in a requirement, or items such as "- Login / Wrong password".
    static func removedScenarios(
        in source: MarkdownSource, below section: MarkdownSource.Heading, _ found: inout [Diagnostic]
    ) -> [ScenarioRemoval] {
        var removals: [ScenarioRemoval] = []
        var requirement: String?
        for heading in source.headings where heading.line > section.line && heading.line <= section.end {
            if let name = LivingSpec.name(of: heading.title, label: "requirement") {
                requirement = name
            } else if let name = LivingSpec.name(of: heading.title, label: "scenario") {
                guard let requirement else {
                    found.append(
                        Diagnostic(
                            .error, line: heading.line,
                            message: "The scenario \"\(name)\" stands below no requirement.",
                            fix: "Put `### Requirement: Name` above it."))
                    continue
                }
                removals.append(ScenarioRemoval(requirement: requirement, scenario: name, line: heading.line))
            }
        }
        for line in source.lines[section.lastLine..<max(section.lastLine, section.end)] where line.region == .body {
            guard let marker = ListMarker(line.content), line.content.indentation < 2 else { continue }
            let item = String(decoding: line.content.utf8.dropFirst(marker.length), as: UTF8.self)
                .replacing("`", with: "").replacing("**", with: "")
            guard let joint = item.firstRange(of: " / ") else {
                // Below a heading, an item may say why.
                guard requirement == nil else { continue }
                found.append(
                    Diagnostic(
                        .error, line: line.number, message: "\"\(item.trimmed)\" names no scenario.",
                        fix: "Write `- Requirement / Scenario`."))
                continue
            }
            removals.append(
                ScenarioRemoval(
                    requirement: plain(item[..<joint.lowerBound], "requirement:"),
                    scenario: plain(item[joint.upperBound...], "scenario:"), line: line.number))
        }
        return removals
    }

    static func faults(
        of removals: [ScenarioRemoval], in modified: [LivingSpec.Requirement]
    ) -> [Diagnostic] {
        var names: [String: LivingSpec.Requirement] = [:]
        for requirement in modified { names[LivingSpec.key(requirement.name)] = requirement }
        return removals.compactMap { removal in
            guard let requirement = names[LivingSpec.key(removal.requirement)] else {
                return Diagnostic(
                    .error, line: removal.line,
                    message:
                        "The scenario \"\(removal.scenario)\" is removed from \"\(removal.requirement)\", which is not modified.",
                    fix: "Write the requirement as it shall be below `## MODIFIED Requirements`.")
            }
            guard requirement.scenarios.contains(where: { LivingSpec.key($0) == LivingSpec.key(removal.scenario) })
            else { return nil }
            return Diagnostic(
                .error, line: removal.line,
                message: "The scenario \"\(removal.scenario)\" is both kept and removed.", fix: "Keep one of the two.")
        }
    }

    private static func plain(_ text: Substring, _ label: String) -> String {
        let bare = text.drop { "# \t".contains($0) }
        return String(bare.lowercased().hasPrefix(label) ? bare.dropFirst(label.count) : bare).trimmed
    }
}
