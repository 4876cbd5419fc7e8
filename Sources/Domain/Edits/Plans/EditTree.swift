/// The files that a plan is applied to: looked up as they are needed, changed only in memory.
///
/// ```swift
/// let edits = try EditTree(files: ["a.txt": "one\n"]).apply(EditPlan.parse(patch))
/// ```
package struct EditTree {
    package enum Entry: Hashable {
        case missing
        case file(Content)
        case folder
        /// It may not be touched; the reason is a clause.
        case closed(String)
    }

    package struct Content: Hashable, Sendable {
        package var bytes: [UInt8]
        package var isExecutable: Bool

        package init(_ bytes: [UInt8], isExecutable: Bool = false) {
            self.bytes = bytes
            self.isExecutable = isExecutable
        }
    }

    private let look: (String) -> Entry
    private let list: (String) -> [String]

    /// - Parameters:
    ///   - look: what stands at a normalised path.
    ///   - list: the names in a folder, `""` being the top; for paths in the wrong case.
    package init(look: @escaping (String) -> Entry, list: @escaping (String) -> [String]) {
        self.look = look
        self.list = list
    }

    /// A tree that is given whole.
    package init(contents: [String: Content]) {
        var folders: [String: Set<String>] = ["": []]
        for path in contents.keys {
            var parent = ""
            for name in path.split(separator: "/") {
                folders[parent, default: []].insert(String(name))
                parent = parent.isEmpty ? String(name) : "\(parent)/\(name)"
            }
        }
        let known = folders
        self.init(
            look: { path in contents[path].map { .file($0) } ?? (known[path] == nil ? .missing : .folder) },
            list: { known[$0].map { $0.sorted() } ?? [] })
    }

    package init(files: [String: String]) {
        self.init(contents: files.mapValues { Content(Array($0.utf8)) })
    }

    /// What the plan makes of the files, in the order of their paths; throws one error that names all that hinders it.
    package func apply(_ plan: EditPlan) throws(EditError) -> [FileEdit] {
        var work = EditWork(look: look, list: list)
        for operation in plan.operations { work.perform(operation, isDiff: plan.format == .unifiedDiff) }
        var failures = plan.problems + work.failures
        let edits = work.edits()
        if failures.isEmpty, edits.isEmpty {
            failures = [
                EditFailure(
                    .identical, path: plan.operations.first?.path ?? "", line: plan.operations.first?.line ?? 1,
                    "it leaves all files as they are", "Send the lines as they shall be after the change.")
            ]
        }
        guard failures.isEmpty else {
            throw EditError(failures: failures.sorted { $0.line < $1.line }, of: plan.operations.count)
        }
        return edits
    }
}

/// One file's change, decided and not yet made.
package struct FileEdit: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case create, modify, delete
        case rename(from: String)
    }

    package var kind: Kind
    /// Normalised, relative to the top folder.
    package var path: String
    /// For a rename, what the old path holds.
    package var before: EditTree.Content?
    package var after: EditTree.Content?

    package init(kind: Kind, path: String, before: EditTree.Content?, after: EditTree.Content?) {
        self.kind = kind
        self.path = path
        self.before = before
        self.after = after
    }
}
