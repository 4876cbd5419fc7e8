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
    /// Files that end the process which parses them; they are scanned.
    var deadly: [String] = []
    /// Files that were scanned this time because nothing could parse them.
    var unparsed = 0
    /// Whether the next map of the same files would be the same.
    var isLasting = true
}

/// Reads the tags of a tree's files in children and on several threads, and of unchanged files from the store.
struct Indexer: Sendable {
    let readers: TagReaderFactory
    let rules: PathRules
    let threads: Int

    /// So many files, or bytes of files, are read before they are kept: an interrupted map loses no more than these, and
    /// no more are in memory.
    private static let batch = (files: 2000, bytes: 64 << 20)

    /// Hands `use` the files in the order of `paths`, and keeps what was read of the last of them meanwhile; `isWhole`
    /// says that these are all there are below `root`.
    @concurrent
    func index<Value: Sendable>(
        _ paths: [String], in root: FilePath, isWhole: Bool, store file: FilePath?,
        _ use: @escaping @Sendable (IndexedTree) async throws -> Value
    ) async throws -> Value {
        var opened: (IndexStore, IndexStore.Contents)?
        if let file { opened = await IndexStore.open(file, root: root) }
        let store = opened?.0
        let contents = opened?.1 ?? IndexStore.Contents()
        do {
            let (tree, changes) = try await read(paths, root, isWhole, contents, store)
            async let kept: Void = Self.keep(changes, of: tree.files.count, in: store)
            let value = try await use(tree)
            try await kept
            await store?.close()
            return value
        } catch {
            await store?.close()
            throw error
        }
    }

    private static func keep(_ changes: IndexStore.Changes, of count: Int, in store: IndexStore?) async throws {
        try await store?.save(changes)
        try await store?.prune(count)
    }

    /// The tree, and what is still to be kept of it.
    private func read(
        _ paths: [String], _ root: FilePath, _ isWhole: Bool, _ contents: IndexStore.Contents, _ store: IndexStore?
    ) async throws -> (IndexedTree, IndexStore.Changes) {
        var tree = IndexedTree()
        tree.files.reserveCapacity(paths.count)
        var seen: Set<String> = []
        let reading = FileReading(readers: readers, rules: rules, root: root, contents: contents)
        var rest = paths[...]
        var changes = IndexStore.Changes()
        while !rest.isEmpty {
            try await store?.save(changes)
            changes = IndexStore.Changes()
            let part = Self.batch(of: &rest, root)
            for (file, outcome) in zip(part, try await outcomes(part, reading)) {
                guard let outcome else { continue }
                seen.insert(file.path)
                if outcome.isParsed, outcome.isLasting { changes.tags.append((outcome.key, outcome.tags)) }
                if let stamped = outcome.stamped, outcome.isLasting {
                    changes.files.append((file.path, stamped, outcome.key))
                }
                tree.add(outcome, file.path)
            }
        }
        if isWhole, store != nil { changes.gone = contents.files.keys.filter { !seen.contains($0) } }
        return (tree, changes)
    }

    private static func batch(of rest: inout ArraySlice<String>, _ root: FilePath) -> [FileReading.File] {
        var part: [FileReading.File] = []
        var bytes: Int64 = 0
        while part.count < batch.files, bytes < batch.bytes, let path = rest.popFirst() {
            let stamp = FileStamp(of: root.appending(path))
            bytes += min(stamp?.size ?? 0, Int64(SourceFilter.largest))
            part.append(FileReading.File(path: path, stamp: stamp))
        }
        return part
    }

    private func outcomes(_ files: [FileReading.File], _ reading: FileReading) async throws -> [FileOutcome?] {
        let looks = Results<FileReading.Look>(files.count)
        try await WorkerThreads.run(files.count, on: threads) { next in
            let reader = readers.make()
            while let index = next() { looks.set(index, reading.look(at: files[index], with: reader)) }
        }
        var outcomes: [FileOutcome?] = []
        var waiting: [(index: Int, unread: UnreadFile)] = []
        for (index, look) in looks.all().enumerated() {
            switch look {
            case .known(let outcome): outcomes.append(outcome)
            case .unread(let unread):
                outcomes.append(nil)
                waiting.append((index, unread))
            case nil: outcomes.append(nil)
            }
        }
        // While the children parse, ctags reads what has no grammar.
        let early = outcomes
        async let scanned = withDefinitions(early, of: files, reading.root)
        let fates = try await fates(of: waiting.map { TagJob(path: files[$0.index].path, source: $0.unread.source) })
        outcomes = try await scanned
        var late: [FileOutcome?] = Array(repeating: nil, count: outcomes.count)
        for ((index, unread), fate) in zip(waiting, fates) {
            let outcome = reading.outcome(of: unread, files[index].path, fate)
            if outcome.scanned == nil { outcomes[index] = outcome } else { late[index] = outcome }
        }
        for (index, outcome) in try await withDefinitions(late, of: files, reading.root).enumerated() {
            if let outcome { outcomes[index] = outcome }
        }
        return outcomes
    }

    private func fates(of jobs: [TagJob]) async throws -> [TagQueue.Fate?] {
        guard let worker = readers.worker, !jobs.isEmpty else { return [] }
        return try await TagChildren(worker: worker, rows: threads).read(jobs)
    }

    /// Asks ctags about the files that were only scanned; without it, and where it fails, the scan stands.
    private func withDefinitions(
        _ outcomes: [FileOutcome?], of files: [FileReading.File], _ root: FilePath
    ) async throws -> [FileOutcome?] {
        let scanned = outcomes.indices.filter { outcomes[$0]?.scanned != nil }
        guard !scanned.isEmpty, let source = readers.ctags,
            let ctags = await CtagsReader.find(environment: source.environment),
            let definitions = try? await ctags.definitions(of: scanned.map { files[$0].path }, in: root)
        else {
            try Task.checkCancellation()
            return outcomes
        }
        var outcomes = outcomes
        for index in scanned {
            guard let found = definitions[files[index].path], let scan = outcomes[index]?.scanned else { continue }
            outcomes[index]?.tags = TagArchive(CtagsReader.tags(definitions: found, scanned: scan))
        }
        return outcomes
    }

    private final class Results<Value: Sendable>: Sendable {
        private let slots: Mutex<[Value?]>

        init(_ count: Int) { slots = Mutex(Array(repeating: nil, count: count)) }

        func set(_ index: Int, _ value: Value?) { slots.withLock { $0[index] = value } }
        func all() -> [Value?] { slots.withLock { $0 } }
    }
}

extension IndexedTree {
    fileprivate mutating func add(_ outcome: FileOutcome, _ path: String) {
        guard outcome.isSource else {
            skipped += 1
            return
        }
        files.append(IndexedFile(path: path, tags: outcome.tags))
        if outcome.isParsed { parsed += 1 } else { fromCache += 1 }
        if outcome.isDeadly { deadly.append(path) }
        if !outcome.isLasting, !outcome.isDeadly { unparsed += 1 }
        if !outcome.isLasting { isLasting = false }
    }
}
