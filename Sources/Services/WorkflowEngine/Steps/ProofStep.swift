import AgentRuntime
import Identity
import Runs
import SpecDocuments
import Specs
import Templates
import Workbench

/// Brings the workspace to a state that the checks pass, and commits it: one task, or the mending of the final tree.
///
/// The agent works and says that it is finished; the engine verifies; a failure goes back to the agent until the attempts
/// are used up, and then to a human. Only what passed is committed as proven.
struct ProofStep: Sendable {
    var context: StepContext
    var step: StepKey
    /// What the commit says, and under which trailer it is found again.
    var commitTitle: String
    var trailer: (key: String, value: String)
    /// Whether a commit with that trailer is this very work, made just before a crash.
    var mayBeCommitted: Bool
    var opening: @Sendable () async throws -> SessionOpening

    /// How the work came out.
    enum Result: Sendable {
        case committed(commit: String, proof: Proof)
        case paused(StepProgress)
    }

    func perform() async throws -> Result {
        if mayBeCommitted,
            let before = try await context.workspace.findCommit(trailer: trailer.key, value: trailer.value)
        {
            return .committed(commit: before, proof: try await recordedProof(of: before))
        }
        let runner = SessionRunner(context: context, step: step, agentName: "developer")
        var attempt = try await failedAttempts() + 1
        while true {
            let result = try await runner.run(opening: opening)
            guard case .finished(let summary, let session) = result else {
                guard case .paused(let progress) = result else { return .paused(.recorded) }
                return .paused(progress)
            }
            try await context.restoreDocuments()
            let verdict = try await context.verify(step, attempt: attempt)
            switch verdict {
            case .passed(let receipts):
                return try await commit(summary, proof: .proven(receipts: receipts.map(\.id)))
            case .nothingToVerify(let reason):
                return try await commit(summary, proof: .unproven(reason: reason))
            case .failed(let receipts):
                try await tell(session, of: receipts, attempt: attempt)
                if try await isWaitingForHuman() { return .paused(.recorded) }
                attempt += 1
            }
        }
    }

    // MARK: - After a verification

    private func commit(_ summary: String, proof: Proof) async throws -> Result {
        if proof.isProven, let task = step.task {
            try context.feature().tick(task)
        }
        var trailers = [(trailer.key, trailer.value)]
        if case .proven(let receipts) = proof {
            trailers += receipts.map { ("Vencejo-Receipt", $0.string) }
        }
        let commit = try await context.commit(commitTitle, body: summary, trailers: trailers)
        return .committed(commit: commit, proof: proof)
    }

    /// Hands the failure to the agent, and opens a gate where the attempts are used up, in one transaction.
    private func tell(_ session: AgentSession, of receipts: [Receipt], attempt: Int) async throws {
        let failed = receipts.filter { $0.outcome != .passed }
        let reason = failed.map { "\($0.command): \($0.outcomeInWords)" }.joined(separator: "; ")
        let allowed = try await allowedAttempts()
        let output = failed.map { "$ \($0.command)\n\($0.excerpt)\n(\($0.outcomeInWords))" }.joined(separator: "\n\n")
        let text = try context.prompts.text(
            .verificationFailed,
            [
                "attempt": .string("\(attempt)"), "attempts": .string("\(max(allowed, attempt + 1))"),
                "output": .string(output),
            ])
        let turns = try await context.journal.turns(of: session.session.id).count
        var changes: [JournalChange] = [
            .event(.attemptFailed(step: step, attempt: attempt, reason: reason)),
            .input(SessionInput(session: session.session.id, afterTurn: turns, text: text)),
        ]
        if attempt >= allowed {
            changes += context.gate(
                .verification, step: step,
                "\(step.task ?? "The final tree") did not pass its checks after \(attempt) attempts; try again?",
                details: output,
                choices: [
                    .init("approve", "let the agent try \(context.settings.maxAttempts) times more"),
                    .init("reject", "stop the run; nothing unproven is ticked"),
                ])
        }
        try await context.record(changes)
    }

    private func allowedAttempts() async throws -> Int {
        let granted = try await context.gates(.verification, of: step).count { $0.answer?.value == "approve" }
        return context.settings.maxAttempts * (granted + 1)
    }

    private func isWaitingForHuman() async throws -> Bool {
        try await context.gates(.verification, of: step).contains { $0.answer == nil }
    }

    // MARK: - What the journal says

    private func failedAttempts() async throws -> Int {
        try await context.journal.events(of: context.run.id, after: 0, limit: .max).count {
            if case .attemptFailed(step, _, _) = $0.event { true } else { false }
        }
    }

    /// The proof behind a commit that was made just before a crash: the receipts that its own message names.
    private func recordedProof(of commit: String) async throws -> Proof {
        let named = try await context.workspace.trailerValues("Vencejo-Receipt", of: commit)
        let receipts = try await context.journal.receipts(of: context.run.id).filter { named.contains($0.id.string) }
        guard !named.isEmpty, receipts.count == named.count, receipts.allSatisfy({ $0.outcome == .passed }) else {
            return .unproven(reason: Verdict.nothing)
        }
        return .proven(receipts: receipts.map(\.id))
    }
}

extension Receipt {
    /// `passed`, `exit status 1`, `timed out`: what a screen or an agent is told.
    package var outcomeInWords: String {
        switch outcome {
        case .passed: "passed"
        case .failed: exitCode.map { "exit status \($0)" } ?? "ended by a signal"
        case .timedOut: "timed out"
        case .notRun: "could not be run"
        case .changedTree: "changed the files it was to judge"
        }
    }
}
