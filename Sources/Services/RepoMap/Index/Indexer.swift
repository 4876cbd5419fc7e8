import Files
import Policy
import SourceTags
import Synchronization

/// A file with what its reader found in it.
struct IndexedFile: Sendable {
    var path: String
    var tags: TagArchive
}

/// The files of a tree with their tags, read or taken from the store.
struct IndexedTree: Sendable {
    var files: [IndexedFile] = []
    var parsed = 0
    var fromCache = 0
    /// Files that were listed and turned out to be no sources.
    var skipped = 0
}

/// Reads the tags of a tree's files on several threads, and of unchanged files from the store.
struct Indexer: Sendable {
    let readers: TagReaderFactory
    let rules: PathRules
    let threads: Int

    /// So many files are read before they are kept; an interrupted map loses no more than these.
    private static let batch = 2000

    /// The files come back in the order of `paths`; `isWhole` says that these are all there are below `root`.
    @concurrent
    func index(
        _ paths: [String], in root: FilePath, isWhole: Bool, store file: FilePath?
    ) async throws -> IndexedTree {
        var contents = IndexStore.Contents()
        var store: IndexStore?
        if let file, let (opened, loaded) = await IndexStore.open(file, root: root) {
            store = opened
            contents = loaded
        }
        do {
            let tree = try await read(paths, root, isWhole, contents, store)
            try await store?.prune(tree.files.count)
            await store?.close()
            return tree
        } catch {
            await store?.close()
            throw error
        }
    }

    private func read(
        _ paths: [String], _ root: FilePath, _ isWhole: Bool, _ contents: IndexStore.Contents, _ store: IndexStore?
    ) async throws -> IndexedTree {
        var tree = IndexedTree()
        tree.files.reserveCapacity(paths.count)
        var seen: Set<String> = []
        for start in stride(from: 0, to: paths.count, by: Self.batch) {
            let part = Array(paths[start..<min(paths.count, start + Self.batch)])
            let outcomes = try await outcomes(part, root, contents)
            var changes = IndexStore.Changes()
            for (path, outcome) in zip(part, outcomes) {
                guard let outcome else { continue }
                seen.insert(path)
                if outcome.isParsed { changes.tags.append((outcome.key, outcome.tags)) }
                if let stamped = outcome.stamped { changes.files.append((path, stamped, outcome.key)) }
                if outcome.isSource {
                    tree.files.append(IndexedFile(path: path, tags: outcome.tags))
                    if outcome.isParsed { tree.parsed += 1 } else { tree.fromCache += 1 }
                } else {
                    tree.skipped += 1
                }
            }
            try await store?.save(changes)
        }
        if isWhole, let store {
            let gone = contents.files.keys.filter { !seen.contains($0) }
            try await store.save(IndexStore.Changes(gone: gone))
        }
        return tree
    }

    /// What came of one file.
    private struct Outcome: Sendable {
        var key: ContentKey
        var tags: TagArchive
        var isParsed: Bool
        /// To be kept: nil where it is kept already, or the file may still change unseen.
        var stamped: IndexStore.KnownFile?
        /// The tags of a file of which ctags may know more.
        var scanned: [Tag]?

        var isSource: Bool { tags != Indexer.noSource }
    }

    /// Stands for contents in no known language, so that they are not read again.
    private static let noSource = TagArchive([
        Tag(name: "", role: .reference, kind: .name, line: 0, lastLine: 0)
    ])

    private func outcomes(
        _ paths: [String], _ root: FilePath, _ contents: IndexStore.Contents
    ) async throws -> [Outcome?] {
        let results = Results(paths.count)
        let now = FileStamp.now()
        try await WorkerThreads.run(paths.count, on: threads) { next in
            let reader = readers.make()
            while let index = next() {
                results.set(index, outcome(paths[index], root, contents, reader, now))
            }
        }
        return try await withDefinitions(results.all(), of: paths, root)
    }

    /// Asks ctags about the files that were only scanned; without it, and where it fails, the scan stands.
    private func withDefinitions(
        _ outcomes: [Outcome?], of paths: [String], _ root: FilePath
    ) async throws -> [Outcome?] {
        let scanned = outcomes.indices.filter { outcomes[$0]?.scanned != nil }
        guard !scanned.isEmpty, let source = readers.ctags,
            let ctags = await CtagsReader.find(environment: source.environment),
            let definitions = try? await ctags.definitions(of: scanned.map { paths[$0] }, in: root)
        else {
            try Task.checkCancellation()
            return outcomes
        }
        var outcomes = outcomes
        for index in scanned {
            guard let found = definitions[paths[index]], let scan = outcomes[index]?.scanned else { continue }
            outcomes[index]?.tags = TagArchive(CtagsReader.tags(definitions: found, scanned: scan))
        }
        return outcomes
    }

    /// Nil for what is no file that may be read.
    private func outcome(
        _ path: String, _ root: FilePath, _ contents: IndexStore.Contents, _ reader: any TagReader, _ now: Int64
    ) -> Outcome? {
        let place = root.appending(path)
        guard let stamp = FileStamp(of: place), stamp.size <= SourceFilter.largest,
            rules.decide(path, for: .read) == .allow
        else { return nil }
        let language = Self.language(of: path)
        if let known = contents.files[path], known.stamp == stamp {
            let key = ContentKey(content: known.content, language: language, reader: readers.version)
            if let tags = contents.tags[key] {
                return Outcome(key: key, tags: tags, isParsed: false, stamped: nil)
            }
        }
        // A file that went away meanwhile, or may not be read, is not in the map.
        guard let bytes = try? FileSystem.readBytes(place, limit: SourceFilter.largest) else { return nil }
        let content = ContentKey(content: bytes)
        let key = ContentKey(content: content, language: language, reader: readers.version)
        let known = stamp.isFresh(at: now) ? nil : IndexStore.KnownFile(stamp: stamp, content: content)
        if let tags = contents.tags[key] { return Outcome(key: key, tags: tags, isParsed: false, stamped: known) }
        var outcome = Outcome(key: key, tags: Self.noSource, isParsed: true, stamped: known)
        // A grammar that fails on a file leaves that file out, not the whole map.
        if SourceFilter.wants(bytes), let read = try? reader.tags(in: bytes, path: path) {
            outcome.tags = TagArchive(read)
            if readers.ctags?.isWanted(path, bytes) == true { outcome.scanned = read }
        }
        return outcome
    }

    /// What a reader picks the language by: the extension, or the whole name where there is none.
    private static func language(of path: String) -> String {
        let file = FilePath(path)
        return (file.extension ?? file.name).lowercased()
    }

    private final class Results: Sendable {
        private let slots: Mutex<[Outcome?]>

        init(_ count: Int) { slots = Mutex(Array(repeating: nil, count: count)) }

        func set(_ index: Int, _ outcome: Outcome?) { slots.withLock { $0[index] = outcome } }
        func all() -> [Outcome?] { slots.withLock { $0 } }
    }
}
