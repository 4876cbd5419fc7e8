import Files
import RepoMap
import SourceTags
import Subprocess
import Synchronization
import Testing

/// A folder with source files, removed afterwards.
struct TestTree {
    let root: FilePath
    /// Outside of the root.
    let index: FilePath

    static func with(_ files: [String: String] = [:], _ body: (TestTree) async throws -> Void) async throws {
        try await FileSystem.withTemporaryDirectory(prefix: "repomap-") { folder in
            let tree = TestTree(root: folder / "tree", index: folder / "state" / "index.db")
            try FileSystem.createDirectory(tree.root)
            for (path, text) in files { try tree.write(path, text) }
            try await body(tree)
        }
    }

    func write(_ path: String, _ text: String) throws {
        let place = root.appending(path)
        try FileSystem.createDirectory(place.parent)
        try FileSystem.write(text, to: place)
    }

    /// Where finished maps are kept.
    var maps: FilePath { FilePath(index.string + "-maps") }

    func forgetMaps() throws {
        if FileSystem.exists(maps) { try FileSystem.remove(maps) }
    }

    func git(_ arguments: String...) async throws {
        let settings = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
        let result = try await Command(
            "git", settings + arguments, environment: Command.inheritedEnvironment(), directory: root
        ).run()
        #expect(result.succeeded, "\(result.stderr.text)")
    }

    func mapper(index: Bool = true, threads: Int? = nil, readers: TagReaderFactory = .lines()) -> RepoMapper {
        RepoMapper(readers: readers, indexFile: index ? self.index : nil, threads: threads)
    }
}

extension TagReaderFactory {
    /// Reads lines of two kinds: `def NAME …`, nested by four spaces, and uses `use NAME …`.
    static func lines(version: String = "1", counting count: ReadCount? = nil) -> TagReaderFactory {
        TagReaderFactory(version: version) { LineReader(count: count) }
    }
}

final class ReadCount: Sendable {
    private let paths = Mutex<[String]>([])

    func add(_ path: String) { paths.withLock { $0.append(path) } }
    func take() -> [String] {
        paths.withLock { paths in
            defer { paths = [] }
            return paths.sorted()
        }
    }
}

private final class LineReader: TagReader {
    private let count: ReadCount?

    init(count: ReadCount?) { self.count = count }

    func tags(in source: [UInt8], path: String) throws(SourceTagsError) -> [SourceTags.Tag]? {
        guard path.hasSuffix(".src") else { return nil }
        count?.add(path)
        var tags: [SourceTags.Tag] = []
        let lines = String(decoding: source, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let depth = line.prefix { $0 == " " }.count / 4
            let words = line.split(separator: " ").map(String.init)
            for name in words.dropFirst() where words.first == "use" {
                tags.append(
                    SourceTags.Tag(name: name, role: .reference, kind: .name, line: index + 1, lastLine: index + 1)
                )
            }
            guard words.first == "def", words.count > 1 else { continue }
            tags.append(
                SourceTags.Tag(
                    name: words[1], role: .definition, kind: depth == 0 ? .type : .method, line: index + 1,
                    lastLine: index + 1, signature: words.joined(separator: " "), depth: depth))
        }
        return tags
    }
}
