/// The order in which tasks may be done.
///
/// Tasks go in document order. Neighbouring `[P]` tasks below one heading may run together, unless one depends on
/// another or both name the same file. An explicit dependency on a later task brings that one forward.
package struct TaskGraph: Sendable, Hashable {
    /// Ids of tasks that may run together; each batch waits for all before it.
    package let batches: [[String]]

    /// Throws `dependencyCycle` naming the tasks that wait for one another.
    ///
    /// Unknown dependencies are no edges.
    package init(_ tasks: [TaskItem]) throws(SpecDocumentsError) {
        if let cycle = Self.cycle(in: tasks) {
            throw SpecDocumentsError(
                .dependencyCycle,
                "Tasks wait for one another: \(cycle.joined(separator: " → ")); drop one of these dependencies.")
        }
        batches = Self.batches(of: Self.order(of: tasks))
    }

    /// One order that satisfies everything: the batches behind one another.
    package var order: [String] { batches.flatMap(\.self) }

    /// The tasks that may start now: what is left of the first batch that is not all done.
    package func ready(done: Set<String>) -> [String] {
        for batch in batches {
            let left = batch.filter { !done.contains($0) }
            if !left.isEmpty { return left }
        }
        return []
    }

    /// Tasks that wait for one another through explicit dependencies, the first one repeated at the end; nil when none do.
    package static func cycle(in tasks: [TaskItem]) -> [String]? {
        var path: [Int] = []
        var found: [Int]?
        walk(tasks, path: &path) { _ in
        } onCycle: {
            found = $0
        }
        return found.map { $0.map { tasks[$0].id } }
    }

    /// Document order, with what a task depends on before it.
    private static func order(of tasks: [TaskItem]) -> [TaskItem] {
        var order: [TaskItem] = []
        var path: [Int] = []
        walk(tasks, path: &path) {
            order.append(tasks[$0])
        } onCycle: { _ in
        }
        return order
    }

    private enum State { case new, open, closed }

    /// Visits every task after those it depends on; keeps its own stack, for documents may hold very long chains.
    private static func walk(
        _ tasks: [TaskItem], path: inout [Int], visit: (Int) -> Void, onCycle: ([Int]) -> Void
    ) {
        var indices: [String: Int] = [:]
        for (index, task) in tasks.enumerated() { indices[task.id] = index }
        var states = [State](repeating: .new, count: tasks.count)
        var next = [Int](repeating: 0, count: tasks.count)
        for root in tasks.indices where states[root] == .new {
            path = [root]
            states[root] = .open
            while let current = path.last {
                let dependencies = tasks[current].dependencies
                guard next[current] < dependencies.count else {
                    states[current] = .closed
                    path.removeLast()
                    visit(current)
                    continue
                }
                let dependency = indices[dependencies[next[current]]]
                next[current] += 1
                guard let dependency else { continue }
                switch states[dependency] {
                case .closed: continue
                case .new:
                    states[dependency] = .open
                    path.append(dependency)
                case .open:
                    onCycle(Array(path[(path.firstIndex(of: dependency) ?? 0)...]) + [dependency])
                    return
                }
            }
        }
    }

    private static func batches(of order: [TaskItem]) -> [[String]] {
        var batches: [[String]] = []
        var start = 0
        while start < order.count {
            var end = start + 1
            if order[start].isParallel {
                while end < order.count, order[end].isParallel, order[end].sectionLine == order[start].sectionLine {
                    end += 1
                }
            }
            batches += layers(of: order[start..<end])
            start = end
        }
        return batches
    }

    /// Splits parallel tasks so that no two of a layer depend on one another or write the same file.
    private static func layers(of run: ArraySlice<TaskItem>) -> [[String]] {
        var layers: [[String]] = []
        var layerOfTask: [String: Int] = [:]
        var nextLayerOfPath: [String: Int] = [:]
        for task in run {
            let afterTasks = task.dependencies.compactMap { layerOfTask[$0] }.max().map { $0 + 1 } ?? 0
            let afterPaths = task.paths.compactMap { nextLayerOfPath[$0] }.max() ?? 0
            let layer = max(afterTasks, afterPaths)
            layerOfTask[task.id] = layer
            for path in task.paths { nextLayerOfPath[path] = layer + 1 }
            while layers.count <= layer { layers.append([]) }
            layers[layer].append(task.id)
        }
        return layers
    }
}
