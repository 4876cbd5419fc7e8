import Subprocess

/// A commit of the history that belongs to a task of a feature.
package struct TaskCommit: Sendable, Hashable {
    package var id: String
    package var title: String
    /// Such as `T003`; a commit made by hand may say `003/T003`.
    package var task: String
    package var run: String?
    /// The receipts that it names.
    package var receipts: [String]
    /// What it changed, relative to the top.
    package var paths: [String]
    /// What all commits of its run changed, itself included.
    package var runPaths: Set<String>
}

extension Repository {
    /// The commits that HEAD leads to with a trailer `Vencejo-Task`, the newest first, without those that were undone.
    package func taskCommits() async throws -> [TaskCommit] {
        let format =
            "%x1e%H%x1f%s%x1f%(trailers:key=Vencejo-Task,valueonly,separator=%x20)%x1f%(trailers:key=Vencejo-Run,valueonly,separator=%x20)%x1f%(trailers:key=Vencejo-Undo,valueonly,separator=%x20)%x1f%(trailers:key=Vencejo-Receipt,valueonly,separator=%x20)%x1f"
        let output = try await git.run([
            "log", "-z", "--no-renames", "--name-only", "--grep=^Vencejo-", "--format=\(format)", "HEAD", "--",
        ])
        var commits: [TaskCommit] = []
        var runs: [String: Set<String>] = [:]
        var undone: Set<String> = []
        for record in output.text.split(separator: "\u{1e}") {
            let fields = record.split(separator: "\u{1f}", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 7 else { continue }
            let paths = fields[6].split { $0 == "\0" || $0 == "\n" }.map(String.init)
            let run = Self.plain(fields[3])
            if let run { runs[run, default: []].formUnion(paths) }
            if let target = Self.plain(fields[4]) {
                undone.insert("\(run ?? "") \(target)")
                continue
            }
            guard let task = Self.plain(fields[2]) else { continue }
            // What is older than an undoing of its task is no part of the files any more.
            if undone.contains("\(run ?? "") \(task)") || undone.contains("\(run ?? "") run") { continue }
            commits.append(
                TaskCommit(
                    id: fields[0], title: fields[1], task: task, run: run,
                    receipts: fields[5].split(separator: " ").map(String.init), paths: paths, runPaths: []))
        }
        return commits.map { commit in
            var commit = commit
            commit.runPaths = commit.run.flatMap { runs[$0] } ?? Set(commit.paths)
            return commit
        }
    }

    private static func plain(_ field: String) -> String? {
        let text = String(field.filter { !$0.isWhitespace })
        return text.isEmpty ? nil : text
    }

    /// Those of some commits that HEAD does not lead to; commits that the store does not have are among them.
    package func missing(from commits: [String]) async throws -> Set<String> {
        let asked = commits.filter { $0.count >= 40 && $0.allSatisfy(\.isHexDigit) }
        guard !asked.isEmpty else { return [] }
        let checked = try await git.run(
            ["cat-file", "--batch-check=%(objecttype)"], input: Array((asked.joined(separator: "\n") + "\n").utf8))
        let kinds = checked.text.split(separator: "\n", omittingEmptySubsequences: false)
        var there: [String] = []
        var missing: Set<String> = []
        for (commit, kind) in zip(asked, kinds) {
            if kind == "commit" { there.append(commit) } else { missing.insert(commit) }
        }
        guard !there.isEmpty else { return missing }
        let input = there.joined(separator: "\n") + "\n^HEAD\n"
        // What is not reachable from HEAD, with all that leads to it: of these only what was asked for counts.
        let outside = try await git.run(["rev-list", "--stdin"], input: Array(input.utf8))
        let found = Set(outside.text.split(separator: "\n").map(String.init))
        return missing.union(there.filter { found.contains($0) })
    }

    /// Whether the history was cut off when the repository was cloned.
    package func isShallow() async throws -> Bool {
        try await git.text(["rev-parse", "--is-shallow-repository"]) == "true"
    }

    /// The commits of HEAD with this title, the newest first.
    package func commits(titled title: String, limit: Int = 20) async throws -> [String] {
        guard !title.isEmpty else { return [] }
        let output = try await git.text([
            "log", "--fixed-strings", "--grep=\(title)", "--max-count=\(limit)", "--format=%H", "HEAD", "--",
        ])
        return output.split(separator: "\n").map(String.init)
    }

    /// The title of a commit; nil where the store does not have it.
    package func title(of commit: String) async throws -> String? {
        let output = try await git.run(["log", "-1", "--format=%s", commit, "--"], accepting: [0, 128])
        return output.succeeded ? output.text.split(separator: "\n").first.map(String.init) ?? "" : nil
    }

    /// What a commit changed in its files: per path the new lines' numbers, and the changed lines themselves.
    package func changes(of commit: String) async throws -> [(path: String, lines: Set<Int>, text: String)] {
        let output = try await git.run([
            "diff-tree", "-p", "-U0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--root", "-r",
            "-m",
            "--first-parent", "--no-commit-id", commit,
        ])
        return DiffReader.changes(in: output.text)
    }

    /// The bytes of a file as a commit has it; nil where it has none.
    package func file(_ path: String, at commit: String) async throws -> [UInt8]? {
        let output = try await git.run(["cat-file", "blob", "\(commit):\(path)"], accepting: [0, 128])
        return output.succeeded ? output.captured.bytes : nil
    }

    /// The files of the working tree, tracked or new, in which a line fits an extended regular expression.
    ///
    /// Capital and small letters are the same; binary files and those that git ignores are passed over.
    package func files(containing pattern: String, outside folders: [String] = []) async throws -> [String] {
        let output = try await git.run(
            ["grep", "--untracked", "-I", "-l", "-z", "-i", "-E", "-e", pattern, "--", "."]
                + folders.map { ":(exclude)\($0)" }, accepting: [0, 1])
        return output.fields.sorted()
    }

    /// When a file first came into the history of HEAD, in seconds since 1970; nil where it is not in it.
    package func firstCommitTime(of path: String) async throws -> Int? {
        let output = try await git.text([
            "log", "--diff-filter=A", "--format=%ct", "HEAD", "--", ":(literal)\(path)",
        ])
        return output.split(separator: "\n").last.flatMap { Int($0) }
    }

    /// All files of the working tree that git tracks or would add.
    package func workingFiles() async throws -> [String] {
        let output = try await git.run(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        return Array(Set(output.fields)).sorted()
    }
}

/// Reads what `git diff-tree -p -U0` prints.
enum DiffReader {
    static func changes(in text: String) -> [(path: String, lines: Set<Int>, text: String)] {
        var found: [(path: String, lines: Set<Int>, text: String)] = []
        var isHead = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("diff --git ") {
                found.append((path(line), [], ""))
                isHead = true
            } else if found.isEmpty {
                continue
            } else if line.hasPrefix("@@ ") {
                isHead = false
                found[found.count - 1].lines.formUnion(newLines(line))
            } else if isHead {
                if line.hasPrefix("+++ b/") { found[found.count - 1].path = plain(line.dropFirst(6)) }
                if line.hasPrefix("+++ \"b/") { found[found.count - 1].path = plain(line.dropFirst(7).dropLast()) }
            } else if line.hasPrefix("+") || line.hasPrefix("-") {
                found[found.count - 1].text += line + "\n"
            }
        }
        return found
    }

    /// `diff --git a/PATH b/PATH`, for files without lines.
    private static func path(_ line: Substring) -> String {
        guard let place = line.lastRange(of: " b/") else { return "" }
        return String(line[place.upperBound...])
    }

    private static func plain(_ path: Substring) -> String { String(path.prefix { $0 != "\t" }) }

    /// The lines of `@@ -1,2 +3,4 @@` in the new file; where lines were only taken out, those around the place.
    private static func newLines(_ line: Substring) -> Set<Int> {
        guard let plus = line.firstIndex(of: "+") else { return [] }
        let numbers = line[plus...].dropFirst().prefix { $0 != " " }.split(separator: ",").compactMap { Int($0) }
        guard let start = numbers.first else { return [] }
        let count = numbers.count > 1 ? numbers[1] : 1
        return count == 0 ? [start, start + 1] : Set(start..<(start + count))
    }
}

extension Substring {
    fileprivate func lastRange(of text: String) -> Range<Index>? {
        var found: Range<Index>?
        var rest = self
        while let range = rest.firstRange(of: text) {
            found = range
            rest = self[range.upperBound...]
        }
        return found
    }
}
