import Files
import Subprocess

/// A merge of trees with every side of what is in conflict.
struct SidedMerge: Sendable, Hashable {
    /// With git's marks in the files that are in conflict.
    var tree: String
    var files: [JoinConflict.File]
}

extension Repository {
    /// What becomes of `onto` when the step from `from` to `to` is repeated on it; all three are trees.
    func applyShowingSides(from: String, to: String, onto: String) async throws -> SidedMerge {
        let start = try await commitTree(from, parents: [], message: "from", as: .vencejo)
        let ours = try await commitTree(onto, parents: [start], message: "onto", as: .vencejo)
        let theirs = try await commitTree(to, parents: [start], message: "to", as: .vencejo)
        let output = try await store.run(
            ["merge-tree", "--write-tree", "-z", "--no-messages", ours, theirs], .writes, accepting: [0, 1])
        var fields = output.fields
        guard !fields.isEmpty else { throw GitFailure.error(of: "merge-tree", in: root.string, output) }
        let tree = fields.removeFirst()
        guard !output.succeeded else { return SidedMerge(tree: tree, files: []) }
        var entries: [String: [Int: (mode: String, object: String)]] = [:]
        for field in fields {
            let parts = field.split(separator: "\t", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            let words = parts[0].split(separator: " ").map(String.init)
            guard words.count == 3, let stage = Int(words[2]) else { continue }
            entries[parts[1], default: [:]][stage] = (words[0], words[1])
        }
        var files: [JoinConflict.File] = []
        for (path, stages) in entries.sorted(by: { $0.key < $1.key }) {
            files.append(
                JoinConflict.File(
                    path: path, base: try await side(stages[1]), ours: try await side(stages[2]),
                    theirs: try await side(stages[3])))
        }
        return SidedMerge(tree: tree, files: files)
    }

    private func side(_ entry: (mode: String, object: String)?) async throws -> JoinConflict.Side? {
        guard let entry else { return nil }
        var bytes: [UInt8]?
        if entry.mode != "160000" {
            let size = Int(try await store.text(["cat-file", "-s", entry.object])) ?? .max
            if size <= 1 << 20 { bytes = try await store.run(["cat-file", "blob", entry.object]).captured.bytes }
        }
        return JoinConflict.Side(mode: entry.mode, object: entry.object, bytes: bytes)
    }

    /// A tree in which some files have other contents; each keeps the mode that is given with it.
    func tree(_ tree: String, with contents: [(path: String, mode: String, bytes: [UInt8])]) async throws -> String {
        guard !contents.isEmpty else { return tree }
        return try await FileSystem.withTemporaryDirectory { folder in
            let git = GitCommand(
                program: program,
                place: .exactly(gitDirectory: commonDirectory, workTree: commonDirectory, index: folder / "index"))
            _ = try await git.run(["read-tree", tree], .writes)
            for file in contents {
                let blob = try await git.text(["hash-object", "-w", "--stdin"], .writes, input: file.bytes)
                _ = try await git.run(
                    ["update-index", "--add", "-z", "--index-info"], .writes,
                    input: Array("\(file.mode) \(blob)\t\(file.path)".utf8) + [0])
            }
            return try await git.text(["write-tree"], .writes)
        }
    }
}
