package import Timekeeping

/// Evidence of one program's judgement of one exact tree, which stands as long as tree, command and environment do.
package struct VerificationReceipt: Sendable, Hashable, Codable {
    package var id: String
    /// SHA-256 of tree, command and environment: the same key is the same question.
    package var key: String
    package var adapter: String
    package var kind: VerificationKind
    /// The part of the project it ran in, relative to the top; empty for the top.
    package var folder: String
    /// The command line; the scratch folder stands in it as `$SCRATCH`.
    package var command: String
    package var status: VerificationStatus
    /// Nil where a signal, a time limit or a refusal ended it.
    package var exitCode: Int32?
    package var tree: String
    /// The program's version, as it tells it itself.
    package var toolVersion: String
    /// SHA-256 of what the program could reach and was made of besides the tree.
    package var environment: String
    /// Below the store's folder.
    package var log: String
    package var logHash: String
    package var logBytes: Int
    /// Failing tests that passed when they were run again on the same tree.
    package var flaky: [String]
    package var startedAt: Timestamp
    package var seconds: Double
    package var ranBy: String
}

/// What a verification came to; only `passed` proves something.
package enum VerificationStatus: Sendable, Hashable, Codable {
    case passed, failed
    /// Nothing was proven either way; the reason is a sentence.
    case couldNotRun(reason: String)

    package var word: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .couldNotRun: "could not run"
        }
    }
}
