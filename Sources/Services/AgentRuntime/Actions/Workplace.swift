package import Files
package import Tools

/// The one place where an agent's decisions become effects: a workspace with its confinement.
package protocol Workplace: Sendable {
    /// The workspace's top folder.
    var root: FilePath { get }
    /// Whether commands can write nowhere but in the workspace, and reach no network: only then may one be repeated.
    var confinesCommands: Bool { get }

    /// The git tree of all files as they are now.
    func tree() async throws -> String
    /// Saves the files as they are, then puts them back to a tree.
    func restore(_ tree: String) async throws
    /// Saves the files under a private reference; nil where nothing has changed since the last snapshot.
    func snapshot() async throws -> SnapshotName?
    /// Runs a command of an agent. A failing command is an answer; it throws where commands cannot be run at all.
    func run(_ request: CommandRequest) async throws -> ToolOutput
    /// Runs the project's own tests, linters or scanners. What they find is an answer, as is a program that is missing.
    func verify(_ request: VerificationRequest) async throws -> ToolOutput
}

/// A snapshot's reference and the tree it holds.
package struct SnapshotName: Sendable, Hashable {
    package var reference: String
    package var tree: String

    package init(reference: String, tree: String) {
        self.reference = reference
        self.tree = tree
    }
}
