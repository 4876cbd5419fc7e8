extension TaskGraph {
    /// Every group of tasks that wait for one another, each as one cycle with its first task repeated at the end.
    ///
    /// At most twenty are named.
    package static func cycles(in tasks: [TaskItem]) -> [[String]] {
        var tasks = tasks
        var found: [[String]] = []
        while found.count < 20, let cycle = cycle(in: tasks) {
            found.append(cycle)
            let members = Set(cycle)
            // What is left of this cycle is not to be found again through its other members.
            for index in tasks.indices where members.contains(tasks[index].id) {
                tasks[index].dependencies.removeAll { members.contains($0) }
            }
        }
        return found
    }

    /// The tasks that no more hands would make shorter, one of each batch, and what they take together.
    package struct CriticalPath: Sendable, Hashable {
        package var tasks: [String]
        /// In the unit of the weights; the number of tasks where each weighs one.
        package var length: Int

        package init(tasks: [String], length: Int) {
            self.tasks = tasks
            self.length = length
        }
    }

    /// The heaviest task of each batch; the first of several.
    ///
    /// - Parameter weight: What a task takes, zero or more, for example in seconds or micro-dollars.
    package func criticalPath(weight: (String) -> Int = { _ in 1 }) -> CriticalPath {
        var path = CriticalPath(tasks: [], length: 0)
        for batch in batches {
            var heaviest: (id: String, weight: Int)?
            for id in batch {
                let own = weight(id)
                if heaviest.map({ own > $0.weight }) ?? true { heaviest = (id, own) }
            }
            guard let heaviest else { continue }
            path.tasks.append(heaviest.id)
            path.length += heaviest.weight
        }
        return path
    }
}
