import Crypto
package import Files

/// What a check sees of a working tree: git's tree of its files, and a digest of what git ignores there.
package struct TreeState: Sendable, Hashable {
    package var tree: String
    /// Names, sizes and times of ignored files that are not known build products; a check may read them, too.
    package var ignored: String

    package init(tree: String, ignored: String = "") {
        self.tree = tree
        self.ignored = ignored
    }
}

extension Repository {
    /// The user's working tree as it is, untracked files included; neither index, branches nor files are touched.
    ///
    /// The tree's objects are added to the repository's store, where nothing refers to them.
    package func workingTreeState() async throws -> TreeState {
        try await FileSystem.withTemporaryDirectory { folder in
            let index = folder / "index"
            // git reads again only what changed since its own index was written; without one it reads all.
            if let bytes = try? FileSystem.readBytes(gitDirectory / "index") { try FileSystem.write(bytes, to: index) }
            let git = GitCommand(
                program: program, place: .exactly(gitDirectory: gitDirectory, workTree: root, index: index))
            if !FileSystem.exists(index) { _ = try await git.run(["read-tree", "HEAD"], .writes) }
            _ = try await git.run(["add", "--all", "--", "."], .writes)
            let tree = try await git.text(["write-tree"], .writes)
            let listed = try await git.text([
                "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z",
            ])
            return TreeState(tree: tree, ignored: Self.digest(of: listed.split(separator: "\0").map(String.init), root))
        }
    }

    /// Whether the repository's store has this tree.
    package func hasTree(_ tree: String) async throws -> Bool {
        guard tree.allSatisfy(\.isHexDigit), tree.count >= 40 else { return false }
        return try await store.run(["cat-file", "-e", "\(tree)^{tree}"], accepting: [0, 1, 128]).succeeded
    }

    /// The trees of all commits that a reference leads to, and what a trailer of their messages says.
    package func history(trailer: String) async throws -> (trees: Set<String>, values: Set<String>) {
        let format = "%T%x1f%(trailers:key=\(trailer),valueonly,separator=%x1f)"
        var history: (trees: Set<String>, values: Set<String>) = ([], [])
        for record in try await store.run(["log", "-z", "--all", "--format=\(format)"]).text.split(separator: "\0") {
            let fields = record.split(separator: "\u{1f}").map { String($0.filter { !$0.isWhitespace }) }
            guard let tree = fields.first else { continue }
            history.trees.insert(tree)
            history.values.formUnion(fields.dropFirst())
        }
        return history
    }

    /// The files that differ between two trees.
    package func paths(changedFrom old: String, to new: String) async throws -> [String] {
        try await store.run(["diff-tree", "-r", "--name-only", "-z", old, new]).fields
    }

    /// Writes the files of a tree into an empty folder, outside of every working tree.
    package func export(tree: String, to folder: FilePath) async throws {
        try FileSystem.createDirectory(folder)
        try await FileSystem.withTemporaryDirectory { temporary in
            let git = GitCommand(
                program: program,
                place: .exactly(gitDirectory: commonDirectory, workTree: folder, index: temporary / "index"))
            _ = try await git.run(["read-tree", tree], .writes)
            _ = try await git.run(["checkout-index", "--all", "--force"], .writes)
        }
    }

    private static func digest(of entries: [String], _ root: FilePath) -> String {
        let lines = entries.filter { entry in
            Workspace.made.isDisjoint(with: entry.split(separator: "/").map(String.init))
        }.sorted().map { entry -> String in
            // What is gone by now is told apart by having no time.
            let info = try? FileSystem.info(root / entry, symlinks: .notFollowed)
            return "\(entry)\u{0}\(info?.size ?? -1)\u{0}\(info?.modificationTime ?? -1)"
        }
        return lines.isEmpty ? "" : SHA256.hash(lines.joined(separator: "\u{0}")).hex
    }
}
