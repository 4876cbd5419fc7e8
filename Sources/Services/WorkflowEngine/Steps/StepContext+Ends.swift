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
        let number = FeatureName.nextNumber(after: try takenFeatures())
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

    /// The names of the feature folders that there are.
    ///
    /// An empty one is not of the repository: this run made it for itself before a crash, and takes it again.
    private func takenFeatures() throws -> [String] {
        let specs = worktree / "specs"
        guard FileSystem.exists(specs) else { return [] }
        return try FileSystem.list(specs).map(\.name).filter { name in
            try !FileSystem.isDirectory(specs / name) || !FileSystem.list(specs / name).isEmpty
        }
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
