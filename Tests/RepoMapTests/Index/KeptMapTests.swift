import Files
import Policy
import Testing

@testable import RepoMap

@Suite("A finished map is given again")
struct KeptMapTests {
    private static let files = ["a.src": "def Alpha\n", "b.src": "def Beta\nuse Alpha\n"]

    /// A mapper to which the files of the tree are old.
    private func mapper(_ tree: TestTree) -> RepoMapper {
        var mapper = tree.mapper()
        mapper.now = { FileStamp.now() + 60_000_000_000 }
        return mapper
    }

    /// Leaves finished maps as the only way to make one without reading.
    private func forgetTags(_ tree: TestTree) throws {
        for suffix in ["", "-wal", "-shm"] where FileSystem.exists(FilePath(tree.index.string + suffix)) {
            try FileSystem.remove(FilePath(tree.index.string + suffix))
        }
    }

    @Test("with the same files, ranks and definitions while nothing has changed")
    func same() async throws {
        try await TestTree.with(Self.files) { tree in
            let options = RepoMapOptions(focus: ["Beta", "Alphq"], showsLines: true)
            let first = try await mapper(tree).map(of: tree.root, options)
            try forgetTags(tree)
            var second = try await mapper(tree).map(of: tree.root, options)
            #expect((second.statistics.parsed, second.statistics.fromCache) == (0, 2))
            second.statistics = first.statistics
            #expect(second == first)
        }
    }

    @Test("not after an edit of the same length, a new file or one that went away")
    func changes() async throws {
        try await TestTree.with(Self.files) { tree in
            let mapper = mapper(tree)
            _ = try await mapper.map(of: tree.root)
            try tree.write("a.src", "def Aleph\n")
            let edited = try await mapper.map(of: tree.root)
            #expect(edited.text.contains("Aleph") && !edited.text.contains("Alpha"))
            try tree.write("c.src", "def Gamma\n")
            let grown = try await mapper.map(of: tree.root)
            #expect(grown.text.contains("Gamma"))
            try FileSystem.remove(tree.root / "c.src")
            let shrunk = try await mapper.map(of: tree.root)
            #expect(shrunk.text == edited.text)
        }
    }

    @Test("not while a file is so young that another edit would not show in its times")
    func young() async throws {
        try await TestTree.with(Self.files) { tree in
            var mapper = tree.mapper()
            // As if no time had passed since the files were written.
            mapper.now = { 0 }
            _ = try await mapper.map(of: tree.root)
            #expect(!FileSystem.exists(tree.maps))
        }
    }

    @Test("not to other questions, readers or rules")
    func questions() async throws {
        try await TestTree.with(Self.files) { tree in
            _ = try await mapper(tree).map(of: tree.root)
            let numbered = try await mapper(tree).map(of: tree.root, RepoMapOptions(showsLines: true))
            let plain = try await tree.mapper(index: false).map(of: tree.root, RepoMapOptions(showsLines: true))
            #expect(numbered.text == plain.text)
            var other = tree.mapper(readers: .lines(version: "2"))
            other.now = mapper(tree).now
            #expect(try await other.map(of: tree.root).statistics.parsed == 2)
            var denying = RepoMapper(readers: .lines(), indexFile: tree.index, rules: .init(deny: ["b.src"]))
            denying.now = mapper(tree).now
            #expect(try await denying.map(of: tree.root).text.contains("Beta") == false)
        }
    }

    @Test("not where the file of them is damaged", arguments: [0, 20, 40, 90])
    func damage(place: Int) async throws {
        try await TestTree.with(Self.files) { tree in
            let first = try await mapper(tree).map(of: tree.root)
            var bytes = try FileSystem.readBytes(tree.maps)
            bytes[place] ^= 0xFF
            try FileSystem.write(bytes, to: tree.maps)
            try forgetTags(tree)
            let second = try await mapper(tree).map(of: tree.root)
            #expect(second.text == first.text && second.statistics.parsed == 2)
        }
    }

    @Test("for eight questions at the most")
    func bounded() async throws {
        try await TestTree.with(Self.files) { tree in
            for budget in 100..<112 { _ = try await mapper(tree).map(of: tree.root, RepoMapOptions(budget: budget)) }
            try forgetTags(tree)
            let newest = try await mapper(tree).map(of: tree.root, RepoMapOptions(budget: 104))
            #expect(newest.statistics.parsed == 0)
            let oldest = try await mapper(tree).map(of: tree.root, RepoMapOptions(budget: 103))
            #expect(oldest.statistics.parsed == 2)
        }
    }
}
