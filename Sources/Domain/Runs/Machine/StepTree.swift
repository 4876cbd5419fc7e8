import Identity
import JSON
import Timekeeping
import Workflows

/// The instances of a run's steps and how far each has come, without any decision about the run as a whole.
///
/// Every change is the consequence of one recorded fact, and follows from it at once: a fact about a leaf moves its list,
/// the list its container, and so on upwards; where several steps may begin they do in the order of the definition, each
/// with all that follows before the next. What to look at waits in `worklist`, so that the depth of calls does not grow
/// with the flow.
struct StepTree: Sendable, Hashable {
    /// The most instances a run can have; a step that would exceed it fails.
    static let instanceLimit = 20_000
    /// The most iterations of one for-each or while.
    static let iterationLimit = 1_000

    var nodes: [Node] = []
    var groups: [Group] = []
    var frames: [Frame] = []
    var places: [StepKey: Int] = [:]
    /// Leaves that have begun and not ended, in the order in which they became ready.
    var active: [Int] = []
    /// Where something has changed, the innermost last.
    var worklist: [Work] = []
    /// What expressions know as `run`.
    var run: JSONValue = .null
    /// No step begins while this is set: the run is stopping.
    var isHalted = false
    var endCount = 0

    enum Work: Sendable, Hashable {
        case list(Int)
        case container(Int)
    }

    /// An instance of a step.
    struct Node: Sendable, Hashable {
        var step: StepDefinition
        var key: StepKey
        var group: Int
        /// The place in the list.
        var place: Int
        var state: StepState = .pending
        /// The attempt that is under way or next.
        var attempt = 1
        var isStarted = false
        var gates: [GateID] = []
        var lastFailure: StepFailure?
        /// The lists of a container, in the order of its definition or its iterations.
        var groups: [Int] = []
        var opened = 0
        var running = 0
        var failure: StepFailure?
        /// Kept from the beginning to the end of a leaf.
        var scope: Scope?
        var outputs: JSONValue = .null
        var summary = ""
        var commit: String?
        /// Whether there is an effect that compensation can take back.
        var hasEffect = false
        /// The place in the order of endings, from 1.
        var endOrder: Int?
        var undo: Int?

        var isLeaf: Bool { step.kind.isLeaf }
    }

    /// A list of steps that is carried out once: a branch, an iteration, a case, a compensation, the workflow itself.
    struct Group: Sendable, Hashable {
        /// The container, or the step that is taken back; nil for the workflow itself.
        var owner: Int?
        var role: Role
        var steps: [StepDefinition]
        var frame: Int
        /// What comes before a step's id in keys.
        var keyBase: String
        /// What comes after it: a part for each iteration.
        var keyParts: String
        /// The branch's name, the iteration's key.
        var label: String = ""
        var nodes: [Int] = []
        var state = State.pending
        var active = 0
        var ended = 0
        var failure: StepFailure?
        /// Children that may begin, by their place in the list, the first last; all in an ordered list.
        var due: [Int] = []
        /// How many needs of each child have not ended, and which children wait for each; empty for an ordered list.
        var needs: [Int] = []
        var dependents: [[Int]] = []

        enum Role: Sendable, Hashable { case workflow, part, compensation }
        enum State: Sendable, Hashable { case pending, open, succeeded, failed }

        var isGraph: Bool { !dependents.isEmpty }
    }

    func isCompensation(_ node: Int) -> Bool {
        var group = nodes[node].group
        while true {
            if groups[group].role == .compensation { return true }
            guard let owner = groups[group].owner else { return false }
            group = nodes[owner].group
        }
    }
}

extension Workflows.StepKind {
    /// Whether the engine carries it out itself, with no steps inside.
    package var isLeaf: Bool {
        switch self {
        case .agent, .prompt, .tool, .integration, .shell, .gate, .engine: true
        case .parallel, .forEach, .if, .switch, .while, .workflow: false
        }
    }
}
