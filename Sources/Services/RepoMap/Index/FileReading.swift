import Files
import Policy
import SourceTags

/// Reads one file after the other, or finds what earlier maps have read of it.
struct FileReading: Sendable {
    struct File: Sendable {
        var path: String
        /// Nil for what is no regular file.
        var stamp: FileStamp?
    }

    /// What one look at a file gave.
    enum Look: Sendable {
        case known(FileOutcome)
        /// A child is to parse it.
        case unread(UnreadFile)
    }

    let readers: TagReaderFactory
    let rules: PathRules
    let root: FilePath
    let contents: IndexStore.Contents
    /// What the tags of deadly contents are kept under, instead of the readers' version: another build of the program
    /// tries them anew.
    private let deadly: String
    private let now = FileStamp.now()

    init(readers: TagReaderFactory, rules: PathRules, root: FilePath, contents: IndexStore.Contents) {
        self.readers = readers
        self.rules = rules
        self.root = root
        self.contents = contents
        deadly = "\(readers.version)\ndeadly for \(readers.worker?.identity ?? "none")"
    }

    /// Nil for what is no file that may be read.
    func look(at file: File, with reader: any TagReader) -> Look? {
        let place = root.appending(file.path)
        guard let stamp = file.stamp, stamp.size <= SourceFilter.largest,
            rules.decide(file.path, for: .read) == .allow
        else { return nil }
        if let known = contents.files[file.path], known.stamp == stamp,
            let outcome = kept(known.content, file.path, stamped: nil)
        {
            return .known(outcome)
        }
        // A file that went away meanwhile, or may not be read, is not in the map.
        guard let bytes = try? FileSystem.readBytes(place, limit: SourceFilter.largest) else { return nil }
        let content = ContentKey(content: bytes)
        let stamped = stamp.isFresh(at: now) ? nil : IndexStore.KnownFile(stamp: stamp, content: content)
        if let outcome = kept(content, file.path, stamped: stamped) { return .known(outcome) }
        var outcome = FileOutcome(
            key: key(content, file.path), tags: FileOutcome.noSource, isParsed: true, stamped: stamped)
        guard SourceFilter.wants(bytes) else { return .known(outcome) }
        if readers.worker?.isWanted(file.path, bytes) == true {
            return .unread(UnreadFile(content: content, source: bytes, stamped: stamped))
        }
        // A grammar that fails on a file leaves that file out, not the whole map.
        if let read = try? reader.tags(in: bytes, path: file.path) {
            outcome.tags = TagArchive(read)
            if readers.ctags?.isWanted(file.path, bytes) == true { outcome.scanned = read }
        }
        return .known(outcome)
    }

    /// What became of a file that a child was given; one that it could not parse is scanned here.
    func outcome(of file: UnreadFile, _ path: String, _ fate: TagQueue.Fate?) -> FileOutcome {
        var outcome = FileOutcome(
            key: key(file.content, path), tags: FileOutcome.noSource, isParsed: true, stamped: file.stamped)
        switch fate {
        case .read(let archive):
            outcome.tags = archive
            return outcome
        case .unparsed: break
        case .deadly(let isSure):
            outcome.isDeadly = true
            outcome.isLasting = isSure
            outcome.key = key(file.content, path, deadly)
        case nil: outcome.isLasting = false
        }
        let scan = IdentifierReader().tags(in: file.source)
        outcome.tags = TagArchive(scan)
        outcome.scanned = scan
        return outcome
    }

    private func kept(_ content: ContentKey, _ path: String, stamped: IndexStore.KnownFile?) -> FileOutcome? {
        guard !contents.tags.isEmpty else { return nil }
        let usual = key(content, path)
        if let tags = contents.tags[usual] {
            return FileOutcome(key: usual, tags: tags, isParsed: false, stamped: stamped)
        }
        guard readers.worker != nil else { return nil }
        let other = key(content, path, deadly)
        return contents.tags[other].map {
            FileOutcome(key: other, tags: $0, isParsed: false, stamped: stamped, isDeadly: true)
        }
    }

    private func key(_ content: ContentKey, _ path: String, _ reader: String? = nil) -> ContentKey {
        ContentKey(content: content, language: Self.language(of: path), reader: reader ?? readers.version)
    }

    /// What a reader picks the language by: the extension, or the whole name where there is none.
    private static func language(of path: String) -> String {
        let file = FilePath(path)
        return (file.extension ?? file.name).lowercased()
    }
}
