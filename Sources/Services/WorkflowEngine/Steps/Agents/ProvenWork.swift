import AgentRuntime
import Gateway
import Hooks
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
struct ProvenWork: Sendable {
    var context: StepContext
    var step: StepKey
    var agent: String
    var model: ModelName?
    var tools: [String]?
    /// What the commit says, and under which trailer it is found again.
    var commitTitle: String
    var trailer: (key: String, value: String)
    /// Whether a commit with that trailer is this very work, made just before a crash.
    var mayBeCommitted: Bool
    /// The task to be ticked when it is proven.
    var tick: String?
    var opening: @Sendable () async throws -> SessionOpening
    /// What to say to an agent that had finished before it goes on.
    var word: String?
    /// Why the files cannot be committed although they pass, or nil.
    var objection: (@Sendable () async throws -> String?)?
    /// How the work came out.
    enum Result: Sendable {
        case committed(commit: String, proof: Proof)
        case stopped(StepResult)
    }

    func perform() async throws -> Result {
        if mayBeCommitted,
            let before = try await context.workspace.findCommit(trailer: trailer.key, value: trailer.value)
        {
            return .committed(commit: before, proof: try await proof(of: before))
        }
        let runner = SessionRunner(
            context: context, step: step, agentName: agent, model: model, tools: tools, word: word)
        var attempt = try await failedAttempts() + 1
        while true {
            let result = try await runner.run(opening: opening)
            guard case .finished(let summary, let session) = result else {
                guard case .stopped(let result) = result else { return .stopped(.parked) }
                return .stopped(result)
            }
            try await context.restoreDocuments()
            let verdict = try await context.verify(step, attempt: attempt)
            if !verdict.isFailure, let block = try await context.blockBeforeCommit(step, title: commitTitle) {
                try await tell(session, of: block, attempt: attempt)
                if try await isWaitingForHuman() { return .stopped(.parked) }
                attempt += 1
                continue
            }
            if !verdict.isFailure, let objection = try await objection?() {
                try await tell(
                    session, objection, reason: objection, attempt: attempt,
                    question: "\(subject.capitalizedFirst) cannot be committed: \(objection) Try again?",
                    details: objection)
                if try await isWaitingForHuman() { return .stopped(.parked) }
                attempt += 1
                continue
            }
            switch verdict {
            case .passed(let receipts):
                return try await commit(summary, proof: .proven(receipts: receipts.map(\.id)))
            case .nothingToVerify(let reason):
                return try await commit(summary, proof: .unproven(reason: reason))
            case .failed(let receipts):
                try await tell(session, of: receipts, attempt: attempt)
                if try await isWaitingForHuman() { return .stopped(.parked) }
                attempt += 1
            }
        }
    }

    // MARK: - After a verification

    private func commit(_ summary: String, proof: Proof) async throws -> Result {
        if proof.isProven, let tick {
            try context.feature().tick(tick)
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
        let allowed = try await allowedAttempts()
        let reason = failed.map { "\($0.command): \($0.outcomeInWords)" }.joined(separator: "; ")
        let output = failed.map { "$ \($0.command)\n\($0.excerpt)\n(\($0.outcomeInWords))" }.joined(separator: "\n\n")
        let text = try context.prompts.text(
            .verificationFailed,
            [
                "attempt": .string("\(attempt)"), "attempts": .string("\(max(allowed, attempt + 1))"),
                "output": .string(output),
            ])
        try await tell(
            session, text, reason: reason, attempt: attempt,
            question: "\(subject.capitalizedFirst) did not pass its checks after \(attempt) attempts; try again?",
            details: output, climbing: failed.contains { $0.outcome == .failed || $0.outcome == .timedOut })
    }

    /// Hands a hook's reason to the agent in the same way: what may not be committed is not done.
    private func tell(_ session: AgentSession, of block: HookVerdict.Block, attempt: Int) async throws {
        try await tell(
            session, "Your work passed its checks but is not committed: \(block.text)", reason: block.text,
            attempt: attempt,
            question: "The hook \(block.hook) kept \(subject) from being committed; try again?",
            details: block.reason)
    }

    private func tell(
        _ session: AgentSession, _ text: String, reason: String, attempt: Int, question: String, details: String,
        climbing: Bool = false
    ) async throws {
        let turns = try await context.journal.turns(of: session.session.id)
        var word = SessionInput(session: session.session.id, afterTurn: turns.count, text: text)
        var changes: [JournalChange] = [.event(.attemptFailed(step: step, attempt: attempt, reason: reason))]
        if climbing {
            let choice = ModelChoice(
                context: context, step: step, agent: try context.agents.agent(named: agent), asked: model)
            if let climb = try await choice.climb(of: session.session, after: turns, because: reason) {
                // In the same record as the word, so that a crash finds both or neither.
                word.model = "\(climb.model)"
                changes += climb.events(session.session.id, step).map { .event($0) }
            }
        }
        changes.append(.input(word))
        if attempt >= (try await allowedAttempts()) {
            changes += context.gate(
                .verification, step: step, question, details: details,
                choices: [
                    .init("approve", "let the agent try \(context.settings.maxAttempts) times more"),
                    .init("reject", "stop the run; nothing unproven is ticked"),
                ])
        }
        try await context.record(changes)
    }

    /// What gates call the work: the task, the final tree, or the step.
    private var subject: String { tick ?? (step == .finalCheck ? "the final tree" : "step \(step)") }

    private func allowedAttempts() async throws -> Int {
        let granted = try await context.gates(.verification, of: step).count { $0.answer?.value == "approve" }
        return context.settings.maxAttempts * (granted + 1)
    }

    private func isWaitingForHuman() async throws -> Bool {
        try await context.gates(.verification, of: step).contains { $0.answer == nil }
    }

    // MARK: - What the journal says

    private func failedAttempts() async throws -> Int {
        RunHistory.effective(try await context.journal.events(of: context.run.id, after: 0, limit: .max)).count {
            if case .attemptFailed(step, _, _) = $0.event { true } else { false }
        }
    }

    /// The proof behind a commit that was made just before a crash.
    ///
    /// Where the journal has lost its receipts, with the end of a log that was cut, the checks run again: on the same files
    /// they are as good, and later commits only add to what they judge.
    private func proof(of commit: String) async throws -> Proof {
        let recorded = try await recordedProof(of: commit)
        guard !recorded.isProven, try await context.workspace.tree() == context.workspace.headTree(),
            case .passed(let receipts) = try await context.verify(step, attempt: try await failedAttempts() + 1)
        else { return recorded }
        return .proven(receipts: receipts.map(\.id))
    }

    /// What the agent said at the end of its work; empty while it is at work.
    func summary() async throws -> String {
        guard let session = try await context.journal.session(of: context.run.id, step: step) else { return "" }
        let transcript = Transcript(
            inputs: try await context.journal.inputs(of: session.id),
            turns: try await context.journal.turns(of: session.id),
            actions: try await context.journal.actions(of: session.id))
        guard case .finished(let summary) = transcript.ending else { return "" }
        return summary
    }

    /// What the receipts that a commit's own message names say of it.
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

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
