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
        let folder: String
        if let given = seed?.folder {
            folder = given
            try await takeOver(given)
        } else {
            let number = FeatureName.nextNumber(after: try takenFeatures())
            folder = "specs/\(FeatureName(request: run.request).folder(number: number))"
            try FileSystem.createDirectory(worktree.appending(folder))
        }
        var run = run
        run.feature = folder
        run.updatedAt = clock.now()
        try await record([
            .run(run), .event(.featureNamed(folder: folder)),
            .event(.workspacePrepared(branch: run.branch, worktree: run.worktree)),
        ])
    }

    /// Makes the feature's folder what it was in the user's working tree when the run began, and commits that.
    private func takeOver(_ folder: String) async throws {
        guard let seed else { return }
        let store = FeatureStore(runFolder: home / "runs" / run.id.string)
        let place = worktree.appending(folder)
        try FileSystem.createDirectory(place)
        for name in try FeatureStore.files(below: place) where seed.taken["\(folder)/\(name)"] == nil {
            try FileSystem.remove(place.appending(name))
        }
        for (path, hash) in seed.taken.sorted(by: { $0.key < $1.key }) {
            let target = worktree.appending(path)
            try FileSystem.createDirectory(target.parent)
            try FileSystem.write(try store.bytes(of: hash), to: target)
        }
        guard try await workspace.tree() != workspace.headTree() else { return }
        _ = try await commit(
            "Take over \(FilePath(folder).name) as it is in the working tree", body: "",
            trailer: ("Vencejo-Step", "take-over"))
    }

    /// The names of the feature folders that there are, also of those that are not committed yet.
    ///
    /// An empty one is not of the repository: this run made it for itself before a crash, and takes it again.
    private func takenFeatures() throws -> [String] {
        try takenFeatures(in: worktree / "specs") + takenFeatures(in: FilePath(run.project) / "specs")
    }

    private func takenFeatures(in specs: FilePath) throws -> [String] {
        guard FileSystem.exists(specs) else { return [] }
        return try FileSystem.list(specs).map(\.name).filter { name in
            try !FileSystem.isDirectory(specs / name) || !FileSystem.list(specs / name).isEmpty
        }
    }

    /// Counts calls that were stopped in the middle; of one step, or of the whole run when nothing is under way.
    func countInterruptedCalls(in step: StepKey? = nil) async throws {
        let calls = InterruptedCalls(journal: journal, clock: clock, ids: ids)
        try await calls.count(of: run.id, in: step)
        try await calls.leave(run.id, in: step, gateway)
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
