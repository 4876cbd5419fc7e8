import Crypto
import Files

/// Finished maps of a tree in a file beside the index, so that a tree in which nothing has changed is not ranked again.
///
/// A map is found by what was asked for and by the ``TreeState`` it was made of. It is a cache: what is damaged or cannot
/// be written is as good as not there.
struct KeptMaps: Sendable {
    /// Goes up when a file means something else, or the same tree would give another map.
    private static let version = 2
    private static let most = 8
    private static let largest = 4 << 20

    private struct Entry {
        /// Of what was asked for.
        var question: ContentKey
        var state: ContentKey
        var map: ArraySlice<UInt8>
    }

    private let file: FilePath
    private let question: ContentKey

    /// Nil where finished maps are not worth keeping: a task's words do not come twice.
    init?(beside index: FilePath, root: FilePath, options: RepoMapOptions, rules: String, readers: String) {
        guard options.task.isEmpty else { return nil }
        file = FilePath(index.string + "-maps")
        var writer = ByteWriter()
        writer.number(Self.version)
        for text in [root.string, rules, readers, Self.program()] { writer.text(text) }
        for list in [options.paths, options.focus] {
            writer.number(list.count)
            for text in list { writer.text(text) }
        }
        writer.number(options.budget)
        writer.number(options.showsLines ? 1 : 0)
        question = ContentKey(content: writer.bytes)
    }

    /// The map that was kept of this state, or nil.
    func find(_ state: ContentKey) -> RepoMapResult? {
        guard let entry = entries().first(where: { $0.question == question && $0.state == state }) else { return nil }
        var reader = ByteReader(bytes: Array(entry.map), at: 0)
        return RepoMapResult(kept: &reader)
    }

    func keep(_ result: RepoMapResult, _ state: ContentKey) {
        var writer = ByteWriter()
        result.keep(in: &writer)
        let fresh = Entry(question: question, state: state, map: writer.bytes[...])
        let others = entries().filter { $0.question != question }.prefix(Self.most - 1)
        var body = ByteWriter()
        for entry in [fresh] + others {
            guard body.bytes.count + entry.map.count < Self.largest else { break }
            body.bytes += entry.question.bytes + entry.state.bytes
            body.number(entry.map.count)
            body.bytes += entry.map
        }
        // What cannot be kept is made anew next time.
        try? FileSystem.write(ContentKey(content: body.bytes).bytes + body.bytes, to: file, newMode: 0o600)
    }

    /// The newest first; none where the file is not whole.
    private func entries() -> [Entry] {
        // A file that is not there has no maps.
        guard let bytes = try? FileSystem.readBytes(file, limit: Self.largest + 64), bytes.count > 16,
            ContentKey(content: Array(bytes[16...])).bytes == Array(bytes[..<16])
        else { return [] }
        var entries: [Entry] = []
        var reader = ByteReader(bytes: bytes, at: 16)
        while bytes.count - reader.at > 32 {
            let start = reader.at
            reader.at += 32
            guard let question = ContentKey(bytes: Array(bytes[start..<start + 16])),
                let state = ContentKey(bytes: Array(bytes[start + 16..<start + 32])), let map = reader.text()
            else { return entries }
            entries.append(Entry(question: question, state: state, map: bytes[map]))
        }
        return entries
    }

    /// Tells one build of the program from another, which may make other maps; empty where the system does not say.
    private static func program() -> String {
        guard let path = try? FileSystem.realPath("/proc/self/exe"), let stamp = FileStamp(of: path) else { return "" }
        return "\(path) \(stamp.size) \(stamp.modified) \(stamp.changed) \(stamp.inode)"
    }
}

extension RepoMapResult {
    fileprivate func keep(in writer: inout ByteWriter) {
        let counts = [smallestBudget, statistics.files, statistics.definitions, files.count, unmatchedFocus.count]
        for count in counts { writer.number(count) }
        for file in files {
            writer.text(file.path)
            writer.number(Int(file.rank.bitPattern >> 32))
            writer.number(Int(file.rank.bitPattern & 0xFFFF_FFFF))
            writer.number(file.definitions.count)
            for definition in file.definitions {
                writer.text(definition.name)
                let code = Int(definition.kind.code)
                for number in [code, definition.line, definition.lastLine, definition.depth] { writer.number(number) }
                writer.text(definition.signature)
            }
            writer.texts(file.lines)
        }
        for focus in unmatchedFocus { writer.texts([focus.term] + focus.nearest) }
        writer.texts(statistics.deadly)
    }

    fileprivate init?(kept reader: inout ByteReader) {
        guard let smallest = reader.number(), let known = reader.number(), let defined = reader.number(),
            let files = reader.number(), let unmatched = reader.number()
        else { return nil }
        self.init(
            files: [], unmatchedFocus: [], smallestBudget: smallest,
            statistics: Statistics(files: known, fromCache: known, definitions: defined))
        for _ in 0..<files {
            guard let path = reader.string(), let high = reader.number(), let low = reader.number(),
                let count = reader.number()
            else { return nil }
            var file = MappedFile(
                path: path, rank: Double(bitPattern: UInt64(high) << 32 | UInt64(low)), definitions: [], lines: [])
            for _ in 0..<count {
                guard let name = reader.string(), let kind = reader.kind(), let line = reader.number(),
                    let last = reader.number(), let depth = reader.number(), let signature = reader.string()
                else { return nil }
                file.definitions.append(
                    MappedDefinition(
                        name: name, kind: kind, line: line, lastLine: last, depth: depth, signature: signature))
            }
            guard let lines = reader.strings() else { return nil }
            file.lines = lines
            self.files.append(file)
        }
        for _ in 0..<unmatched {
            guard let texts = reader.strings(), let term = texts.first else { return nil }
            unmatchedFocus.append(UnmatchedFocus(term: term, nearest: Array(texts.dropFirst())))
        }
        guard let deadly = reader.strings() else { return nil }
        statistics.deadly = deadly
    }
}

extension ByteWriter {
    fileprivate mutating func texts(_ texts: [String]) {
        number(texts.count)
        for text in texts { self.text(text) }
    }
}

extension ByteReader {
    fileprivate mutating func string() -> String? { text().map { String(decoding: bytes[$0], as: UTF8.self) } }

    fileprivate mutating func strings() -> [String]? {
        guard let count = number() else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let text = string() else { return nil }
            texts.append(text)
        }
        return texts
    }
}
