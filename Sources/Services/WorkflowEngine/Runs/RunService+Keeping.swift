package import Files
import Identity
package import Runs
package import Timekeeping
package import Workbench

/// What is kept of runs besides their commits, how it is brought back, and how worktrees are cleared away.
extension RunService {
    /// A run's snapshots, oldest first.
    package func snapshots(of run: Run) async throws -> [Snapshot] {
        try await workspace(of: run).snapshots()
    }

    /// What a snapshot has differently from where the run's branch stood then.
    package func changes(in snapshot: Snapshot, of run: Run) async throws -> [FileDifference] {
        try await workspace(of: run).changes(in: snapshot)
    }

    /// Which snapshots to write out.
    package enum Wanted: Sendable, Hashable {
        case number(Int)
        /// Each in a folder named for its number.
        case all
    }

    /// Writes snapshots into a folder that does not exist or is empty; nothing else is touched.
    package func export(_ wanted: Wanted, of run: Run, to folder: FilePath) async throws -> [Snapshot] {
        let workspace = try await workspace(of: run)
        let known = try await workspace.snapshots()
        guard !known.isEmpty else {
            throw EngineError(.notFound, "run \(run.id.short) has no snapshots; see vencejo runs diff \(run.id.short)")
        }
        switch wanted {
        case .number(let number):
            guard let snapshot = known.first(where: { $0.number == number }) else {
                throw EngineError(
                    .notFound,
                    "run \(run.id.short) has no snapshot \(number); see vencejo runs snapshots \(run.id.short)")
            }
            try await workspace.export(snapshot, to: folder)
            return [snapshot]
        case .all:
            if FileSystem.exists(folder), try FileSystem.list(folder).isEmpty == false {
                throw EngineError(.usage, "\(folder) is there already and is not empty: name another folder")
            }
            for snapshot in known { try await workspace.export(snapshot, to: folder / "\(snapshot.number)") }
            return known
        }
    }

    /// Makes an ended run's worktree again, from its branch, its last snapshot and what was set aside.
    package func bringBack(_ run: Run) async throws -> FilePath {
        let lock = try await lock(run)
        defer { lock.release() }
        let workspace = try await workspace(of: run)
        guard try await workspace.branchExists() else {
            throw EngineError(
                .notFound,
                "the branch \(run.branch) is gone; bring its files back with vencejo runs restore \(run.id.short) --snapshot all"
            )
        }
        try await workspace.prepare()
        for folder in try setAside(of: run) { try workspace.takeBack(from: folder) }
        return workspace.root
    }

    // MARK: - Clearing away

    /// What became of a worktree.
    package struct Cleaned: Sendable, Hashable {
        package var run: Run
        package var folder: FilePath
        /// Files that git ignores were moved here.
        package var setAside: FilePath?
        /// Nothing was done, and this is why.
        package var refusal: String?
    }

    /// Ended runs whose worktree is still there, the oldest first; those of `only`, else all that ended before `moment`.
    package func cleanable(before moment: Timestamp?) async throws -> [Run] {
        let folders = home / "worktrees"
        guard FileSystem.isDirectory(folders) else { return [] }
        var runs: [Run] = []
        for entry in try FileSystem.list(folders) {
            guard let id = RunID(entry.name), let run = try await journal.run(id), run.status.isEnded else { continue }
            if let moment, run.updatedAt >= moment { continue }
            runs.append(run)
        }
        return runs
    }

    /// Removes an ended run's worktree after a snapshot of what is not committed; ignored files are set aside.
    package func clean(_ run: Run) async throws -> Cleaned {
        let current = try await existing(run.id)
        guard current.status.isEnded else {
            throw EngineError(
                .state,
                "run \(run.id.short) is \(current.status.rawValue) and needs its worktree; end it first with vencejo runs cancel \(run.id.short)"
            )
        }
        let lock = try await lock(run)
        defer { lock.release() }
        let workspace = try await workspace(of: run)
        guard FileSystem.isDirectory(workspace.root) || workspace.isRegistered() else {
            return Cleaned(run: run, folder: workspace.root, refusal: "it has no worktree any more")
        }
        guard workspace.isRegistered() else {
            return Cleaned(
                run: run, folder: workspace.root,
                refusal:
                    "\(run.project) does not know the folder as a worktree: look what is in it, and remove it by hand")
        }
        // Worktrees of tasks that a run left behind when it ended go first; what they hold is kept among the snapshots.
        let lanes = Self.lanes(of: workspace, home)
        for task in try await lanes.tasks() { try await lanes.remove(task) }
        var aside: FilePath?
        if FileSystem.isDirectory(workspace.root) {
            let folder = home / "runs" / run.id.string / "ignored-\(try setAside(of: run).count + 1)"
            try await workspace.setAsideIgnored(to: folder)
            if FileSystem.exists(folder) { aside = folder }
        }
        try await workspace.remove()
        return Cleaned(run: run, folder: workspace.root, setAside: aside)
    }

    private func setAside(of run: Run) throws -> [FilePath] {
        let state = home / "runs" / run.id.string
        guard FileSystem.isDirectory(state) else { return [] }
        return try FileSystem.list(state).filter { $0.name.hasPrefix("ignored-") }.map { state / $0.name }
    }
}
