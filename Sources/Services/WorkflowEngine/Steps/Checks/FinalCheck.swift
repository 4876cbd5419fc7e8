import Hooks
import Identity
import JSON
import Runs
import Specs
import Templates
import Workbench
import Workflows

/// Runs every check once more on the tree that is delivered; a failure is mended and the tree checked again.
struct FinalCheck: Sendable {
    var context: StepContext
    var step: StepKey

    func perform() async throws -> StepResult {
        try await context.restoreDocuments()
        try await context.setAsideIgnoredFiles()
        switch try await context.verify(step, attempt: 0) {
        case .passed(let receipts):
            if let block = try await commitMend(receipts) {
                return .failed(.refused, "what mended the final tree is not committed: \(block.text)")
            }
            return try await finish(.proven(receipts: receipts.map(\.id)))
        case .nothingToVerify(let reason):
            return try await finish(.unproven(reason: reason))
        case .failed(let receipts):
            return try await mend(receipts)
        }
    }

    private func mend(_ receipts: [Receipt]) async throws -> StepResult {
        let output = receipts.filter { $0.outcome != .passed }
            .map { "$ \($0.command)\n\($0.excerpt)\n(\($0.outcomeInWords))" }.joined(separator: "\n\n")
        let work = ProvenWork(
            context: context, step: step, agent: "developer", commitTitle: "Mend the final tree",
            trailer: ("Vencejo-Step", step.rawValue), mayBeCommitted: false,
            opening: {
                try await context.opening(
                    try context.prompts.text(
                        .repair,
                        [
                            "folder": .string(try context.feature().folder), "request": .string(context.run.request),
                            "output": .string(output), "checks": .string(context.checksInWords()),
                        ]))
            })
        switch try await work.perform() {
        case .stopped(let result): return result
        case .committed(_, let proof): return try await finish(proof)
        }
    }

    /// Commits what a mending agent had done when the run was stopped: only what is committed is delivered.
    ///
    /// Returns the hook's verdict where one forbids the commit.
    private func commitMend(_ receipts: [Receipt]) async throws -> HookVerdict.Block? {
        guard try await context.workspace.tree() != context.workspace.headTree() else { return nil }
        if let block = try await context.blockBeforeCommit(step, title: "Mend the final tree") { return block }
        _ = try await context.commit(
            "Mend the final tree", body: "",
            trailers: [("Vencejo-Step", step.rawValue)] + receipts.map { ("Vencejo-Receipt", $0.id.string) })
        return nil
    }

    private func finish(_ proof: Proof) async throws -> StepResult {
        let tree = try await context.workspace.tree()
        var outputs: JSONObject = ["proven": .bool(proof.isProven), "tree": .string(tree)]
        var summary = "every check passed on the final tree"
        if case .unproven(let reason) = proof {
            outputs["reason"] = .string(reason)
            summary = "unproven: \(reason)"
        }
        return .succeeded(
            StepSuccess(
                .object(outputs), summary: summary, with: [.event(.finalCheckFinished(proof: proof, tree: tree))]))
    }
}
