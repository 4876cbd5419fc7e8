package import SourceTags

/// The definitions and uses of a tree by name.
///
/// A value of one moment: a changed tree needs a new one, which costs little where the mapper has an index file.
package struct SymbolIndex: Sendable {
    /// A definition and where it is.
    package struct Symbol: Sendable, Hashable {
        package var name: String
        package var kind: Tag.Kind
        /// Below the root, with `/`.
        package var path: String
        /// From 1.
        package var line: Int
        package var lastLine: Int
        package var signature: String
        /// The names of the definitions around it, the outermost first.
        package var containers: [String]
        /// Its importance in the tree; larger is more.
        package var rank: Double
    }

    /// A place where a name is used.
    package struct Reference: Sendable, Hashable {
        package var path: String
        /// From 1.
        package var line: Int
        package var kind: Tag.Kind
        /// The names of the definitions around the place, the outermost first.
        package var containers: [String]
    }

    /// How a query is compared with names.
    package enum Match: String, Sendable, Hashable, CaseIterable {
        case exact, caseInsensitive, prefix
        /// All letters of the query in this order, whatever is between them and whatever their case.
        case fuzzy
    }

    private let graph: TagGraph
    private let ranking: Ranking
    private let parents: [Int32]

    init(_ graph: TagGraph, _ ranking: Ranking) {
        self.graph = graph
        self.ranking = ranking
        parents = MapRenderer.parents(graph)
    }

    /// The definitions whose names match, the best match first, then the most important.
    ///
    /// `Type.member` (or `::`, `#`) asks for a member: what is before the last mark must be the name of a definition
    /// around it.
    package func definitions(
        named query: String, match: Match = .exact, kinds: Set<Tag.Kind> = [], limit: Int = 50
    ) -> [Symbol] {
        let parts = query.split { ".:#".contains($0) }.map(String.init)
        let whole = search(query, within: [], match, kinds, limit)
        guard whole.isEmpty, let last = parts.last, parts.count > 1 else { return whole }
        return search(last, within: Array(parts.dropLast()), match, kinds, limit)
    }

    /// The definitions that match exactly, else without regard to case, else from the start, else loosely.
    package func find(
        _ query: String, kinds: Set<Tag.Kind> = [], limit: Int = 50
    ) -> (match: Match, symbols: [Symbol]) {
        for match in Match.allCases {
            let found = definitions(named: query, match: match, kinds: kinds, limit: limit)
            if !found.isEmpty { return (match, found) }
        }
        return (.fuzzy, [])
    }

    /// The places where a name is used, by path and line; the definitions themselves are not among them.
    ///
    /// The name tells nothing of which definition is meant where several have it.
    package func references(to name: String, limit: Int = 200) -> [Reference] {
        guard let number = graph.names.number(of: name) else { return [] }
        var found: [Reference] = []
        for file in graph.files.indices where found.count < limit {
            guard graph.usesOfFile(file).contains(where: { graph.uses[$0].name == number }) else { continue }
            for (line, kind) in places(number, file).prefix(limit - found.count) {
                found.append(
                    Reference(
                        path: graph.files[file].path, line: line, kind: kind, containers: containers(line, file)))
            }
        }
        return found
    }

    /// The definitions of one file by line; none where the file is not in the tree.
    package func outline(of path: String) -> [Symbol] {
        guard let file = graph.files.firstIndex(where: { $0.path == path }) else { return [] }
        return graph.definitionsOfFile(file).map(symbol)
    }

    /// Names and files that are written like a word that was not found.
    package func nearest(to query: String) -> [String] { NearestNames.nearest(to: query, graph) }

    private func search(
        _ query: String, within: [String], _ match: Match, _ kinds: Set<Tag.Kind>, _ limit: Int
    ) -> [Symbol] {
        guard !query.isEmpty, limit > 0 else { return [] }
        var found: [(score: Int, definition: Int)] = []
        for (name, score) in names(query, match) {
            for definition in graph.definitions(named: name) {
                let index = Int(definition)
                guard kinds.isEmpty || kinds.contains(graph.definitions[index].kind) else { continue }
                if !within.isEmpty, !containers(of: index).suffix(within.count).elementsEqual(within) { continue }
                found.append((score, index))
            }
        }
        found.sort { left, right in
            if left.score != right.score { return left.score < right.score }
            let ranks = (ranking.definitions[left.definition], ranking.definitions[right.definition])
            return ranks.0 != ranks.1 ? ranks.0 > ranks.1 : left.definition < right.definition
        }
        return found.prefix(limit).map { symbol($0.definition) }
    }

    /// Names that match with how far they are from the query; less is nearer.
    private func names(_ query: String, _ match: Match) -> [(name: Int32, score: Int)] {
        if match == .exact { return graph.names.number(of: query).map { [($0, 0)] } ?? [] }
        let lowered = query.lowercased()
        let bytes = Array(lowered.utf8)
        return (0..<Int32(graph.names.count)).compactMap { number in
            guard !graph.definitions(named: number).isEmpty else { return nil }
            let name = graph.names.text(number).lowercased()
            switch match {
            case .exact: return nil
            case .caseInsensitive: return name == lowered ? (number, 0) : nil
            case .prefix: return name.hasPrefix(lowered) ? (number, name.utf8.count - bytes.count) : nil
            case .fuzzy: return Self.span(of: bytes, in: Array(name.utf8)).map { (number, $0) }
            }
        }
    }

    /// How many bytes lie between those of a subsequence, and a little for what is around; nil where it is none.
    private static func span(of query: [UInt8], in name: [UInt8]) -> Int? {
        var place = 0
        var start: Int?
        var skipped = 0
        for byte in query {
            let before = place
            while place < name.count, name[place] != byte { place += 1 }
            guard place < name.count else { return nil }
            if start == nil { start = place } else { skipped += place - before }
            place += 1
        }
        return skipped * 4 + (start ?? 0) * 2 + name.count - query.count
    }

    private func places(_ name: Int32, _ file: Int) -> [(line: Int, kind: Tag.Kind)] {
        let archive = graph.files[file].tags
        let wanted = graph.names.bytes(name)
        var matching = -1
        var count = 0
        var found: [(line: Int, kind: Tag.Kind)] = []
        archive.read(
            names: { range in
                if archive.bytes[range].elementsEqual(wanted) { matching = count }
                count += 1
            },
            definitions: { _ in },
            references: { reference in
                if reference.name == matching { found += reference.lines.map { ($0, reference.kind) } }
            })
        return found.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(\.element)
    }

    private func symbol(_ index: Int) -> Symbol {
        let definition = graph.definitions[index]
        return Symbol(
            name: graph.names.text(definition.name), kind: definition.kind,
            path: graph.files[Int(definition.file)].path, line: Int(definition.line),
            lastLine: Int(definition.lastLine), signature: graph.signature(definition),
            containers: containers(of: index), rank: ranking.definitions[index])
    }

    private func containers(of index: Int) -> [String] {
        var names: [String] = []
        var next = parents[index]
        while next >= 0 {
            names.append(graph.names.text(graph.definitions[Int(next)].name))
            next = parents[Int(next)]
        }
        return names.reversed()
    }

    private func containers(_ line: Int, _ file: Int) -> [String] {
        graph.definitionsOfFile(file).filter { index in
            let definition = graph.definitions[index]
            return Int(definition.line) <= line && line <= Int(definition.lastLine)
        }
        .map { graph.names.text(graph.definitions[$0].name) }
    }
}
