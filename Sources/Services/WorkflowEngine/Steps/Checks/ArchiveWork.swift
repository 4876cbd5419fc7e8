import Hooks
import JSON
import Runs
import Specs
import Workbench
import Workflows

/// Applies the feature's deltas to the living specifications and commits that, so that it is part of what is merged.
///
/// A feature without deltas changes nothing. A delta that cannot be applied fails the step; nothing of it is written.
struct ArchiveWork: Sendable {
    var context: StepContext
    var call: StepCall

    func perform() async throws -> StepResult {
        let feature = try context.feature()
        let key = call.key.rawValue
        if let before = try await context.workspace.findCommit(trailer: "Vencejo-Step", value: key) {
            let archive = try SpecArchive(of: feature.folder, in: context.worktree)
            return Self.archived(archive.applied.map { LivingSpecs.path(of: $0) }, commit: before)
        }
        let archive = try SpecArchive(of: feature.folder, in: context.worktree)
        guard archive.faults.isEmpty else {
            return .failed(
                .failed,
                "the living specifications stay as they are: \(archive.faults.map(\.description).joined(separator: " "))"
            )
        }
        try archive.perform()
        let paths = (archive.changes.map(\.path) + archive.applied.map { LivingSpecs.path(of: $0) }).sorted()
        // What was written before a crash is not committed yet.
        guard !paths.isEmpty, try await context.workspace.tree() != context.workspace.headTree() else {
            return .succeeded(
                StepSuccess(["archived": [], "commit": .null], summary: "no living specification is changed"))
        }
        let title = "Archive \(feature.name)"
        if let block = try await context.blockBeforeCommit(call.key, title: title) {
            return .failed(.refused, "step \(call.key) is not committed: \(block.text)")
        }
        return Self.archived(
            paths,
            commit: try await context.commit(title, body: context.run.request, trailers: [("Vencejo-Step", key)]))
    }

    private static func archived(_ paths: [String], commit: String) -> StepResult {
        .succeeded(
            StepSuccess(
                ["archived": .array(paths.map { .string($0) }), "commit": .string(commit)],
                summary: "changed \(paths.joined(separator: ", "))", commit: commit))
    }
}
