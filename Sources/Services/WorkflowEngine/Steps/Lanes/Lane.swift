import JSON
import Runs
import Workflows

/// The place of a task among those that are carried out beside it.
struct Lane: Sendable, Hashable {
    /// The tasks of its batch, in order.
    var all: [String]
    /// Those that have not ended; the task itself is one of them.
    var batch: [String]
    /// Whether each task before it has ended, so that its own work may be joined.
    var isNext: Bool
}

/// Which tasks may be carried out at the same time; pure.
///
/// The tasks' step says for each the number of its batch. A batch begins when all before it have ended.
struct LanePlan: Sendable, Hashable {
    private var tasks: [Place] = []

    private struct Place: Sendable, Hashable {
        var id: String
        var batch: Int
    }

    /// Learns the batches from the outputs of a step that gives `tasks`.
    mutating func learn(from outputs: JSONValue) {
        guard let given = outputs["tasks"]?.arrayValue else { return }
        tasks = given.compactMap { task in
            guard let id = task["id"]?.stringValue, let batch = task["batch"]?.intValue else { return nil }
            return Place(id: id, batch: batch)
        }
    }

    /// The task that a step's key names, where it is one of those planned.
    func task(of key: StepKey) -> String? {
        guard let last = key.rawValue.split(separator: "/").last.map(String.init) else { return nil }
        return tasks.contains { $0.id == last } ? last : nil
    }

    /// Whether a task may be worked on: nothing of an earlier batch is left.
    func mayBegin(_ task: String, states: (String) -> StepState) -> Bool {
        guard let own = batch(of: task) else { return true }
        return tasks.allSatisfy { $0.batch >= own || states($0.id).isEnded }
    }

    /// Nil for a task that has the run's workspace to itself.
    func lane(of task: String, states: (String) -> StepState) -> Lane? {
        guard let own = batch(of: task) else { return nil }
        let batch = tasks.filter { $0.batch == own }.map(\.id)
        guard batch.count > 1 else { return nil }
        let before = batch.prefix { $0 != task }
        return Lane(
            all: batch, batch: batch.filter { !states($0).isEnded },
            isNext: before.allSatisfy { states($0).isEnded })
    }

    /// The first task before this one that has failed for good.
    func failure(before task: String, states: (String) -> StepState) -> String? {
        tasks.prefix { $0.id != task }.map(\.id).first { if case .failed = states($0) { true } else { false } }
    }

    private func batch(of task: String) -> Int? { tasks.first { $0.id == task }?.batch }
}
