package import Files
import Identity
package import Workbench

/// The files that are to be judged: a run's workspace, or the user's own working tree.
package struct VerifiedTree: Sendable {
    package var root: FilePath
    /// The run whose workspace it is; its results are kept as long as the project's receipts are.
    var run: String?
    /// What the files are now.
    var state: @Sendable () async throws -> TreeState
    var changes: @Sendable (_ old: String, _ new: String) async throws -> [String]

    /// The user's working tree as it is, dirty or not.
    package init(_ repository: Repository) {
        root = repository.root
        state = { try await repository.workingTreeState() }
        changes = { try await repository.paths(changedFrom: $0, to: $1) }
    }

    /// A run's workspace.
    package init(_ workspace: Workspace) {
        root = workspace.root
        run = workspace.run.string
        state = { TreeState(tree: try await workspace.tree()) }
        changes = { try await workspace.repository.paths(changedFrom: $0, to: $1) }
    }

    /// Files outside of any working tree that are known to be this tree.
    package init(exported tree: String, at folder: FilePath) {
        root = folder
        state = { TreeState(tree: tree) }
        changes = { _, _ in [] }
    }
}
