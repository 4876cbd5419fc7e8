/// Who asks: answers never go from one scope to another.
package struct CacheScope: Sendable, Hashable {
    /// The project's id or path, empty outside of any.
    package var project: String
    /// The id of the virtual key, or who asks in process; never the key itself.
    package var key: String

    package init(project: String, key: String) {
        self.project = project
        self.key = key
    }

    /// The key of vencejo's own agents, which ask in process.
    package static let agentsKey = "agents"

    /// What has to be equal for two scopes to share answers.
    func shared(by sharing: CacheSharing) -> [String] {
        switch sharing {
        case .none: ["project", project, "key", key]
        // What is in no project is shared with nobody: its keys have nothing in common.
        case .project: project.isEmpty ? ["project", "", "key", key] : ["project", project]
        case .key: ["key", key]
        }
    }
}

/// Who is given answers that others paid for.
package enum CacheSharing: String, Sendable, Hashable, CaseIterable {
    /// Nobody: an answer stays with its project and key.
    case none
    /// Every key that asks in the same project.
    case project
    /// Every project in which the same key asks.
    case key
}
