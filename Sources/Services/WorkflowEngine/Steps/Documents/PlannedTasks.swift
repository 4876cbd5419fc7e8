import JSON
import Money
import Runs
import SpecDocuments

/// Tasks that are to be carried out: in which order, beside which others, and at what cost.
struct PlannedTasks: Sendable {
    /// `tasks` and `estimate`, as later steps name them.
    private(set) var outputs: JSONObject = [:]
    private(set) var changes: [JournalChange] = []
    /// Batches, critical path and cost, a line each.
    private(set) var report: [String] = []

    /// - Parameters:
    ///   - all: what stands in the document.
    ///   - open: those of them that are to be carried out.
    init(all: [TaskItem], open: [TaskItem], _ context: StepContext) async throws {
        let estimate = try CostEstimator(context: context).estimate(tasks: open.count)
        changes = [
            .event(
                .tasksPlanned(tasks: open.map { PlannedTask(id: $0.id, title: $0.title) }, estimate: estimate))
        ]
        let batches = try ParallelPlan(all, limit: context.settings.parallelTasks).groups
        let places = Dictionary(
            batches.enumerated().flatMap { index, ids in ids.map { ($0, index + 1) } }, uniquingKeysWith: { $1 })
        let isParallel = context.settings.parallelTasks > 1
        // One after the other they come in the order of the document.
        let order = isParallel ? batches.joined().compactMap { id in open.first { $0.id == id } } : open
        outputs.set(
            .array(order.enumerated().map { Self.json($1, batch: isParallel ? places[$1.id] ?? 0 : $0 + 1) }),
            for: "tasks")
        let cost = try await Self.cost(of: open.count, context)
        outputs.set(.string(cost), for: "estimate")
        let graph = try TaskGraph(all)
        let path = graph.criticalPath()
        report = [
            "tasks.md: \(all.count.of("task")) in \(graph.batches.count.of("batch", plural: "batches")): \(Self.shown(graph.batches))",
            "critical path: \(Self.abridged(path.tasks, " → ")) (\(path.length.of("step")))",
            "cost of building: \(cost)",
        ]
    }

    private static func shown(_ batches: [[String]]) -> String {
        abridged(batches.map { $0.joined(separator: "+") }, ", ")
    }

    private static func abridged(_ parts: [String], _ joint: String) -> String {
        parts.count <= 12
            ? parts.joined(separator: joint)
            : parts.prefix(11).joined(separator: joint) + "\(joint)… (\(parts.count - 11) more)"
    }

    /// By what tasks of this project have cost; unknown where none was built.
    private static func cost(of count: Int, _ context: StepContext) async throws -> String {
        guard count > 0 else { return "nothing is left to be built" }
        let seen = try await context.journal.taskCosts(in: context.run.project, limit: 200)
        guard let quartiles = Quartiles(of: seen) else {
            return "unknown, as no task of this project has been built yet"
        }
        return "\(quartiles.low * count) to \(quartiles.high * count), by \(seen.count.of("task")) built here"
    }

    private static func json(_ task: TaskItem, batch: Int) -> JSONValue {
        [
            "id": .string(task.id), "title": .string(task.title), "parallel": .bool(task.isParallel),
            "files": .array(task.paths.map { .string($0) }), "batch": .integer(Int64(batch)),
        ]
    }
}
