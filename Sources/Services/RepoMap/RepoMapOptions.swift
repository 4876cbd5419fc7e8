/// What a map shows, and how much of it.
package struct RepoMapOptions: Sendable, Hashable {
    /// Files and folders below the root that the map is made of; all of it where there are none.
    package var paths: [String]
    /// The most tokens that the text may have, as ``TokenEstimate`` counts them.
    package var budget: Int
    /// Files, folders, names and words of paths that the map is for: they and what they use come first.
    package var focus: [String]
    /// Words of a task, of which those that name something here count as focus.
    package var task: String
    /// Whether each definition has the number of its line in front.
    package var showsLines: Bool

    package init(
        paths: [String] = [], budget: Int = 2000, focus: [String] = [], task: String = "", showsLines: Bool = false
    ) {
        self.paths = paths
        self.budget = budget
        self.focus = focus
        self.task = task
        self.showsLines = showsLines
    }
}
