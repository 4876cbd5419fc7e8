import JSON
import Runs

/// Carries out one task of the plan: agent, verification, tick, commit.
struct TaskWork: Sendable {
    var context: StepContext
    var step: StepKey
    var agent: String
    var task: PlannedTask

    func perform() async throws -> StepResult {
        try await context.restoreDocuments()
        let work = ProvenWork(
            context: context, step: step, agent: agent, commitTitle: "\(task.id): \(task.title)",
            trailer: ("Vencejo-Task", task.id), mayBeCommitted: true, tick: task.id,
            opening: { try await context.opening(of: task) })
        switch try await work.perform() {
        case .stopped(let result):
            return result
        case .committed(let commit, let proof):
            return .succeeded(
                StepSuccess(
                    ["commit": .string(commit), "proven": .bool(proof.isProven)],
                    summary: "\(task.id) \(proof.isProven ? "proven" : "unproven"), commit \(commit.prefix(10))",
                    commit: commit,
                    with: [.event(.taskCommitted(task: task.id, commit: commit, proof: proof))]))
        }
    }
}
