package import Identity
package import Timekeeping

/// Evidence of one verification command, run by the engine on one exact tree.
package struct Receipt: Sendable, Hashable, Codable {
    package var id: ReceiptID
    package var run: RunID
    package var step: StepKey
    package var attempt: Int
    /// What the command is for, such as `test` or `lint`.
    package var check: String
    package var command: String
    /// The exit code, or nil where a signal, a time limit or a refusal ended it.
    package var exitCode: Int32?
    package var outcome: Outcome
    /// The git tree of the workspace the command ran on.
    package var tree: String
    /// SHA-256 of everything the command printed.
    package var logHash: String
    package var logBytes: Int
    /// The log's file name below the run's folder.
    package var log: String
    /// The end of the log that matters, for screens.
    package var excerpt: String
    package var startedAt: Timestamp
    package var seconds: Double
    /// The engine that ran it, with its version, and how the command was confined.
    package var ranBy: String

    package init(
        id: ReceiptID, run: RunID, step: StepKey, attempt: Int, check: String, command: String, exitCode: Int32?,
        outcome: Outcome, tree: String, logHash: String, logBytes: Int, log: String, excerpt: String,
        startedAt: Timestamp, seconds: Double, ranBy: String
    ) {
        self.id = id
        self.run = run
        self.step = step
        self.attempt = attempt
        self.check = check
        self.command = command
        self.exitCode = exitCode
        self.outcome = outcome
        self.tree = tree
        self.logHash = logHash
        self.logBytes = logBytes
        self.log = log
        self.excerpt = excerpt
        self.startedAt = startedAt
        self.seconds = seconds
        self.ranBy = ranBy
    }

    package enum Outcome: String, Sendable, Hashable, Codable {
        case passed, failed, timedOut
        /// The command could not be run at all.
        case notRun
        /// The command passed but changed the tree it was to judge, so it proves nothing.
        case changedTree
    }
}
