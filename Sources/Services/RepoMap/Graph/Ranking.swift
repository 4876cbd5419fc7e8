import SourceTags

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How important the files and definitions of a tree are, seen from a focus.
///
/// A file votes for the files that define the names it uses: with the square root of the number of uses, times the
/// name's own weight, shared among the files that define it. Ten times as much counts a name in the focus or a vote of
/// a file in the focus; a tenth counts a name that the voter defines itself; a fifth a field or constant; half counts the vote of a test. For
/// what a test defines only tests vote.
struct Ranking: Sendable {
    /// By file; they sum up to 1.
    let files: [Double]
    /// By definition.
    let definitions: [Double]
    /// Files, the most important first; equal ones by their path.
    let order: [Int]
    /// Definitions, the most important first; equal ones in the order of the graph.
    let definitionOrder: [Int]
    /// How many definitions were looked at for the votes, each as often as it was; tests bound the work with it.
    let looks: Int

    /// A name that more files define than these says nothing of any of them; in other languages and tests four times so
    /// many may.
    private static let mostDefiners = 40

    init(_ graph: TagGraph, focus: Focus) {
        let votes = Votes(graph, focus)
        let ranks = PageRank(starts: votes.starts, targets: votes.targets, weights: votes.weights)
            .ranks(seeds: focus.seeds(graph))
        var scores = Array(repeating: 0.0, count: graph.definitions.count)
        for file in graph.files.indices {
            let own = graph.definitionsOfFile(file)
            var total = 0.0
            for vote in votes.starts[file]..<votes.starts[file + 1] { total += votes.weights[vote] }
            for vote in votes.starts[file]..<votes.starts[file + 1] {
                // Same-named definitions of a file, such as methods of several types, share what the name gets.
                let named = votes.definitions(vote, graph)
                let share = ranks[file] * votes.weights[vote] / total / Double(max(1, named.count))
                for definition in named { scores[Int(definition)] += share }
            }
            let base = ranks[file] * (focus.files.contains(file) ? 1 : 0.6) / Double(max(1, own.count)).squareRoot()
            for definition in own {
                let isWitness = NameWeight.witnesses.contains(graph.names.text(graph.definitions[definition].name))
                scores[definition] += base * Self.weight(graph.definitions[definition]) * (isWitness ? 0.02 : 1)
                if focus.names.contains(graph.definitions[definition].name) {
                    scores[definition] += ranks[file]
                }
            }
        }
        files = ranks
        definitions = scores
        looks = votes.looks
        order = graph.files.indices.sorted { (ranks[$1], $0) < (ranks[$0], $1) }
        definitionOrder = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    }

    private static func weight(_ definition: TagGraph.Definition) -> Double {
        let kind: Double =
            switch definition.kind {
            case .type, .interface: 3
            case .function, .method: 1
            case .macro, .module: 0.5
            case .constant, .field, .name: 0.25
            }
        return kind / Double(1 + min(definition.depth, 3))
    }

    /// The edges of the graph, one for each file, name it uses, and file that defines that name.
    private struct Votes {
        var starts: [Int] = [0]
        var targets: [Int32] = []
        var weights: [Double] = []
        /// The name behind each vote.
        var names: [Int32] = []
        /// See ``Ranking/looks``.
        var looks = 0

        init(_ graph: TagGraph, _ focus: Focus) {
            let nameWeights = (0..<graph.names.count).map { number in
                let name = Int32(number)
                return NameWeight.weight(graph.names.bytes(name)) * (focus.names.contains(name) ? 10 : 1)
            }
            // Looked at once a name: to go through thousands of definitions at every use would be quadratic.
            let isEverywhere = (0..<graph.names.count).map { number in
                let definitions = graph.definitions(named: Int32(number))
                looks += definitions.count
                guard definitions.count > Ranking.mostDefiners * 4 else { return false }
                return Set(definitions.map { graph.definitions[Int($0)].file }).count > Ranking.mostDefiners * 4
            }
            let tests = graph.files.map { Family.isTest($0.path) }
            let families = graph.files.map { Family.number(of: $0.path) }
            var definers: [Int32] = []
            for file in graph.files.indices {
                let voter = (focus.files.contains(file) ? 10.0 : 1) * (tests[file] ? 0.5 : 1)
                for index in graph.usesOfFile(file) {
                    let use = graph.uses[index]
                    guard !isEverywhere[Int(use.name)] else { continue }
                    definers.removeAll(keepingCapacity: true)
                    var isOwn = false
                    var isField = true
                    let named = graph.definitions(named: use.name)
                    looks += named.count
                    for definition in named {
                        let definer = graph.definitions[Int(definition)].file
                        if Int(definer) != file {
                            let isHidden = graph.definitions[Int(definition)].isPrivate
                            if isHidden || tests[Int(definer)] && !tests[file] { continue }
                        }
                        switch graph.definitions[Int(definition)].kind {
                        case .field, .constant: break
                        default: isField = false
                        }
                        if Int(definer) == file {
                            isOwn = true
                        } else if definers.last != definer {
                            definers.append(definer)
                        }
                    }
                    // A name of the same language is meant where there is one.
                    if definers.contains(where: { families[Int($0)] == families[file] }) {
                        definers.removeAll { families[Int($0)] != families[file] }
                    }
                    guard !definers.isEmpty, definers.count <= Ranking.mostDefiners else { continue }
                    let weight =
                        nameWeights[Int(use.name)] * Double(max(1, use.count)).squareRoot() * voter
                        * (isOwn ? 0.1 : 1) * (isField ? 0.2 : 1) / Double(definers.count)
                    for definer in definers {
                        targets.append(definer)
                        weights.append(weight)
                        names.append(use.name)
                    }
                }
                starts.append(targets.count)
            }
        }

        /// The definitions of the vote's name in the file that it is for.
        func definitions(_ vote: Int, _ graph: TagGraph) -> ArraySlice<Int32> {
            let all = graph.definitions(named: names[vote])
            // They are in the order of the files.
            guard let first = all.firstIndex(where: { graph.definitions[Int($0)].file == targets[vote] }) else {
                return []
            }
            let rest = all[first...]
            return rest.prefix { graph.definitions[Int($0)].file == targets[vote] }
        }
    }
}

/// Languages whose files name each other's things, and paths of tests.
enum Family {
    private static let groups: [[String]] = [
        ["c", "h", "cc", "cpp", "cxx", "hh", "hpp", "hxx", "m", "mm"],
        ["js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte"],
        ["java", "kt", "kts", "scala", "groovy"], ["py", "pyi", "pyx"], ["ex", "exs"], ["cs", "fs", "vb"],
    ]
    private static let numbers: [String: Int] = Dictionary(
        uniqueKeysWithValues: groups.enumerated().flatMap { number, names in names.map { ($0, number + 1) } })

    /// Equal for paths of one family; by the extension's letters where it is in none.
    static func number(of path: String) -> Int {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return 0 }
        let suffix = name[name.index(after: dot)...].lowercased()
        return numbers[suffix] ?? suffix.utf8.reduce(1000) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
    }

    static func isTest(_ path: String) -> Bool {
        let parts = path.lowercased().split(separator: "/")
        if parts.dropLast().contains(where: { ["test", "tests", "spec", "specs", "__tests__", "testing"].contains($0) })
        {
            return true
        }
        let name = parts.last ?? ""
        return name.hasPrefix("test_") || name.contains("_test.") || name.contains(".test.") || name.contains(".spec.")
            || name.contains("tests.")
    }
}
