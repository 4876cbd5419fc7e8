import JSON
import SpecDocuments
import SpecProofs
import Specs
import Terminal

/// `vencejo specs list`: the features of the project, one a line.
struct SpecsListCommand: Sendable {
    let context: CommandContext

    func run() async throws -> ExitStatus {
        let project = try await SpecsProject(context)
        let proofs = try await ProjectProofs.read(
            project.features, in: project.repository, receipts: project.store)
        let rows = project.features.features.map { proofs.proof(of: $0) }
        context.output.result(
            ["features": .array(rows.map(json)), "tree": proofs.tree.map { .string($0) } ?? .null], text: text(of: rows)
        )
        return .done
    }

    private func text(of rows: [FeatureProof]) -> String {
        guard !rows.isEmpty else { return "There are no features here: specs/ has no folder such as 001-name." }
        var table = TextTable(columns: [
            .init("FEATURE", isFlexible: true), .init("TITLE", isFlexible: true), .init("PROVEN", alignment: .right),
            .init("CLAIMED", alignment: .right), .init("OPEN", alignment: .right), .init("TASKS", alignment: .right),
            .init("FAULTS", alignment: .right),
        ])
        for row in rows {
            let tasks = row.feature.tasks?.document?.tasks ?? []
            let faults = row.feature.faults.count { $0.diagnostic.severity == .error }
            func count(_ state: ProofState) -> String {
                row.requirements.isEmpty ? "-" : "\(row.count(state))"
            }
            table.add(row: [
                row.feature.name.sanitized, row.feature.title.sanitized, count(.proven), count(.claimed), count(.open),
                tasks.isEmpty ? "-" : "\(tasks.count(where: \.isDone))/\(tasks.count)", faults == 0 ? "-" : "\(faults)",
            ])
        }
        return table.lines(width: context.output.width, style: context.output.style).joined(separator: "\n")
    }

    private func json(_ row: FeatureProof) -> JSONValue {
        let tasks = row.feature.tasks?.document?.tasks ?? []
        return [
            "name": .string(row.feature.name), "folder": .string(row.feature.folder),
            "number": row.feature.number.map { .integer(Int64($0)) } ?? .null, "title": .string(row.feature.title),
            "requirements": [
                "proven": .integer(Int64(row.count(.proven))), "claimed": .integer(Int64(row.count(.claimed))),
                "open": .integer(Int64(row.count(.open))),
            ],
            "tasks": ["done": .integer(Int64(tasks.count(where: \.isDone))), "all": .integer(Int64(tasks.count))],
            "errors": .integer(Int64(row.feature.faults.count { $0.diagnostic.severity == .error })),
        ]
    }
}
