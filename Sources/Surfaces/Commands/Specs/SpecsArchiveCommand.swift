import CommandLineKit
import JSON
import SpecDocuments
import Specs
import Terminal

/// `vencejo specs archive`: applies the deltas of features to the living specifications.
struct SpecsArchiveCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let root = try await context.projectRoot()
        let all = try await ProjectFeatures.read(in: root)
        let names = arguments.positionals("FEATURE")
        guard names.isEmpty == arguments.flag("--all") else {
            throw Failure(.usage, "Name the features to archive, or say --all for every one whose tasks are all done.")
        }
        let features =
            names.isEmpty
            ? all.features.filter { $0.tasks?.document.map { $0.tasks.allSatisfy(\.isDone) } ?? false }
            : try all.find(all: names)
        let isDry = arguments.flag("--dry-run")
        var archives: [SpecArchive] = []
        var made: [String: [UInt8]] = [:]
        var notices: [String] = []
        for feature in features {
            // Each is decided upon what the one before it has made, so that two may change one capability.
            let archive = try SpecArchive(
                of: feature.folder, in: root, vanishing: arguments.flag("--allow-vanishing") ? .allow : .refuse,
                over: made)
            guard names.isEmpty ? !archive.changes.isEmpty || !archive.faults.isEmpty : true else { continue }
            let open = feature.tasks?.document?.tasks.count { !$0.isDone } ?? 0
            if open > 0, !archive.changes.isEmpty {
                notices.append("\(feature.name) has \(open) open \(open == 1 ? "task" : "tasks").")
            }
            if archive.faults.isEmpty {
                if isDry { made.merge(archive.results) { _, last in last } } else { try archive.perform() }
            }
            archives.append(archive)
        }
        context.output.result(
            ["dryRun": .bool(isDry), "features": .array(archives.map(json))],
            text: archives.isEmpty
                ? "There is nothing to archive." : archives.flatMap { lines($0, isDry) }.joined(separator: "\n"))
        for notice in notices { context.output.notice(context.output.style.dim(notice)) }
        return archives.allSatisfy(\.faults.isEmpty) ? .done : .failed
    }

    private func lines(_ archive: SpecArchive, _ isDry: Bool) -> [String] {
        let style = context.output.style
        guard archive.faults.isEmpty else {
            return archive.faults.map { "\(style.red("error:")) \("\($0)".sanitized)" }
                + ["\(archive.feature): nothing was changed."]
        }
        guard !archive.isEmpty else {
            return ["\(archive.feature) changes no living specification: it has no \(FeatureDeltas.folder)/NAME.md."]
        }
        var lines = archive.changes.map { change in
            let parts = [
                ("added", change.added), ("changed", change.modified), ("removed", change.removed),
                ("renamed", change.renamed),
            ].filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }
            let gone = change.vanished.isEmpty ? "" : "; scenarios gone: \(change.vanished.joined(separator: ", "))"
            let isNew = change.isNew ? " (new)" : ""
            return "\(isDry ? "would change " : "")\(change.path)\(isNew): \(parts.joined(separator: "; "))\(gone)"
                .sanitized
        }
        if archive.changes.isEmpty {
            lines.append("\(archive.feature): archived already; nothing changed.")
        }
        return lines
    }

    private func json(_ archive: SpecArchive) -> JSONValue {
        func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        return [
            "feature": .string(archive.feature), "applied": list(archive.applied),
            "changes": .array(
                archive.changes.map {
                    [
                        "capability": .string($0.capability), "path": .string($0.path), "new": .bool($0.isNew),
                        "added": list($0.added), "modified": list($0.modified), "removed": list($0.removed),
                        "renamed": list($0.renamed), "vanished": list($0.vanished),
                    ]
                }),
            "faults": .array(
                archive.faults.map { fault in
                    [
                        "path": .string(fault.path), "line": fault.diagnostic.line.map { .integer(Int64($0)) } ?? .null,
                        "message": .string(fault.diagnostic.message), "fix": .string(fault.diagnostic.fix),
                    ]
                }),
        ]
    }
}
