import JSON
import Workflows

/// What is said of a run that ended well: no more than receipts stand behind.
///
/// Only a final check that passed on the tree being delivered makes it proven; without one, and where something may have
/// changed after it, the summary begins with “unproven”.
struct Ending {
    private let tree: StepTree
    /// The steps that were carried out, in the order in which they ended.
    private let done: [StepTree.Node]

    init(_ tree: StepTree) {
        self.tree = tree
        done = tree.nodes.filter { $0.isLeaf && $0.isTried }.sorted { $0.endOrder ?? 0 < $1.endOrder ?? 0 }
    }

    var summary: String {
        guard let check = done.lastIndex(where: { $0.step.kind == .engine(.finalCheck) }) else {
            guard let change = done.first(where: \.mayHaveChangedTree) else {
                return "\(done.count) \(done.count == 1 ? "step is" : "steps are") done; nothing was changed"
            }
            return "unproven: no final check was made after \(change.key)"
        }
        if case .failed(let failure) = done[check].state {
            return "unproven: the final check failed: \(failure.message)"
        }
        guard done[check].outputs["proven"]?.boolValue == true else {
            return "unproven: \(done[check].outputs["reason"]?.stringValue ?? "the final check gave no proof")"
        }
        if let change = done[(check + 1)...].first(where: \.mayHaveChangedTree) {
            return "unproven: \(change.key) came after the final check"
        }
        return proof
    }

    private var proof: String {
        let tasks = done.filter(\.isTask)
        let proven = tasks.count { $0.state == .succeeded && $0.outputs["proven"]?.boolValue == true }
        if tasks.isEmpty { return "the whole check passed on the final tree" }
        if proven == tasks.count { return "all \(tasks.count) tasks are proven" }
        return "\(proven) of \(tasks.count) tasks are proven; the whole check passed on the final tree"
    }
}

extension StepTree.Node {
    /// Whether an attempt was made.
    fileprivate var isTried: Bool { endOrder != nil && (hasEffect || isStarted || lastFailure != nil) }

    fileprivate var isTask: Bool {
        guard case .agent(let agent) = step.kind else { return false }
        return agent.verify || agent.task != nil
    }

    /// Steps that write files do, unless the engine has looked and says `changed: false`.
    fileprivate var mayHaveChangedTree: Bool {
        if commit != nil { return true }
        switch step.kind {
        case .agent, .shell, .tool: return outputs["changed"]?.boolValue != false
        case .engine(let work): return work == .commit && outputs["commit"]?.isNull == false
        default: return false
        }
    }
}
