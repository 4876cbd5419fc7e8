import SourceTags

/// Chooses the definitions that fit a budget and writes them down file by file, the most important file first.
struct MapRenderer: Sendable {
    private let graph: TagGraph
    private let ranking: Ranking
    private let showsLines: Bool
    /// By definition, the definition that encloses it, or -1.
    private let parents: [Int32]

    private static let gap = "⋮"
    private static let longestSignature = 160

    init(_ graph: TagGraph, _ ranking: Ranking, showsLines: Bool) {
        self.graph = graph
        self.ranking = ranking
        self.showsLines = showsLines
        parents = Self.parents(graph)
    }

    /// The chosen files, within the budget however small it is.
    func files(budget: Int) -> [MappedFile] {
        var cache = LineCache()
        let chosen = choose(budget, &cache)
        return sections(chosen, &cache).map { section in
            MappedFile(
                path: graph.files[section.file].path, rank: ranking.files[section.file],
                definitions: section.shown.map { mapped($0) }, lines: section.lines)
        }
    }

    /// What the most important definition alone costs.
    func smallestBudget() -> Int {
        var cache = LineCache()
        guard let first = ranking.definitionOrder.first else { return 0 }
        return TokenEstimate.tokens(bytes: size(sections([first], &cache)))
    }

    // MARK: - Choosing

    /// So many definitions behind the first that does not fit are tried for the room that is left.
    private static let tries = 48

    private func choose(_ budget: Int, _ cache: inout LineCache) -> [Int] {
        let order = ranking.definitionOrder
        var fits = 0
        // No line is shorter than two bytes, so no more than these can fit.
        var tooMany = min(order.count, budget * 2) + 1
        while fits + 1 < tooMany {
            let middle = (fits + tooMany) / 2
            if tokens(Array(order[..<middle]), &cache) <= budget { fits = middle } else { tooMany = middle }
        }
        var chosen = Array(order[..<fits])
        for candidate in order.dropFirst(fits).prefix(Self.tries)
        where tokens(chosen + [candidate], &cache) <= budget {
            chosen.append(candidate)
        }
        return chosen
    }

    private func tokens(_ chosen: [Int], _ cache: inout LineCache) -> Int {
        TokenEstimate.tokens(bytes: size(sections(chosen, &cache)))
    }

    /// The bytes of the whole text: see ``RepoMapResult/text``.
    private func size(_ sections: [Section]) -> Int {
        guard !sections.isEmpty else { return 0 }
        let bodies = sections.reduce(0) { $0 + $1.lines.reduce(0) { $0 + $1.utf8.count + 1 } }
        let headings = sections.reduce(0) { $0 + MappedFile.heading(graph.files[$1.file].path).utf8.count + 1 }
        return bodies + headings + sections.count - 1
    }

    // MARK: - Writing

    private struct Section {
        var file: Int
        /// Chosen definitions and what encloses them, by line.
        var shown: [Int]
        var lines: [String]
    }

    private typealias LineCache = [Int: String]

    private func sections(_ chosen: [Int], _ cache: inout LineCache) -> [Section] {
        var shown: [Int32: Set<Int>] = [:]
        for definition in chosen {
            let file = graph.definitions[definition].file
            var next = definition
            while next >= 0, shown[file, default: []].insert(next).inserted { next = Int(parents[next]) }
        }
        let files = shown.keys.sorted { left, right in
            (ranking.files[Int(right)], left) < (ranking.files[Int(left)], right)
        }
        return files.map { file in
            let definitions = (shown[file] ?? []).sorted()
            return Section(file: Int(file), shown: definitions, lines: lines(definitions, Int(file), &cache))
        }
    }

    private func lines(_ shown: [Int], _ file: Int, _ cache: inout LineCache) -> [String] {
        let all = graph.definitionsOfFile(file)
        var lines: [String] = []
        var expected = all.lowerBound
        for definition in shown {
            if definition > expected { lines.append(gapLine(graph.definitions[definition].depth)) }
            // Several names may be defined by one line, as in `case left, right`.
            let text = line(definition, &cache)
            if lines.last != text { lines.append(text) }
            expected = definition + 1
        }
        if expected < all.upperBound { lines.append(gapLine(0)) }
        return lines
    }

    private func gapLine(_ depth: UInt8) -> String { margin("") + Self.indentation(depth) + Self.gap }

    private func line(_ definition: Int, _ cache: inout LineCache) -> String {
        if let line = cache[definition] { return line }
        let tag = graph.definitions[definition]
        let line = margin("\(tag.line)") + Self.indentation(tag.depth) + signature(tag)
        cache[definition] = line
        return line
    }

    private func signature(_ tag: TagGraph.Definition) -> String {
        let written = graph.signature(tag)
        let text = written.isEmpty ? "\(tag.kind.rawValue) \(graph.names.text(tag.name))" : written
        guard text.utf8.count > Self.longestSignature else { return text.onOneLine }
        return text.prefix(Self.longestSignature - 1).onOneLine + "…"
    }

    private func margin(_ number: String) -> String {
        guard showsLines else { return "" }
        return String(repeating: " ", count: max(0, 5 - number.count)) + number + "  "
    }

    private static func indentation(_ depth: UInt8) -> String {
        String(repeating: "    ", count: Int(min(depth, 12)))
    }

    private func mapped(_ definition: Int) -> MappedDefinition {
        let tag = graph.definitions[definition]
        return MappedDefinition(
            name: graph.names.text(tag.name), kind: tag.kind, line: Int(tag.line), lastLine: Int(tag.lastLine),
            depth: Int(tag.depth), signature: graph.signature(tag))
    }

    static func parents(_ graph: TagGraph) -> [Int32] {
        var parents = Array(repeating: Int32(-1), count: graph.definitions.count)
        for file in graph.files.indices {
            var open: [(depth: UInt8, index: Int32)] = []
            for definition in graph.definitionsOfFile(file) {
                let depth = graph.definitions[definition].depth
                while let last = open.last, last.depth >= depth { open.removeLast() }
                parents[definition] = open.last?.index ?? -1
                open.append((depth, Int32(definition)))
            }
        }
        return parents
    }
}

extension StringProtocol {
    /// The same with a space in place of every control character.
    var onOneLine: String {
        guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return String(self) }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars { result.append(scalar.properties.generalCategory == .control ? " " : scalar) }
        return String(result)
    }
}
