/// Which tasks are carried out beside one another, each in files of its own.
///
/// The order is that of ``TaskGraph``. Of the tasks that may run together by it, those stay together whose files are known
/// and apart: a task that names no file runs alone, as does one whose files another names, also by a folder above them or by
/// a pattern that may mean them.
package struct ParallelPlan: Sendable, Hashable {
    /// Ids of tasks that run together; each group waits for all before it.
    package let groups: [[String]]

    /// - Parameter limit: The most tasks of a group.
    package init(_ tasks: [TaskItem], limit: Int) throws(SpecDocumentsError) {
        var items: [String: TaskItem] = [:]
        for task in tasks { items[task.id] = task }
        var groups: [[String]] = []
        for batch in try TaskGraph(tasks).batches {
            var group: [TaskItem] = []
            for task in batch.compactMap({ items[$0] }) {
                let fits =
                    group.count < max(1, limit) && task.isParallel && !task.paths.isEmpty
                    && group.allSatisfy { $0.isParallel && !$0.paths.isEmpty && !Self.overlap($0.paths, task.paths) }
                if !group.isEmpty, !fits {
                    groups.append(group.map(\.id))
                    group = []
                }
                group.append(task)
            }
            if !group.isEmpty { groups.append(group.map(\.id)) }
        }
        self.groups = groups
    }

    /// What is left of the first group that is not all done; empty where everything is.
    package func next(done: Set<String>) -> [String] {
        for group in groups {
            let left = group.filter { !done.contains($0) }
            if !left.isEmpty { return left }
        }
        return []
    }

    private static func overlap(_ some: [String], _ others: [String]) -> Bool {
        some.contains { one in others.contains { overlap(one, $0) } }
    }

    /// Whether two paths may mean one file, on a disk where upper and lower case are the same, too.
    static func overlap(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Reach(one), Reach(other))
        if one.isWhole, other.isWhole, one.parts == other.parts { return true }
        let (short, long) = one.parts.count <= other.parts.count ? (one, other) : (other, one)
        // A path below another lies in it; a pattern may mean whatever lies below its beginning.
        return short.parts == Array(long.parts.prefix(short.parts.count))
            || (!long.isWhole && long.isBeginning(of: short))
    }

    /// The parts of a path as far as they are certain.
    private struct Reach {
        var parts: [String] = []
        /// Whether there is no pattern in it.
        var isWhole = true

        init(_ path: String) {
            for part in path.split(separator: "/") where part != "." {
                if part == ".." {
                    // Where it leads is for nobody to guess.
                    (parts, isWhole) = ([], false)
                    return
                }
                if part.contains(where: { "*?[{".contains($0) }) {
                    isWhole = false
                    return
                }
                parts.append(part.lowercased())
            }
        }

        func isBeginning(of other: Reach) -> Bool { parts == Array(other.parts.prefix(parts.count)) }
    }
}

extension TasksDocument {
    /// One text with the ticks of both, where two texts differ in nothing but ticks; otherwise nil.
    ///
    /// Tasks that are carried out beside one another each tick their own line, which git takes for a conflict where the
    /// lines are neighbours.
    package static func withTicks(of one: String, and other: String) -> String? {
        let (first, second) = (TasksDocument(parsing: one), TasksDocument(parsing: other))
        func bare(_ document: TasksDocument) throws(SpecDocumentsError) -> String {
            var document = document
            for task in document.tasks where task.isDone { try document.untick(task.id) }
            return document.text
        }
        do throws(SpecDocumentsError) {
            guard !first.tasks.isEmpty, try bare(first) == bare(second) else { return nil }
            var result = first
            for task in second.tasks where task.isDone { try result.tick(task.id) }
            return result.text
        } catch {
            return nil  // a document whose own tasks are not found is not merged by their ticks
        }
    }
}
