/// Why the workbench could not do what it was asked.
package struct WorkbenchError: Error, Hashable, CustomStringConvertible {
    /// The kinds of failure a caller may want to tell apart.
    package enum Code: String, Sendable, Hashable {
        case gitMissing, gitTooOld, notRepository, bareRepository, noCommits, unsafeOwnership
        /// Another process holds one of git's locks, and went on holding it.
        case locked
        /// A branch or a folder is there that is not this run's.
        case exists
        /// A branch is not where it was read a moment ago.
        case moved
        case detachedHead, dirtyTree, conflict, alreadyMerged, nothingToMerge
        /// The work is on a branch of the user's already, and the user did not ask for a change there.
        case merged
        /// The run has nothing of that name to undo, or it is undone already.
        case nothingToUndo
        case notFound
        /// A name that cannot be part of a branch's.
        case badName
        case noSpace, readOnly, permission
        case sandboxMissing, sandboxBroken, invalidPolicy
        /// Any other failure of git.
        case git
    }

    package let code: Code
    /// One sentence: what failed, with what, and what to do.
    package let message: String
    /// The files it is about, where there are any.
    package let paths: [String]

    package init(_ code: Code, _ message: String, paths: [String] = []) {
        self.code = code
        self.message = message
        self.paths = paths
    }

    package var description: String { message }
}

extension [String] {
    /// `a, b, c and 4 more`.
    var abridged: String {
        let shown = prefix(5).joined(separator: ", ")
        return count > 5 ? "\(shown) and \(count - 5) more" : shown
    }
}
