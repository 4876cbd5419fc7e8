/// One commit of a run's branch.
package struct RunCommit: Sendable, Hashable {
    package let id: String
    package let title: String
    /// The last value of each trailer.
    package let trailers: [String: String]
}

extension Workspace {
    /// Commits all files that are not ignored, exactly as ``tree()`` sees them, onto the run's branch.
    ///
    /// No hook runs, and the branch moves only from where it was read. A tree without changes is committed too. The author
    /// is the user of git's configuration, or Vencejo where git knows none.
    @discardableResult
    package func commit(title: String, body: String = "", trailers: [(String, String)]) async throws -> String {
        let parent = try await head()
        let tree = try await tree()
        return try await commit(
            tree, onto: parent, message: CommitMessage(title: title, body: body, trailers: trailers).text)
    }

    func commit(_ tree: String, onto parent: String, message: String) async throws -> String {
        let commit = try await repository.commitTree(
            tree, parents: [parent], message: message, as: try await repository.author())
        try await repository.update([.move(reference, to: commit, from: parent)], reason: "vencejo: commit")
        await refreshIndex()
        return commit
    }

    /// The run's commit with a trailer, or nil where there is none or it was undone since.
    package func findCommit(trailer: String, value: String) async throws -> String? {
        let names = runNames
        for commit in try await log() where commit.trailers["Vencejo-Run"].map(names.contains) == true {
            if trailer == "Vencejo-Task", [value, "run"].contains(commit.trailers["Vencejo-Undo"]) { return nil }
            if commit.trailers[trailer] == value { return commit.id }
        }
        return nil
    }

    /// The commits of the run's branch since its base, newest first.
    package func log() async throws -> [RunCommit] {
        let format =
            "%H%x1f%s%x1f%(trailers:only,unfold,keyonly,separator=%x1e)%x1f%(trailers:only,unfold,valueonly,separator=%x1e)"
        let output = try await repository.store.run(["log", "-z", "--format=\(format)", "\(base)..\(reference)", "--"])
        let records = output.text.split(separator: "\0")
        return records.map { record in
            let parts = record.split(separator: "\u{1f}", omittingEmptySubsequences: false).map(String.init)
            let lists = parts.dropFirst(2).map { $0.split(separator: "\u{1e}", omittingEmptySubsequences: false) }
            var trailers: [String: String] = [:]
            if lists.count == 2 {
                for (key, value) in zip(lists[0], lists[1]) where !key.isEmpty { trailers[String(key)] = String(value) }
            }
            return RunCommit(id: parts[0], title: parts.count > 1 ? parts[1] : "", trailers: trailers)
        }
    }

    /// Lets the worktree's usual index know of a commit, for people who look with `git status`; nothing of ours needs it.
    func refreshIndex() async {
        do {
            let git = try git()
            _ = try await git.run(["read-tree", "--reset", reference], .writes)
            _ = try await git.run(["update-index", "-q", "--refresh"], .writes, accepting: [0, 1])
        } catch {
            // The commit stands; `git status` shows it as changes until git is next asked to look.
        }
    }
}

/// The text of a commit: a title, a body and trailers in the paragraph that git looks for them in.
struct CommitMessage: Sendable, Hashable {
    var title: String
    var body: String
    var trailers: [(String, String)]

    var text: String {
        let title = Self.line(title)
        var parts = [title.isEmpty ? "Work of a run" : title]
        let body = Self.printable(body).split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in String(line.reversed().drop(while: \.isWhitespace).reversed()) }
            .joined(separator: "\n").trimmingNewlines
        if !body.isEmpty { parts.append(body) }
        if !trailers.isEmpty { parts.append(trailers.map { "\($0): \(Self.line($1))" }.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// git refuses some control characters, and terminals obey others: none is part of a message.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control }))
    }

    private static func line(_ text: String) -> String {
        Self.printable(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    static func == (a: CommitMessage, b: CommitMessage) -> Bool { a.text == b.text }
    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension Workspace {
    /// Every value of a trailer in a commit's message, in order.
    package func trailerValues(_ key: String, of commit: String) async throws -> [String] {
        try await repository.store.text(["log", "-1", "--format=%(trailers:key=\(key),valueonly)", commit])
            .split(separator: "\n").map(String.init)
    }
}

extension String {
    var trimmingNewlines: String {
        let start = drop(while: \.isNewline)
        return String(start.reversed().drop(while: \.isNewline).reversed())
    }
}

/// Who a commit is by, where git's own configuration does not say.
enum CommitIdentity: Sendable, Hashable {
    /// As git is configured.
    case configured
    case named(name: String, email: String)

    static let vencejo = CommitIdentity.named(name: "Vencejo", email: "vencejo@localhost")
}

extension Repository {
    /// The user as git knows them; what git does not know is Vencejo's.
    func author() async throws -> CommitIdentity {
        let output = try await store.run(
            ["config", "--null", "--get-regexp", "^user\\.(name|email)$"], accepting: [0, 1])
        var known: [String: String] = [:]
        for field in output.fields {
            let pair = field.split(separator: "\n", maxSplits: 1).map(String.init)
            if pair.count == 2 { known[pair[0]] = pair[1] }
        }
        guard known.count < 2 else { return .configured }
        return .named(name: known["user.name"] ?? "Vencejo", email: known["user.email"] ?? "vencejo@localhost")
    }

    /// Writes a commit object; no reference moves.
    func commitTree(
        _ tree: String, parents: [String], message: String, as identity: CommitIdentity
    ) async throws -> String {
        var git = store
        if case .named(let name, let email) = identity {
            for role in ["AUTHOR", "COMMITTER"] {
                git.additions["GIT_\(role)_NAME"] = name
                git.additions["GIT_\(role)_EMAIL"] = email
            }
        }
        return try await git.text(
            ["commit-tree", tree] + parents.flatMap { ["-p", $0] } + ["-F", "-"], .writes, input: Array(message.utf8))
    }
}

extension Workspace {
    /// The commits that touched a file or folder, newest first: short id, day and title of each, on one line.
    package func history(of path: String, limit: Int) async throws -> [String] {
        try await repository.store.text([
            "log", "-n", "\(limit)", "--format=%h %as %s", reference, "--", ":(top,literal)\(path)",
        ]).split(separator: "\n").map(String.init)
    }
}
