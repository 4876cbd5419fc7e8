import JSON
import Runs
import Workflows

/// How a stretch of work on a step came out.
enum StepResult: Sendable {
    case succeeded(StepSuccess)
    /// The attempt failed; whether there is another is the machine's to say.
    case failed(FailureCode, String)
    /// A gate is open and recorded; the step goes on when it has been answered.
    case parked
    /// What it waits for is the work of another step; it is taken up again when that has come further.
    case deferred
    /// The run cannot go on by itself, and no answer at a gate would change that: a key is wrong, the network is gone.
    case interrupted(reason: String, isConfiguration: Bool)
}

/// What a step has to show for itself.
struct StepSuccess: Sendable {
    var outputs: JSONValue
    /// One sentence on what was made.
    var summary: String
    var commit: String?
    /// What is recorded together with the outcome, before it.
    var changes: [JournalChange]

    init(_ outputs: JSONValue, summary: String, commit: String? = nil, with changes: [JournalChange] = []) {
        self.outputs = outputs
        self.summary = summary
        self.commit = commit
        self.changes = changes
    }
}
