import JSON
import Workflows

/// Taking back what a run did: the compensation of every step that succeeded, the last one first, one after the other.
struct Compensation: Sendable, Hashable {
    /// How the run ends afterwards, and why.
    let verdict: Verdict
    /// The instances to take back that have not been begun, the next one last.
    private(set) var left: [Int]
    /// The list that is being carried out.
    private(set) var open: Int?
    private(set) var takenBack: [StepKey] = []
    private(set) var failed: [StepFailure] = []

    struct Verdict: Sendable, Hashable {
        var status: RunStatus
        var reason: String
    }

    init(_ verdict: Verdict, of tree: StepTree) {
        self.verdict = verdict
        left = tree.undoable
    }

    var isDone: Bool { left.isEmpty && open == nil }

    /// Notes what has ended and begins what comes next.
    mutating func advance(_ tree: inout StepTree) {
        while true {
            if let group = open {
                switch tree.groups[group].state {
                case .pending, .open: return
                case .succeeded: takenBack.append(tree.key(undoneBy: group))
                case .failed: if let failure = tree.groups[group].failure { failed.append(failure) }
                }
                open = nil
            }
            guard let node = left.popLast() else { return }
            open = tree.openUndo(of: node)
            tree.settle()
        }
    }

    /// What became of it, as the end of a summary: empty where there was nothing to take back.
    func words(_ tree: StepTree) -> String {
        var parts: [String] = []
        if !takenBack.isEmpty { parts.append("taken back: \(Self.list(takenBack.map(\.rawValue)))") }
        for failure in failed { parts.append("could not be taken back: \(failure.origin): \(failure.message)") }
        let rest = left.reversed().map { tree.nodes[$0].key.rawValue }
        let interrupted = open.map { [tree.key(undoneBy: $0).rawValue] } ?? []
        if !(rest + interrupted).isEmpty { parts.append("not taken back: \(Self.list(interrupted + rest))") }
        return parts.map { "; \($0)" }.joined()
    }

    private static func list(_ keys: [String]) -> String { keys.joined(separator: ", ") }
}

extension StepTree {
    /// The instances with an effect and a way to take it back, in the order in which they ended.
    var undoable: [Int] {
        nodes.indices
            .filter { nodes[$0].hasEffect && !nodes[$0].step.compensation.isEmpty && !isCompensation($0) }
            .sorted { nodes[$0].endOrder ?? 0 < nodes[$1].endOrder ?? 0 }
    }

    func key(undoneBy group: Int) -> StepKey {
        groups[group].owner.map { nodes[$0].key } ?? StepKey(rawValue: "")
    }

    mutating func openUndo(of node: Int) -> Int {
        let frame = frame(inside: nodes[node].group, variables: ["result": nodes[node].outputs])
        groups.append(
            Group(
                owner: node, role: .compensation, steps: nodes[node].step.compensation, frame: frame,
                keyBase: nodes[node].key.rawValue + "/undo/", keyParts: ""))
        nodes[node].undo = groups.count - 1
        open(groups.count - 1)
        return groups.count - 1
    }
}
