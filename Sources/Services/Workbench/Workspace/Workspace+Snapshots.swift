import Files

/// The files of a workspace at one moment, kept by a private reference.
package struct Snapshot: Sendable, Hashable {
    /// `refs/vencejo/RUN/NUMBER`.
    package let reference: String
    package let number: Int
    package let tree: String
    package let commit: String
    /// Where the run's branch stood.
    package let parent: String?
}

extension Workspace {
    /// A task's own snapshots are numbered apart from the run's, so that none is taken for a state of the other's.
    var snapshotPrefix: String { "refs/vencejo/\(runName)/" + (lane.map { "task-\($0)/" } ?? "") }

    /// Saves the files as they are under the next private reference; nil where the last snapshot has the same tree, or,
    /// where there is none, the branch.
    @discardableResult
    package func snapshot() async throws -> Snapshot? {
        try await save(tree: try await tree(), parent: try await head())
    }

    /// The run's snapshots, oldest first.
    package func snapshots() async throws -> [Snapshot] {
        let format = "%(refname) %(objectname) %(tree) %(parent)"
        return try await repository.store.text(["for-each-ref", "--format=\(format)", snapshotPrefix])
            .split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ").map(String.init)
                guard words.count >= 3, let number = Int(words[0].dropFirst(snapshotPrefix.count)) else { return nil }
                return Snapshot(
                    reference: words[0], number: number, tree: words[2], commit: words[1],
                    parent: words.count > 3 ? words[3] : nil)
            }.sorted { $0.number < $1.number }
    }

    /// Saves the files as they are, then makes them equal a tree: files that are not in it go, ignored files stay.
    ///
    /// An ignored file that stands where the tree has one is saved with the others before it is replaced.
    /// Returns what was saved, or nil where nothing needed to be.
    @discardableResult
    package func restore(tree wanted: String) async throws -> Snapshot? {
        let wanted = try await repository.tree(of: wanted)
        return try await withIndex { git in
            var current = try await everything(into: git)
            guard current != wanted else { return nil }
            let arriving = try await repository.store.run([
                "diff-tree", "-r", "-z", "--no-renames", "--name-only", "--diff-filter=A", current, wanted,
            ]).fields
            let inTheWay = try Set(arriving.flatMap { try ignored(inTheWayOf: $0) }).sorted()
            if !inTheWay.isEmpty {
                let list = Array(inTheWay.joined(separator: "\0").utf8) + [0]
                _ = try await git.run(["update-index", "--add", "-z", "--stdin"], .writes, input: list)
                current = try await git.text(["write-tree"], .writes)
            }
            let saved = try await save(tree: current, parent: try await head())
            try await place(wanted, with: git)
            return saved
        }
    }

    /// The files that git would remove to write one that it does not see: at the path, above it or below it.
    private func ignored(inTheWayOf path: String) throws -> [String] {
        var place = root
        for name in FilePath(path).components {
            place = place / name
            guard let kind = try FileSystem.info(place)?.kind else { return [] }
            if kind != .directory { return [place.relative(to: root) ?? path] }
        }
        return try Self.files(below: place).compactMap { $0.relative(to: root) }
    }

    func save(tree: String, parent: String) async throws -> Snapshot? {
        let known = try await snapshots()
        let last: String? =
            if let snapshot = known.last { snapshot.tree } else { try await repository.tree(of: parent) }
        guard tree != last else { return nil }
        let number = (known.last?.number ?? 0) + 1
        let commit = try await repository.commitTree(
            tree, parents: [parent], message: "Snapshot \(number) of run \(runName)", as: .vencejo)
        return try await keep(commit, tree: tree, parent: parent, from: number)
    }

    /// Keeps a commit under the next free private reference.
    @discardableResult
    func keep(_ commit: String, tree: String, parent: String?, from number: Int) async throws -> Snapshot {
        for number in number..<number + 100 {
            let reference = snapshotPrefix + "\(number)"
            do {
                try await repository.update([.create(reference, at: commit)], reason: "vencejo: snapshot")
                return Snapshot(reference: reference, number: number, tree: tree, commit: commit, parent: parent)
            } catch let error as WorkbenchError where error.code == .moved {
                continue  // another process took the number
            }
        }
        throw WorkbenchError(.moved, "No free number was found for a snapshot under \(snapshotPrefix): try again.")
    }

    /// Keeps a commit as it stands under a private reference, unless one has it already.
    func keep(_ commit: String) async throws {
        let known = try await snapshots()
        guard !known.contains(where: { $0.commit == commit }) else { return }
        try await keep(
            commit, tree: try await repository.tree(of: commit), parent: nil, from: (known.last?.number ?? 0) + 1)
    }
}
