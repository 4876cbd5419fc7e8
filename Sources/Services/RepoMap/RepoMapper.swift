package import Files
package import Policy
import Subprocess

/// Makes maps of trees of source files, and finds symbols in them.
///
/// ```swift
/// let mapper = RepoMapper(readers: .best(grammarFolders: folders), indexFile: home / "maps" / "index.db")
/// let map = try await mapper.map(of: project, RepoMapOptions(budget: 2000, task: request))
/// prompt += map.text
/// ```
///
/// Files that `rules` hide, such as `.env` and keys, are neither read nor shown. What was read is kept in the index
/// file by content, so that the next map reads only what has changed. The source files are read on threads of their own.
package struct RepoMapper: Sendable {
    private let readers: TagReaderFactory
    private let indexFile: FilePath?
    private let rules: PathRules
    private let threads: Int
    private let environment: [String: String]
    /// Nanoseconds since 1970 UTC, by which files are too young for their stamps to be trusted.
    var now: @Sendable () -> Int64 = FileStamp.now

    /// - Parameters:
    ///   - readers: What reads the files, such as the best for each language.
    ///   - indexFile: Where to keep what was read; nil keeps nothing. It may be shared by trees and processes, and is
    ///     made anew where it is damaged.
    ///   - rules: Which files may be read.
    ///   - threads: How many threads read; by default one for each core.
    ///   - environment: What git is found with.
    package init(
        readers: TagReaderFactory, indexFile: FilePath?, rules: PathRules = PathRules(), threads: Int? = nil,
        environment: [String: String] = Command.inheritedEnvironment()
    ) {
        self.readers = readers
        self.indexFile = indexFile
        self.rules = rules
        self.threads = max(1, threads ?? WorkerThreads.cores())
        self.environment = environment
    }

    /// The map of what lies below `root`, a folder; throws `RepoMapError` where there is none, and on cancellation.
    @concurrent
    package func map(of root: FilePath, _ options: RepoMapOptions = RepoMapOptions()) async throws -> RepoMapResult {
        let clock = ContinuousClock()
        let start = clock.now
        guard options.budget > 0 else {
            throw RepoMapError(.invalidArgument, "The budget \(options.budget) is no number of tokens above 0.")
        }
        let (place, files) = try await list(root, options.paths)
        let kept = indexFile.flatMap {
            KeptMaps(beside: $0, root: place, options: options, rules: rules.identity, readers: readers.version)
        }
        var state: TreeState?
        if let kept {
            let found: (state: TreeState?, map: RepoMapResult?) = await WorkerThreads.run { [now] in
                let state = TreeState(files, in: place, now: now())
                return (state, state.flatMap { kept.find($0.key) })
            }
            if var result = found.map {
                result.statistics.milliseconds = Int((clock.now - start) / .milliseconds(1))
                return result
            }
            state = found.state
        }
        var (result, isLasting) = try await tree(place, files, isWhole: options.paths.isEmpty) { tree in
            (try Self.map(of: tree, options), tree.isLasting)
        }
        // What was read is the state or newer, and newer files have other stamps.
        if let kept, let state, state.isSettled, isLasting {
            let finished = result
            await WorkerThreads.run { kept.keep(finished, state.key) }
        }
        result.statistics.milliseconds = Int((clock.now - start) / .milliseconds(1))
        return result
    }

    private static func map(of tree: IndexedTree, _ options: RepoMapOptions) throws -> RepoMapResult {
        let graph = TagGraph(tree.files)
        let focus = Focus(terms: options.focus, task: options.task, graph)
        try Task.checkCancellation()
        let ranking = Ranking(graph, focus: focus)
        try Task.checkCancellation()
        let renderer = MapRenderer(graph, ranking, showsLines: options.showsLines)
        return RepoMapResult(
            files: renderer.files(budget: options.budget),
            unmatchedFocus: focus.unmatched.map {
                UnmatchedFocus(term: $0, nearest: NearestNames.nearest(to: $0, graph))
            },
            smallestBudget: renderer.smallestBudget(),
            statistics: RepoMapResult.Statistics(
                files: tree.files.count, parsed: tree.parsed, fromCache: tree.fromCache,
                definitions: graph.definitions.count, deadly: tree.deadly, unparsed: tree.unparsed))
    }

    /// The definitions and uses below `root`, to be searched; throws as ``map(of:_:)`` does.
    @concurrent
    package func symbols(of root: FilePath, paths: [String] = []) async throws -> SymbolIndex {
        let (place, files) = try await list(root, paths)
        return try await tree(place, files, isWhole: paths.isEmpty) { tree in
            let graph = TagGraph(tree.files)
            return SymbolIndex(graph, Ranking(graph, focus: Focus(terms: [], task: "", graph)))
        }
    }

    /// How many files below `root` a map is made of, without reading them; throws as ``map(of:_:)`` does.
    @concurrent
    package func fileCount(of root: FilePath) async throws -> Int { try await list(root, []).1.count }

    /// Where the root really is, and the paths of its files.
    private func list(_ root: FilePath, _ paths: [String]) async throws -> (FilePath, [String]) {
        let real: FilePath
        do throws(FileError) {
            real = try FileSystem.realPath(root)
        } catch {
            throw RepoMapError(.files, "There is no folder \(root) to make a map of: \(error.message)")
        }
        guard FileSystem.isDirectory(real) else {
            throw RepoMapError(.files, "\(root) is a file: name a folder, or the file among the paths of a map.")
        }
        for path in paths {
            let place = real.appending(path).normalized()
            guard FilePath(path).isAbsolute == false, place.isInside(real), FileSystem.exists(place) else {
                throw RepoMapError(.files, "There is no \(path) in \(root): name files and folders inside of it.")
            }
        }
        return (real, try await SourceLister(environment: environment).files(in: real, within: paths))
    }

    private func tree<Value: Sendable>(
        _ root: FilePath, _ files: [String], isWhole: Bool,
        _ use: @escaping @Sendable (IndexedTree) async throws -> Value
    ) async throws -> Value {
        try await Indexer(readers: readers, rules: rules, threads: threads)
            .index(files, in: root, isWhole: isWhole, store: indexFile, use)
    }
}
