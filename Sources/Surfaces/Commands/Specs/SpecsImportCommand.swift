import CommandLineKit
import Files
import JSON
import Specs
import Terminal

/// `vencejo specs import`: takes over documents of other tools.
struct SpecsImportCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let root = try await context.projectRoot()
        let given = arguments.positionals("PATH").first
        let source = try ImportSource(
            arguments.value("--from").flatMap(ImportKind.init),
            at: given.map { FilePath($0).resolved(from: context.directory) }, root: root)
        let resolution = arguments.value("--resolve").flatMap(SpecImport.Resolution.init) ?? .tell
        let isDry = arguments.flag("--dry-run")
        let plan = try SpecImport(of: source, resolving: resolution)
        if !isDry { try plan.perform() }
        context.output.result(json(plan, isDry), text: text(plan, isDry))
        return plan.refusals.isEmpty && plan.conflicts.isEmpty ? .done : .failed
    }

    private func text(_ plan: SpecImport, _ isDry: Bool) -> String {
        let style = context.output.style
        var lines: [String] = []
        let changed = plan.units.filter { $0.state != .unchanged && $0.state != .inPlace }
        if !changed.isEmpty {
            var table = TextTable(columns: [
                .init("FROM", isFlexible: true), .init("TO", isFlexible: true),
                .init("REQUIREMENTS", alignment: .right),
                .init("TASKS", alignment: .right), .init("STATE"),
            ])
            for unit in changed {
                let isFeature = unit.folder != "."
                table.add(row: [
                    unit.source.sanitized, isFeature ? unit.folder.sanitized : "-",
                    isFeature ? "\(unit.requirements)" : "-", unit.tasks == 0 ? "-" : "\(unit.done)/\(unit.tasks)",
                    unit.state.rawValue,
                ])
            }
            lines += table.lines(width: context.output.width, style: style)
        }
        let inPlace = plan.units.count { $0.state == .inPlace }
        if inPlace > 0 {
            lines.append(
                "\(inPlace) \(inPlace == 1 ? "feature is" : "features are") read where they lie, in specs/; see vencejo specs list."
            )
        }
        lines += plan.renumbered.map(\.sanitized)
        lines += plan.gone.map(\.sanitized)
        lines += plan.notes.map { style.dim("\($0)".sanitized) }
        lines += plan.conflicts.map {
            "\(style.yellow("conflict:")) \($0.target.sanitized) and \($0.source.sanitized): \($0.reason); nothing was overwritten."
        }
        if !plan.conflicts.isEmpty { lines.append("Settle them with --resolve mine or --resolve source.") }
        lines += plan.refusals.map { "\(style.red("refused:")) \($0.sanitized)" }
        lines.append(summary(plan, isDry))
        return lines.joined(separator: "\n")
    }

    private func summary(_ plan: SpecImport, _ isDry: Bool) -> String {
        let from = "\(plan.source.kind.name) in \(plan.source.place)".sanitized
        guard !plan.created.isEmpty || !plan.updated.isEmpty else {
            return plan.changesNothing || isDry
                ? "Nothing changed: what is here is what \(from) has, as far as you have not changed it."
                : "Nothing but \(SpecImport.recordPath) changed."
        }
        let verb = isDry ? "Would write" : "Wrote"
        let counts = [(plan.created.count, "new"), (plan.updated.count, "changed")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)" }.joined(separator: " and ")
        let what = plan.created.count + plan.updated.count == 1 ? "file" : "files"
        return "\(verb) \(counts) \(what) from \(from); ids are in \(SpecImport.recordPath)."
    }

    private func json(_ plan: SpecImport, _ isDry: Bool) -> JSONValue {
        [
            "from": .string(plan.source.kind.rawValue), "place": .string(plan.source.place.string),
            "dryRun": .bool(isDry),
            "units": .array(
                plan.units.map {
                    [
                        "source": .string($0.source), "folder": .string($0.folder), "state": .string($0.state.rawValue),
                        "requirements": .integer(Int64($0.requirements)), "tasks": .integer(Int64($0.tasks)),
                        "done": .integer(Int64($0.done)),
                    ]
                }),
            "created": .array(plan.created.map { .string($0) }), "updated": .array(plan.updated.map { .string($0) }),
            "conflicts": .array(
                plan.conflicts.map {
                    ["target": .string($0.target), "source": .string($0.source), "reason": .string($0.reason)]
                }),
            "gone": .array(plan.gone.map { .string($0) }),
            "renumbered": .array(plan.renumbered.map { .string($0) }),
            "notes": .array(plan.notes.map { .string("\($0)") }),
            "refused": .array(plan.refusals.map { .string($0) }),
        ]
    }
}
