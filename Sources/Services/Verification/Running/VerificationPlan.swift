package import Files

/// Which adapters are to run where.
package struct VerificationPlan: Sendable {
    package struct Item: Sendable {
        package var adapter: Adapter
        package var part: ProjectPart
        /// Relative to the part.
        var paths: [String]
    }

    package var items: [Item] = []

    /// Picks, for each kind and part, every adapter that applies, but only the first of a group.
    package init(_ query: VerificationQuery, in project: FilePath, adapters: [Adapter] = AdapterCatalogue.all) {
        let parts = ProjectSurvey.parts(of: project)
        for kind in query.kinds {
            for part in parts {
                guard let paths = Self.paths(query.paths, for: part, among: parts) else { continue }
                var groups: Set<String> = []
                for adapter in adapters where adapter.kind == kind && adapter.ecosystem == part.ecosystem {
                    if let group = adapter.group, groups.contains(group) { continue }
                    guard adapter.applies(part) else { continue }
                    if let group = adapter.group { groups.insert(group) }
                    items.append(Item(adapter: adapter, part: part, paths: paths))
                }
            }
        }
        // A Makefile, or a build of Java, usually only calls what was found already.
        let hasOwnTests = items.contains { $0.adapter.kind == .unitTests && $0.part.ecosystem != .any }
        if hasOwnTests { items.removeAll { $0.adapter.name.hasPrefix("make-") } }
    }

    /// The paths of the query that belong to a part, relative to it; nil where none of them does.
    private static func paths(_ wanted: [String], for part: ProjectPart, among parts: [ProjectPart]) -> [String]? {
        guard !wanted.isEmpty else { return [] }
        let mine = wanted.compactMap { path -> String? in
            if let ecosystem = ecosystem(of: path), part.ecosystem != .any, part.ecosystem != ecosystem { return nil }
            let holders = parts.filter {
                $0.ecosystem == part.ecosystem && ($0.folder.isEmpty || isInside(path, $0.folder))
            }
            guard holders.max(by: { $0.folder.utf8.count < $1.folder.utf8.count }) == part else { return nil }
            guard !part.folder.isEmpty else { return path }
            return path == part.folder ? "." : String(path.dropFirst(part.folder.count + 1))
        }
        return mine.isEmpty ? nil : mine
    }

    private static func isInside(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder + "/")
    }

    private static func ecosystem(of path: String) -> Ecosystem? {
        let file = path.prefix { $0 != ":" }
        switch file.split(separator: ".").last.map(String.init) ?? "" {
        case "py": return .python
        case "js", "jsx", "ts", "tsx", "mjs", "cjs": return .node
        case "go": return .go
        case "rs": return .rust
        case "swift": return .swift
        default: return nil
        }
    }
}
