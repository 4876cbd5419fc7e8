import CommandLineKit
import JSON
import SpecProofs
import Specs
import Terminal

/// `vencejo specs renumber`: numbers of their own for what collides after a merge.
struct SpecsRenumberCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let project = try await SpecsProject(context)
        let wanted = try project.features.find(all: arguments.positionals("FEATURE"))
        let renumbering = try await FeatureRenumbering(
            project.features, of: wanted, in: project.repository, isWhole: arguments.flag("--all"))
        let isDry = arguments.flag("--dry-run")
        if !isDry { try renumbering.apply() }
        context.output.result(json(renumbering, isDry), text: text(renumbering, isDry))
        return .done
    }

    private func text(_ renumbering: FeatureRenumbering, _ isDry: Bool) -> String {
        let style = context.output.style
        guard !renumbering.isEmpty else { return "Nothing collides; nothing was changed." }
        var lines: [String] = []
        for change in renumbering.folders {
            lines.append("\(change.from.sanitized) → \(style.bold(change.to.sanitized))")
        }
        for change in renumbering.ids {
            let line = change.line.map { " (line \($0))" } ?? ""
            lines.append("\(change.document.sanitized)\(line): \(change.from) → \(style.bold(change.to))")
        }
        for id in renumbering.ambiguous {
            lines.append(
                style.yellow("note: ")
                    + "\(id.document.sanitized): \(id.id) was given twice; what speaks of it means the first from now on, so look at tasks and tests that meant the other."
            )
        }
        lines.append("")
        let files = renumbering.changedPaths
        lines.append(
            "\(isDry ? "would change" : "changed") \(files.isEmpty ? "no file" : files.joined(separator: ", ").sanitized)"
        )
        return lines.joined(separator: "\n")
    }

    private func json(_ renumbering: FeatureRenumbering, _ isDry: Bool) -> JSONValue {
        [
            "dry_run": .bool(isDry),
            "folders": .array(renumbering.folders.map { ["from": .string($0.from), "to": .string($0.to)] }),
            "ids": .array(
                renumbering.ids.map {
                    [
                        "document": .string($0.document), "from": .string($0.from), "to": .string($0.to),
                        "line": $0.line.map { .integer(Int64($0)) } ?? .null,
                    ]
                }),
            "ambiguous": .array(
                renumbering.ambiguous.map { ["document": .string($0.document), "id": .string($0.id)] }),
            "files": .array(renumbering.changedPaths.map { .string($0) }),
        ]
    }
}
