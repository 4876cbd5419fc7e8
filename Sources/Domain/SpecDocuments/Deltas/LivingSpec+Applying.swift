extension LivingSpec {
    /// What became of a delta that was to be applied.
    package struct Application: Sendable, Hashable {
        /// The new specification; nil where a conflict keeps the delta from being applied.
        package var result: LivingSpec?
        /// Lines are those of the delta.
        package var conflicts: [Diagnostic]
        /// Scenarios that a modification leaves out without saying so, as `Requirement / Scenario`.
        package var vanished: [String]
    }

    /// What to do about scenarios that a modification does not mention any more.
    package enum VanishingScenarios: Sendable, Hashable {
        /// It is a conflict.
        case refuse
        case allow
    }

    /// Renames, removes, changes and adds requirements, in this order; other bytes stay as they are.
    ///
    /// Nothing is applied where anything conflicts.
    package func applying(_ delta: DeltaSpec, vanishing: VanishingScenarios = .refuse) -> Application {
        var conflicts = (diagnostics + delta.diagnostics).filter { $0.severity == .error }
        // What cannot be read is not compared.
        guard conflicts.isEmpty else { return Application(result: nil, conflicts: conflicts, vanished: []) }
        var edits = TextEdits()
        var names: [String: Requirement] = [:]
        for requirement in requirements where names[Self.key(requirement.name)] == nil {
            names[Self.key(requirement.name)] = requirement
        }
        func missing(_ name: String, _ line: Int, _ verb: String) {
            let close = requirements.first { Self.key($0.name).contains(Self.key(name)) }
            conflicts.append(
                Diagnostic(
                    .error, line: line, message: "The requirement \"\(name)\" is to be \(verb) and does not exist.",
                    fix: close.map { "Perhaps \"\($0.name)\" is meant." } ?? "Name one that exists, or add it."))
        }
        func taken(_ name: String, _ line: Int) {
            conflicts.append(
                Diagnostic(
                    .error, line: line, message: "A requirement \"\(name)\" exists already.",
                    fix: "Modify it, or give this one another name."))
        }
        var renamedHeads: [Int: (old: Requirement, new: String)] = [:]
        for renaming in delta.renamed {
            guard let old = names.removeValue(forKey: Self.key(renaming.from)) else {
                missing(renaming.from, renaming.line, "renamed")
                continue
            }
            guard names[Self.key(renaming.to)] == nil else {
                taken(renaming.to, renaming.line)
                continue
            }
            names[Self.key(renaming.to)] = old
            renamedHeads[old.range.lowerBound] = (old, renaming.to)
        }
        for removal in delta.removed {
            guard let old = names.removeValue(forKey: Self.key(removal.name)) else {
                missing(removal.name, removal.line, "removed")
                continue
            }
            edits.replace(old.range, with: "")
        }
        var vanished: [String] = []
        let removals = Dictionary(
            grouping: delta.removedScenarios, by: { Self.key($0.requirement) })
        let ending = MarkdownSource.lineEnding(of: text)
        for requirement in delta.modified {
            guard let old = names[Self.key(requirement.name)] else {
                missing(requirement.name, requirement.line, "modified")
                continue
            }
            let kept = Set(requirement.scenarios.map(Self.key))
            let gone = removals[Self.key(requirement.name)] ?? []
            for removal in gone where !old.scenarios.contains(where: { Self.key($0) == Self.key(removal.scenario) }) {
                conflicts.append(
                    Diagnostic(
                        .error, line: removal.line,
                        message: "The scenario \"\(removal.scenario)\" is to be removed and does not exist.",
                        fix: "Name one of \"\(old.name)\", or drop the line."))
            }
            let meant = Set(gone.map { Self.key($0.scenario) })
            for scenario in old.scenarios
            where !kept.contains(Self.key(scenario)) && !meant.contains(Self.key(scenario)) {
                vanished.append("\(requirement.name) / \(scenario)")
                guard vanishing == .refuse else { continue }
                conflicts.append(
                    Diagnostic(
                        .error, line: requirement.line,
                        message: "The scenario \"\(scenario)\" of \"\(requirement.name)\" would vanish.",
                        fix:
                            "Write it into the delta, or list it below `## REMOVED Scenarios` as `- \(requirement.name) / \(scenario)`."
                    ))
            }
            renamedHeads[old.range.lowerBound] = nil
            let end = old.range.lowerBound + old.text.utf8.count
            edits.replace(old.range.lowerBound..<end, with: Self.lines(requirement.text, ending))
        }
        for (start, change) in renamedHeads {
            let head = change.old.text.prefix { !$0.isNewline }
            edits.replace(
                start..<(start + head.utf8.count), with: "\(head.prefix { $0 == "#" }) Requirement: \(change.new)")
        }
        for requirement in delta.added where names.updateValue(requirement, forKey: Self.key(requirement.name)) != nil {
            taken(requirement.name, requirement.line)
        }
        guard conflicts.isEmpty else {
            return Application(
                result: nil, conflicts: conflicts.sorted { ($0.line ?? 0) < ($1.line ?? 0) }, vanished: vanished)
        }
        append(delta.added, to: &edits, ending)
        return Application(result: LivingSpec(parsing: edits.applied(to: text)), conflicts: [], vanished: vanished)
    }

    /// Puts new requirements behind the last one, else to the end of `## Requirements`, which is made where missing.
    private func append(_ added: [Requirement], to edits: inout TextEdits, _ ending: String) {
        guard !added.isEmpty else { return }
        let blocks = added.map { Self.lines($0.text, ending) }.joined(separator: ending + ending)
        let source = MarkdownSource(text)
        let heading = source.heading(called: "Requirements")
        let place =
            requirements.last?.range.upperBound
            ?? heading.map { $0.end < source.lines.count ? source.lines[$0.end].offset : text.utf8.count }
            ?? text.utf8.count
        let head = requirements.isEmpty && heading == nil ? "## Requirements\(ending)\(ending)" : ""
        let before = Array(text.utf8.prefix(place))
        let breaks = before.reversed().prefix { $0 == 10 || $0 == 13 }.count { $0 == 10 }
        let gap = before.isEmpty ? "" : String(repeating: ending, count: max(0, 2 - breaks))
        let rest = place < text.utf8.count ? ending : ""
        edits.insert(gap + head + blocks + ending + rest, at: place)
    }

    private static func lines(_ text: String, _ ending: String) -> String {
        text.ownLines.joined(separator: ending)
    }
}
