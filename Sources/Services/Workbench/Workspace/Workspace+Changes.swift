import Subprocess

/// How one file differs between two trees.
package struct FileDifference: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable, Codable {
        case added, modified, deleted, renamed, typeChanged
    }

    package let path: String
    /// Where a renamed file was before.
    package let oldPath: String?
    package let status: Status
    /// Lines added; nil for a binary file.
    package let added: Int?
    /// Lines removed; nil for a binary file.
    package let removed: Int?

    package init(path: String, oldPath: String? = nil, status: Status, added: Int?, removed: Int?) {
        self.path = path
        self.oldPath = oldPath
        self.status = status
        self.added = added
        self.removed = removed
    }
}

extension Workspace {
    /// The unified diff between two commits or trees: by default from the run's base to the files as they are.
    ///
    /// Of a diff beyond `limit` bytes the beginning and the end are kept, with a line that says how much is missing.
    package func diff(from: String? = nil, to: String? = nil, limit: Int = 8 << 20) async throws -> String {
        let target = if let to { to } else { try await tree() }
        return try await repository.store.run(
            ["diff-tree", "-r", "-p", "-M", "--no-ext-diff", "--no-textconv", "--no-color", from ?? base, target],
            outputLimit: limit, overflow: .keepHeadAndTail
        ).text
    }

    /// The files that differ between two commits or trees, ordered as git orders paths.
    package func changes(from: String? = nil, to: String? = nil) async throws -> [FileDifference] {
        let target = if let to { to } else { try await tree() }
        return try await repository.differences(from ?? base, target)
    }
}

extension Repository {
    /// The files that differ between two commits or trees.
    func differences(_ from: String, _ to: String) async throws -> [FileDifference] {
        let output = try await store.run([
            "diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--no-ext-diff", "--no-textconv", from, to,
        ])
        var fields = output.fields[...]
        var statuses: [String: FileDifference.Status] = [:]
        while let field = fields.first, field.hasPrefix(":") {
            fields.removeFirst()
            let letter = field.split(separator: " ").last?.first ?? "M"
            if letter == "R" || letter == "C" { _ = fields.popFirst() }
            if let path = fields.popFirst() { statuses[path] = Self.status(letter) }
        }
        var result: [FileDifference] = []
        while let field = fields.popFirst() {
            let parts = field.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3 else { continue }
            var path = parts[2]
            var oldPath: String?
            if path.isEmpty {
                oldPath = fields.popFirst()
                path = fields.popFirst() ?? ""
            }
            result.append(
                FileDifference(
                    path: path, oldPath: oldPath, status: statuses[path] ?? .modified, added: Int(parts[0]),
                    removed: Int(parts[1])))
        }
        return result
    }

    private static func status(_ letter: Character) -> FileDifference.Status {
        switch letter {
        case "A", "C": .added
        case "D": .deleted
        case "R": .renamed
        case "T": .typeChanged
        default: .modified
        }
    }
}
