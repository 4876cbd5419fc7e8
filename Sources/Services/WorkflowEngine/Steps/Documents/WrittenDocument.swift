import AgentRuntime
import Conversation
import Gateway
import Hooks
import JSON
import Runs
import Templates
import Workbench
import Workflows

/// Has an agent write a document, reads it, and hands its faults back until there are none; then it is committed.
struct WrittenDocument: Sendable {
    var context: StepContext
    var step: StepKey
    var agent: String
    var model: ModelName?
    /// Below the worktree.
    var path: String
    var commitTitle: String
    /// What the agent is told first.
    var opening: @Sendable () async throws -> String
    /// What has to be mended, each in one sentence.
    var faults: @Sendable () async throws -> [String]
    /// What the engine adds to a sound document before it is committed.
    var settle: @Sendable () async throws -> Void

    private static let attempts = 3

    enum Result: Sendable {
        case written(summary: String, commit: String)
        case stopped(StepResult)
    }

    func write() async throws -> Result {
        // Committed just before a crash: what there was to say of it was said then.
        if let before = try await context.workspace.findCommit(trailer: "Vencejo-Step", value: step.rawValue) {
            return .written(summary: commitTitle, commit: before)
        }
        let runner = SessionRunner(context: context, step: step, agentName: agent, model: model)
        var attempt = try await failedAttempts() + 1
        while true {
            let result = try await runner.run { try await context.opening(try await opening()) }
            guard case .finished(let summary, let session) = result else {
                guard case .stopped(let result) = result else { return .stopped(.parked) }
                return .stopped(result)
            }
            var found = try await faults()
            if found.isEmpty, let block = try await context.blockBeforeCommit(step, title: commitTitle) {
                found = ["It is not committed: \(block.text)"]
            }
            if found.isEmpty {
                try await settle()
                let commit = try await context.commit(
                    commitTitle, body: context.run.request, trailer: ("Vencejo-Step", step.rawValue))
                return .written(summary: summary, commit: commit)
            }
            let reason = "\(path.split(separator: "/").last ?? ""): \(found[0])"
            guard attempt < Self.attempts else {
                return .stopped(.failed(.failed, "after \(attempt) attempts, \(reason)"))
            }
            let turns = try await context.journal.turns(of: session.session.id).count
            let text = try context.prompts.text(
                .documentFaults, ["path": .string(path), "faults": .list(found.map { .string($0) })])
            try await context.record([
                .event(.attemptFailed(step: step, attempt: attempt, reason: reason)),
                .input(SessionInput(session: session.session.id, afterTurn: turns, text: text)),
            ])
            attempt += 1
        }
    }

    private func failedAttempts() async throws -> Int {
        RunHistory.effective(try await context.journal.events(of: context.run.id, after: 0, limit: .max)).count {
            if case .attemptFailed(step, _, _) = $0.event { true } else { false }
        }
    }
}
