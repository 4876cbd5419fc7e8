import Files
import Identity
import JSON
import Runs
import SpecDocuments
import Specs
import Templates
import Timekeeping
import Workbench

/// What the engine does before the first step and after the last.
extension StepContext {
    /// Makes the run's worktree and branch, and names its feature folder.
    func prepareWorkspace() async throws {
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
    }

    /// Counts calls that were stopped in the middle; of one step, or of the whole run when nothing is under way.
    func countInterruptedCalls(in step: StepKey? = nil) async throws {
        try await InterruptedCalls(journal: journal, clock: clock, ids: ids).count(of: run.id, in: step)
    }

    /// Ends the run with what its workflow gives, if it declares any outputs.
    func end(_ status: RunStatus, _ summary: String, giving outputs: JSONValue) async throws {
        var run = run
        run.status = status
        run.updatedAt = clock.now()
        let given: [JournalChange] =
            outputs.objectValue?.isEmpty == false ? [.event(.outputsGiven(outputs: outputs))] : []
        try await record([.run(run)] + given + [.event(.runEnded(status: status, summary: summary))])
    }
}
