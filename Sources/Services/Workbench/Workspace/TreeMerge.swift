import Files

/// A merge of trees that touches no file.
enum TreeMerge: Sendable, Hashable {
    case clean(tree: String)
    case conflicts([String])
}

extension Repository {
    /// Merges two commits by their history.
    func mergeTrees(_ ours: String, _ theirs: String) async throws -> TreeMerge {
        let output: GitOutput
        do {
            output = try await store.run(
                ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs], .writes,
                accepting: [0, 1])
        } catch let error as WorkbenchError where error.code == .git && error.message.contains("usage:") {
            throw WorkbenchError(.gitTooOld, "This git cannot merge without touching files: install git 2.38 or newer.")
        }
        var fields = output.fields
        guard !fields.isEmpty else { throw GitFailure.error(of: "merge-tree", in: root.string, output) }
        let tree = fields.removeFirst()
        if output.succeeded { return .clean(tree: tree) }
        return .conflicts(Array(Set(fields.filter { !$0.isEmpty })).sorted())
    }

    /// What becomes of `onto` when the step from `from` to `to` is repeated on it; all three are trees.
    ///
    /// git finds a merge's base by history alone, so the trees are given one: three commits that nothing refers to.
    func apply(from: String, to: String, onto: String) async throws -> TreeMerge {
        let start = try await commitTree(from, parents: [], message: "from", as: .vencejo)
        let ours = try await commitTree(onto, parents: [start], message: "onto", as: .vencejo)
        let theirs = try await commitTree(to, parents: [start], message: "to", as: .vencejo)
        return try await mergeTrees(ours, theirs)
    }
}
