/// Reads git's complaints.
enum GitFailure {
    static func error(of command: String, in place: String, _ output: GitOutput) -> WorkbenchError {
        let text = output.errors
        let first = firstComplaint(text) ?? "\(output.status)"
        switch true {
        case text.contains("dubious ownership"):
            return WorkbenchError(
                .unsafeOwnership,
                "git refuses \(place) because another user owns it: if you trust it, run `\(safeDirectory(text, place))`."
            )
        case text.contains("not a git repository"):
            return WorkbenchError(
                .notRepository, "\(place) is not inside a git repository: run `git init` and commit once.")
        case text.contains("must be run in a work tree"):
            return WorkbenchError(.bareRepository, "\(place) has no files to work on: go into a working tree of it.")
        case text.contains("exists; cannot create"):
            return WorkbenchError(
                .exists, "A branch of \(place) is in the way (\(first)): rename it with `git branch -m OLD NEW`.")
        case text.contains("but expected"):
            return WorkbenchError(.moved, "A branch changed in \(place) while git \(command) worked on it: try again.")
        case text.contains(".lock': File exists"),
            text.contains("cannot lock ref") && text.contains("Unable to create"):
            return WorkbenchError(
                .locked,
                "Another git process holds a lock in \(place): wait for it, or remove the lock if none runs (\(first))."
            )
        case text.contains("failed to read") && text.contains("/worktrees/"):
            return WorkbenchError(
                .locked, "Another git process was making a worktree of \(place): try again (\(first)).")
        case text.contains("No space left on device"), text.contains("Disk quota exceeded"):
            return fullDisk(command, in: place)
        case text.contains("Read-only file system"):
            return WorkbenchError(
                .readOnly, "git \(command) failed in \(place) because the file system is read-only: make it writable.")
        case text.contains("Permission denied"), text.contains("insufficient permission"):
            return WorkbenchError(
                .permission,
                "git \(command) may not write or read in \(place) (\(first)): give this user the permission.")
        case text.contains("cannot lock ref"):
            return WorkbenchError(.moved, "git \(command) could not move a branch in \(place): \(first).")
        default:
            return WorkbenchError(.git, "git \(command) failed in \(place): \(first).")
        }
    }

    static func fullDisk(_ command: String, in place: String) -> WorkbenchError {
        WorkbenchError(.noSpace, "The disk is full, so git \(command) failed in \(place): free some space.")
    }

    /// The first line that says what went wrong, without git's own prefix.
    private static func firstComplaint(_ text: String) -> String? {
        let lines = text.split(whereSeparator: \.isNewline)
        let line = lines.first { $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ") } ?? lines.first
        guard let line else { return nil }
        let words = line.drop(while: { $0 != " " }).dropFirst()
        let said = line.hasPrefix("fatal: ") || line.hasPrefix("error: ") ? words : line
        return said.hasSuffix(".") ? String(said.dropLast()) : String(said)
    }

    private static func safeDirectory(_ text: String, _ place: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
        return lines.first { $0.hasPrefix("git config --global --add safe.directory") }.map(String.init)
            ?? "git config --global --add safe.directory \(place)"
    }
}
