import SpecDocuments
package import Specs

/// Says whose requirement a mention means, where several features have one of that id; never by a guess.
///
/// In this order: what stands before the id (`003/FR-001`, `003-json-flag/FR-001`); the feature whose folder the file names
/// in its first comment (`specs/003-json-flag`); the only feature that has the id; the only one of those that have it
/// whose tasks or plan name the file. Otherwise nobody's.
package struct MentionOwner: Sendable {
    private var owners: [StatementKey: [String]] = [:]
    private var files: [String: Set<String>] = [:]
    private var names: [String: [String]] = [:]

    package init(_ features: [Feature]) {
        for feature in features {
            let spec = feature.spec?.document
            for statement in (spec?.requirements ?? []) + (spec?.successCriteria ?? []) {
                guard let key = StatementKey(statement.id) else { continue }
                owners[key, default: []].append(feature.name)
            }
            for path in (feature.tasks?.document?.tasks ?? []).flatMap(\.paths) + (feature.plan?.document?.files ?? [])
            {
                files[Self.plain(path), default: []].insert(feature.name)
            }
            names[feature.name, default: []].append(feature.name)
            if feature.number != nil {
                names[feature.label, default: []].append(feature.name)
                names[feature.slug, default: []].append(feature.name)
            }
        }
    }

    /// The name of the feature, or nil.
    ///
    /// - Parameters:
    ///   - path: The file with the mention, below the project's root.
    ///   - top: The feature that the file names in its first comment.
    package func feature(of mention: StatementMention, in path: String, top: String?) -> String? {
        let candidates = owners[mention.key] ?? []
        for said in [mention.feature, top] {
            guard let said, let meant = names[said] else { continue }
            let having = meant.filter { candidates.contains($0) }
            return having.count == 1 ? having[0] : nil
        }
        if candidates.count <= 1 { return candidates.first }
        let naming = candidates.filter { candidate in
            Self.folders(of: path).contains { files[$0]?.contains(candidate) == true }
        }
        // A file that is named whole goes before a folder around it.
        let exact = candidates.filter { files[path]?.contains($0) == true }
        if exact.count == 1 { return exact[0] }
        return exact.isEmpty && naming.count == 1 ? naming[0] : nil
    }

    /// The names of the features that have an id.
    func candidates(for key: StatementKey) -> [String] { owners[key] ?? [] }

    /// The path and the folders around it, as tasks may name them.
    private static func folders(of path: String) -> [String] {
        var found = [path]
        var rest = path[...]
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            found += [String(rest), rest + "/"]
        }
        return found
    }

    private static func plain(_ path: String) -> String { path.hasPrefix("./") ? String(path.dropFirst(2)) : path }
}
