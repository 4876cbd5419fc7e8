/// What became of bringing a task's work into the run's branch.
package enum JoinOutcome: Sendable, Hashable {
    case joined(JoinedTask)
    /// It was brought in before, for example just before a crash.
    case alreadyJoined(commit: String)
    /// Nothing was changed: the run and the task changed the same lines, or files.
    case conflict(JoinConflict)
}

/// A task's commit on the run's branch.
package struct JoinedTask: Sendable, Hashable {
    package let commit: String
    package let tree: String
    /// Whether the run's tree is now exactly the tree that the task's checks judged; otherwise nobody has checked it yet.
    package let isTaskTree: Bool
}

/// What a task's work and the run's branch disagree about: enough to let an agent decide, and a human after it.
package struct JoinConflict: Sendable, Hashable {
    package let task: String
    /// The task's commit on its own branch.
    package let commit: String
    /// The commit of the run's branch that it could not be joined with.
    package let onto: String
    /// The commit that both began from.
    package let base: String
    /// The merged tree, with git's marks in the files that are in conflict.
    package let tree: String
    package let files: [File]

    /// A file of which there is more than one wish.
    package struct File: Sendable, Hashable {
        package let path: String
        /// What both sides began from; nil where there was no such file.
        package let base: Side?
        /// As the run's branch has it; nil where it is deleted or moved there.
        package let ours: Side?
        /// As the task has it; nil where it is deleted or moved there.
        package let theirs: Side?

        /// What happened to the file, in a few words.
        package var inWords: String {
            switch (base != nil, ours != nil, theirs != nil) {
            case (_, true, true): base == nil ? "added by both" : "changed by both"
            case (_, false, true): base == nil ? "moved here by the task" : "deleted before, changed by the task"
            case (_, true, false): base == nil ? "moved here before" : "changed before, deleted by the task"
            default: "moved by both"
            }
        }
    }

    /// A file as one side has it.
    package struct Side: Sendable, Hashable {
        /// git's: `100644`, `100755`, `120000` for a link, `160000` for a submodule.
        package let mode: String
        package let object: String
        /// nil for a submodule, and for a file of more than a mebibyte.
        package let bytes: [UInt8]?
    }

    package var paths: [String] { files.map(\.path) }

    /// Both sides in words for an agent: each file with what became of it, and its contents where they are text.
    ///
    /// - Parameter limit: The most characters of one side that are shown.
    package func text(limit: Int = 6000) -> String {
        files.map { file in
            var parts = ["\(file.path): \(file.inWords)"]
            for (name, side) in [("base", file.base), ("run", file.ours), ("task", file.theirs)] {
                guard let bytes = side?.bytes, let text = String(validating: bytes, as: UTF8.self) else { continue }
                let shown = text.count > limit ? text.prefix(limit) + "\n(cut here)" : text[...]
                parts.append("<\(name) file=\"\(file.path)\">\n\(shown)\n</\(name)>")
            }
            return parts.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
