/// What a map is asked for: files, names and words of paths.
struct Focus: Sendable {
    private(set) var files: Set<Int> = []
    private(set) var names: Set<Int32> = []
    /// Files that only mention a word in their paths.
    private(set) var mentioned: Set<Int> = []
    /// Terms that mean nothing here.
    private(set) var unmatched: [String] = []

    /// Terms must mean something and are told where they do not; words of a task may.
    init(terms: [String], task: String, _ graph: TagGraph) {
        for term in terms where !add(term, graph, wordsOfPaths: true) { unmatched.append(term) }
        for word in Self.words(of: task) {
            // Small words of a sentence are names in some program, too.
            let looksLikeCode = word.contains { "._/-:".contains($0) || $0.isUppercase && $0 != word.first }
            if looksLikeCode { _ = add(word, graph, wordsOfPaths: false) }
            mention(word, graph)
        }
    }

    /// Where the walker starts: mostly in the focus, a little everywhere.
    func seeds(_ graph: TagGraph) -> [Double] {
        let count = graph.files.count
        guard count > 0 else { return [] }
        var seeds = Array(repeating: 0.0, count: count)
        for file in files { seeds[file] += 4 }
        for name in names {
            let definers = Set(graph.definitions(named: name).map { Int(graph.definitions[Int($0)].file) })
            for file in definers { seeds[file] += 4 / Double(definers.count) }
        }
        for file in mentioned { seeds[file] += 1 / Double(max(1, mentioned.count)).squareRoot() }
        let sum = seeds.reduce(0, +)
        guard sum > 0 else { return Array(repeating: 1, count: count) }
        return seeds.map { 0.85 * $0 / sum + 0.15 / Double(count) }
    }

    private mutating func add(_ term: String, _ graph: TagGraph, wordsOfPaths: Bool) -> Bool {
        var path = term.hasPrefix("./") ? String(term.dropFirst(2)) : term
        while path.hasSuffix("/") { path.removeLast() }
        guard !path.isEmpty else { return false }
        var found = false
        for (index, file) in graph.files.enumerated() {
            if file.path == path || file.path.hasPrefix(path + "/") || file.path.hasSuffix("/" + path) {
                files.insert(index)
                found = true
            }
        }
        // `Store.load`, `store::load`, `Store#load`: the last part is the name, the whole may be one, too.
        let parts = term.split { ".:#".contains($0) }.map(String.init)
        for name in [term] + (found ? [] : parts) {
            if let number = graph.names.number(of: name), !graph.definitions(named: number).isEmpty {
                names.insert(number)
                found = true
            }
        }
        if !found, wordsOfPaths {
            let before = mentioned.count
            mention(term, graph)
            found = mentioned.count > before
        }
        return found
    }

    private mutating func mention(_ word: String, _ graph: TagGraph) {
        guard word.count >= 3 else { return }
        let wanted = word.lowercased()
        for (index, file) in graph.files.enumerated() where Self.hasWord(wanted, in: file.path) {
            mentioned.insert(index)
        }
    }

    /// Whether a part of the path between marks is the word, or begins with it as `token` in `tokens`.
    private static func hasWord(_ word: String, in path: String) -> Bool {
        path.lowercased().split { !$0.isLetter && !$0.isNumber }.contains { part in
            part == word || part.hasPrefix(word) && word.count >= 4
        }
    }

    private static func words(of task: String) -> [String] {
        var seen: Set<String> = []
        return task.split { !($0.isLetter || $0.isNumber || "._/-:".contains($0)) }
            .map { String($0).trimmed(of: ".:-/") }
            .filter { $0.count >= 3 && seen.insert($0).inserted }
    }
}

extension String {
    fileprivate func trimmed(of marks: String) -> String {
        var rest = self[...]
        while let first = rest.first, marks.contains(first) { rest.removeFirst() }
        while let last = rest.last, marks.contains(last) { rest.removeLast() }
        return String(rest)
    }
}
