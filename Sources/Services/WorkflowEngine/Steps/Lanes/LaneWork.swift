import Files
import Identity
import JSON
import Runs
import SpecDocuments
import Specs
import Templates
import Workbench

/// Carries out a task in a worktree of its own, beside others of its batch, and brings it into the run's branch in its turn.
///
/// A conflict goes back to the task's agent with both sides, and after that to a human. Every part may be repeated after a
/// crash: what was begun, laid out or joined is found in the repository.
struct LaneWork: Sendable {
    /// That of the run's own workspace.
    var context: StepContext
    var step: StepKey
    var agent: String
    var task: PlannedTask
    var lane: Lane

    private var lanes: ParallelWorkspaces { context.lanes }

    func perform() async throws -> StepResult {
        if let commit = try await context.workspace.findCommit(trailer: "Vencejo-Task", value: task.id) {
            return try await verify(commit)
        }
        let inside = try await context.enter(try await lanes.fork(task.id))
        switch try await work(in: inside, conflict: try await lanes.laidOut(task.id)) {
        case .stopped(let result):
            return result
        case .committed(_, let proof):
            // What comes before it is joined first, so that the branch is the same whoever is faster.
            guard lane.isNext else { return .deferred }
            return try await join(inside, proof)
        }
    }

    // MARK: - Working

    private func work(in inside: StepContext, conflict: JoinConflict?) async throws -> ProvenWork.Result {
        try await inside.restoreDocuments()
        var work = ProvenWork(
            context: inside, step: step, agent: agent, commitTitle: "\(task.id): \(task.title)",
            trailer: ("Vencejo-Task", task.id), mayBeCommitted: true, tick: task.id,
            opening: { try await inside.opening(of: task) })
        if let conflict {
            work.word = try context.prompts.text(
                .joinConflict, ["task": .string(task.id), "conflict": .string(conflict.text())])
            work.objection = { [lanes] in
                let left = try await lanes.unresolved(conflict)
                return left.isEmpty ? nil : "The marks of the conflict still stand in \(left.joined(separator: ", "))."
            }
        }
        return try await work.perform()
    }

    // MARK: - Joining

    private func join(_ inside: StepContext, _ proof: Proof) async throws -> StepResult {
        switch try await lanes.join(
            task.id,
            mend: { [path = try context.feature().path(of: .tasks)] file in
                guard file.path == path, let ours = file.ours?.bytes, let theirs = file.theirs?.bytes else {
                    return nil
                }
                let both = TasksDocument.withTicks(
                    of: String(decoding: ours, as: UTF8.self), and: String(decoding: theirs, as: UTF8.self))
                return both.map { Array($0.utf8) }
            })
        {
        case .alreadyJoined(let commit):
            return try await finish(commit, proof: proof)
        case .joined(let joined):
            guard !joined.isTaskTree, proof.isProven else { return try await finish(joined.commit, proof: proof) }
            return try await verify(joined.commit)
        case .conflict(let conflict):
            try await context.record([
                .event(
                    .attemptFailed(
                        step: step, attempt: 0,
                        reason:
                            "\(task.id) and the work before it disagree about \(conflict.paths.joined(separator: ", "))"
                    ))
            ])
            try await lanes.layOut(conflict)
            switch try await work(in: inside, conflict: conflict) {
            case .stopped(let result): return result
            case .committed(_, let proof): return try await join(inside, proof)
            }
        }
    }

    /// Checks the run's files with the joined work in them; what fails there is mended there.
    ///
    /// Receipts of this very tree are taken as they stand.
    private func verify(_ commit: String) async throws -> StepResult {
        switch try await context.verify(step, attempt: 1) {
        case .passed(let receipts):
            return try await finish(commit, proof: .proven(receipts: receipts.map(\.id)))
        case .nothingToVerify(let reason):
            return try await finish(commit, proof: .unproven(reason: reason))
        case .failed:
            let mending = ProvenWork(
                context: context, step: step, agent: agent,
                commitTitle: "\(task.id): go together with the tasks beside it",
                trailer: ("Vencejo-Step", "\(step)/join"), mayBeCommitted: true,
                opening: { try await context.opening(of: task) })
            switch try await mending.perform() {
            case .stopped(let result): return result
            case .committed(_, let proof): return try await finish(commit, proof: proof)
            }
        }
    }

    private func finish(_ commit: String, proof: Proof) async throws -> StepResult {
        FaultPoint.pass("join.\(task.id).verified")
        try await lanes.remove(task.id)
        FaultPoint.pass("join.\(task.id).removed")
        return .succeeded(
            StepSuccess(
                ["commit": .string(commit), "proven": .bool(proof.isProven)],
                summary: "\(task.id) \(proof.isProven ? "proven" : "unproven"), commit \(commit.prefix(10))",
                commit: commit, with: [.event(.taskCommitted(task: task.id, commit: commit, proof: proof))]))
    }
}

extension StepContext {
    /// The worktrees of tasks that are carried out beside one another.
    var lanes: ParallelWorkspaces {
        RunService.lanes(of: workspace, home)
    }
}

extension RunService {
    /// The worktrees of a run's tasks that are carried out beside one another, below the state's folder.
    static func lanes(of workspace: Workspace, _ home: FilePath) -> ParallelWorkspaces {
        ParallelWorkspaces(run: workspace, folder: home / "runs" / workspace.run.string / "lanes")
    }
}
