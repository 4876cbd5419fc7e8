package import Specs
package import Workbench

/// The commits of the history that belong to the tasks of features.
package struct TaskHistory: Sendable {
    private let commits: [TaskCommit]
    private let folders: [String]

    package init(_ features: ProjectFeatures, in repository: Repository?) async throws {
        self.init(try await repository?.taskCommits() ?? [], features: features.features)
    }

    init(_ commits: [TaskCommit], features: [Feature]) {
        self.commits = commits
        folders = features.map { $0.folder + "/" }
    }

    /// The commits of a task, the newest first.
    ///
    /// A commit is of this feature where its trailer says so (`Vencejo-Task: 003/T001`), where it changed the feature's
    /// documents, as one that ticks a task does, or where its run changed the documents of this feature and of no other.
    package func commits(of task: String, in feature: Feature) -> [TaskCommit] {
        commits.filter { isOwn($0, task, feature) }
    }

    private func isOwn(_ commit: TaskCommit, _ task: String, _ feature: Feature) -> Bool {
        let parts = commit.task.split(separator: "/").map(String.init)
        guard let id = parts.last, Self.number(id) == Self.number(task) else { return false }
        if parts.count > 1 {
            return [feature.name, feature.label, feature.slug].contains(parts[parts.count - 2])
        }
        let own = feature.folder + "/"
        if commit.paths.contains(where: { $0.hasPrefix(own) }) { return true }
        guard commit.runPaths.contains(where: { $0.hasPrefix(own) }) else { return false }
        return !folders.contains { other in other != own && commit.runPaths.contains { $0.hasPrefix(other) } }
    }

    private static func number(_ id: String) -> String {
        String(id.drop { !$0.isNumber }.drop { $0 == "0" })
    }
}
