package import Files
package import Identity
package import Runs
package import Timekeeping

/// Runs checks on a workspace and writes receipts of what came out: the only evidence that counts.
package struct Verifier: Sendable {
    private let shell: ShellRunner
    private let policy: SandboxPolicy
    private let runFolder: FilePath
    private let clock: WallClock
    private let ids: IdentifierSource
    private let engine: String

    /// - Parameters:
    ///   - policy: With the time that each check may take.
    ///   - runFolder: The run's folder in Vencejo's state; logs go into `logs` below it.
    ///   - engine: The engine with its version, `vencejo 0.1.0`.
    package init(
        shell: ShellRunner, policy: SandboxPolicy, runFolder: FilePath, clock: WallClock, ids: IdentifierSource,
        engine: String
    ) {
        self.shell = shell
        self.policy = policy
        self.runFolder = runFolder
        self.clock = clock
        self.ids = ids
        self.engine = engine
    }

    /// Runs one check on the files as they are.
    ///
    /// A check that fails, does not end, finds nothing to test or changes the files is a receipt that says so. A command
    /// that cannot be found or started is `notRun`. Throws where the workspace, the sandbox or the log fails, and
    /// `CancellationError`.
    package func verify(
        _ check: Check, step: StepKey, attempt: Int, of run: RunID, in workspace: Workspace
    ) async throws -> Receipt {
        let id: ReceiptID = ids.next()
        let startedAt = clock.now()
        let tree = try await workspace.tree()
        let log = "logs/\(id.string).log"
        var policy = policy
        // Excerpts are picked from this.
        policy.limits.textBytes = 256 << 10
        let outcome = try await shell.run(check.command, policy: policy, log: runFolder / log)
        let after = try await workspace.tree()
        let judgement = Judgement(check, outcome, changedTree: after != tree, limit: policy.limits.time)
        let text =
            judgement.outcome == .passed ? LogExcerpt.ofSuccess(outcome.text) : LogExcerpt.ofFailure(outcome.text)
        let excerpt = [judgement.reason, text].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "\n")
        return Receipt(
            id: id, run: run, step: step, attempt: attempt, check: check.name, command: check.command,
            exitCode: judgement.exitCode, outcome: judgement.outcome, tree: tree, logHash: outcome.hash,
            logBytes: outcome.bytes, log: log, excerpt: excerpt, startedAt: startedAt,
            seconds: Self.seconds(outcome.duration), ranBy: "\(engine), \(shell.confinement(policy))")
    }

    /// Runs checks one after another up to the first that does not pass; `record` gets each receipt as it is made.
    @discardableResult
    package func verify(
        _ checks: [Check], step: StepKey, attempt: Int, of run: RunID, in workspace: Workspace,
        record: (Receipt) async throws -> Void = { _ in }
    ) async throws -> [Receipt] {
        var receipts: [Receipt] = []
        for check in checks {
            let receipt = try await verify(check, step: step, attempt: attempt, of: run, in: workspace)
            receipts.append(receipt)
            try await record(receipt)
            guard receipt.outcome == .passed else { break }
        }
        return receipts
    }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}

/// What a check's end means.
package struct Judgement: Sendable, Hashable {
    package let outcome: Receipt.Outcome
    package let exitCode: Int32?
    /// A sentence where the output alone would mislead.
    package let reason: String?

    package init(_ check: Check, _ shell: ShellOutcome, changedTree: Bool, limit: Duration) {
        switch shell.ended {
        case .timedOut:
            (outcome, exitCode) = (.timedOut, nil)
            reason = "It did not end within \(limit.components.seconds) seconds and was stopped."
        case .signaled(let number):
            (outcome, exitCode) = (.failed, nil)
            reason = "It was ended by signal \(number)."
        case .exited(let code):
            exitCode = code
            let text = LogExcerpt.strippedOfColour(shell.text)
            if let missing = Self.notRun(code, text) {
                (outcome, reason) = (.notRun, missing)
            } else if let nothing = Self.nothingTested(code, text) {
                (outcome, reason) = (.notRun, nothing)
            } else if code != 0 {
                (outcome, reason) = (.failed, nil)
            } else if changedTree {
                outcome = .changedTree
                reason = "It passed, but changed the files it was to judge, so it proves nothing."
            } else {
                (outcome, reason) = (.passed, nil)
            }
        }
    }

    /// The shell's own statuses for a command that it could not run.
    private static func notRun(_ code: Int32, _ text: String) -> String? {
        if code == 127 { return "The command was not found inside the sandbox: install it where all users can run it." }
        if code == 126 { return "The command could not be executed: look at its permissions." }
        guard code == 1, text.contains("No module named pytest") else { return nil }
        return "pytest is not installed for python3: install it, or configure the checks under verify:."
    }

    /// A runner that found no tests has proven nothing, whatever its status.
    private static func nothingTested(_ code: Int32, _ text: String) -> String? {
        let reason = "No tests were found to run, so nothing is proven."
        let lines = text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
        if code == 1 { return lines.contains { $0.hasPrefix("No tests found, exiting") } ? reason : nil }
        guard code == 0 || code == 5 else { return nil }
        if lines.suffix(20).contains(where: saysNothing) { return reason }
        let totals = lines.compactMap(total)
        if !totals.isEmpty { return totals.allSatisfy { $0 == 0 } ? reason : nil }
        let isGoWithoutTests = !lines.isEmpty && lines.allSatisfy { $0.hasSuffix("[no test files]") }
        return isGoWithoutTests ? reason : nil
    }

    /// pytest's and unittest's ways to say so.
    private static func saysNothing(_ line: Substring) -> Bool {
        line.hasPrefix("no tests ran") || line.contains(" no tests ran in ") || line.hasPrefix("Ran 0 tests")
            || line == "NO TESTS RAN"
    }

    /// How many tests a summary line of Swift Testing, XCTest or cargo counts.
    private static func total(_ line: Substring) -> Int? {
        let words = line.split(separator: " ")
        func number(after word: String) -> Int? {
            guard let place = words.firstIndex(where: { $0 == word }), place + 1 < words.count else { return nil }
            return Int(words[place + 1])
        }
        if line.hasPrefix("Executed "), line.contains(" test") { return number(after: "Executed") }
        if line.contains("Test run with ") { return number(after: "with") }
        if line.hasPrefix("running "), line.hasSuffix(" tests") || line.hasSuffix(" test") {
            return number(after: "running")
        }
        return nil
    }
}
