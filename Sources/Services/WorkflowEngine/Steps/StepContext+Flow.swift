import Files
import Identity
import Runs
import SpecDocuments
import Specs
import Templates
import Timekeeping
import Workbench

/// The steps of the flow that need no agent of their own.
extension StepContext {
    /// Records once that a step has begun.
    func note(_ step: StepKey, in fold: EventFold) async throws {
        guard !fold.startedSteps.contains(step) else { return }
        try await record([.event(.stepStarted(step: step))])
    }

    /// Makes the run's worktree and branch, and names its feature folder.
    func prepareWorkspace() async throws -> StepProgress {
        try await workspace.prepare()
        let names = FileSystem.exists(worktree / "specs") ? try FileSystem.list(worktree / "specs").map(\.name) : []
        let number = FeatureName.nextNumber(after: names)
        let folder = "specs/\(FeatureName(request: run.request).folder(number: number))"
        try FileSystem.createDirectory(worktree.appending(folder))
        var run = run
        run.feature = folder
        run.updatedAt = clock.now()
        try await record([
            .run(run), .event(.featureNamed(folder: folder)),
            .event(.workspacePrepared(branch: run.branch, worktree: run.worktree)),
        ])
        return .recorded
    }

    func askForApproval(_ fold: EventFold) async throws -> StepProgress {
        let tasks = fold.machine.tasks.map { "  \($0.plan.id)  \($0.plan.title)" }
        let spent = try await journal.spent(by: run.id)
        var details = ["Tasks:"] + tasks
        if let estimate = fold.estimate {
            details.append(
                "Estimate: \(estimate.low) to \(estimate.high) (\(estimate.basis)); budget \(run.budget), spent \(spent)."
            )
        }
        let checks = checks().map { "  \($0.command)" }
        details += checks.isEmpty ? ["Checks: none were found, so the tasks will stay unproven."] : ["Checks:"] + checks
        details.append("Specification and plan: \(worktree.appending(try feature().folder))")
        try await open(
            .plan, step: nil, "Carry out this plan of \(tasks.count) \(tasks.count == 1 ? "task" : "tasks")?",
            details: details.joined(separator: "\n"),
            choices: [
                .init("approve", "carry it out"),
                .init("reject", "stop; nothing has been changed but the run's branch"),
            ])
        return .recorded
    }

    /// Carries out one task: agent, verification, commit.
    func implement(_ task: PlannedTask) async throws -> StepProgress {
        try await restoreDocuments()
        let step = ProofStep(
            context: self, step: .task(task.id), commitTitle: "\(task.id): \(task.title)",
            trailer: ("Vencejo-Task", task.id), mayBeCommitted: true,
            opening: { try await opening(of: task) })
        switch try await step.perform() {
        case .paused(let progress):
            return progress
        case .committed(let commit, let proof):
            try await record([.event(.taskCommitted(task: task.id, commit: commit, proof: proof))])
            return .recorded
        }
    }

    /// Runs every check once more on the tree that is delivered; a failure is mended and the tree checked again.
    func checkFinalTree() async throws -> StepProgress {
        try await restoreDocuments()
        try await setAsideIgnoredFiles()
        switch try await verify(.finalCheck, attempt: 0) {
        case .passed(let receipts):
            try await commitMend(receipts)
            return try await finishFinalCheck(.proven(receipts: receipts.map(\.id)))
        case .nothingToVerify(let reason):
            return try await finishFinalCheck(.unproven(reason: reason))
        case .failed(let receipts):
            let failed = receipts.filter { $0.outcome != .passed }
            let output = failed.map { "$ \($0.command)\n\($0.excerpt)\n(\($0.outcomeInWords))" }.joined(
                separator: "\n\n")
            let step = ProofStep(
                context: self, step: .finalCheck, commitTitle: "Mend the final tree",
                trailer: ("Vencejo-Step", StepKey.finalCheck.rawValue), mayBeCommitted: false,
                opening: {
                    try await opening(
                        try prompts.text(
                            .repair,
                            [
                                "folder": .string(try feature().folder), "request": .string(run.request),
                                "output": .string(output), "checks": .string(checksInWords()),
                            ]))
                })
            switch try await step.perform() {
            case .paused(let progress): return progress
            case .committed(_, let proof): return try await finishFinalCheck(proof)
            }
        }
    }

    /// Commits what a mending agent had done when the run was stopped: only what is committed is delivered.
    private func commitMend(_ receipts: [Receipt]) async throws {
        guard try await workspace.tree() != workspace.headTree() else { return }
        _ = try await commit(
            "Mend the final tree", body: "",
            trailers: [("Vencejo-Step", StepKey.finalCheck.rawValue)]
                + receipts.map { ("Vencejo-Receipt", $0.id.string) })
    }

    private func finishFinalCheck(_ proof: Proof) async throws -> StepProgress {
        try await record([.event(.finalCheckFinished(proof: proof, tree: try await workspace.tree()))])
        return .recorded
    }

    func end(_ status: RunStatus, _ summary: String) async throws {
        var run = run
        run.status = status
        run.updatedAt = clock.now()
        try await record([.run(run), .event(.runEnded(status: status, summary: summary))])
    }
}
