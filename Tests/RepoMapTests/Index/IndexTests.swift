import Files
import RepoMap
import Testing

@Suite("What maps keep")
struct IndexTests {
    private static let files = ["a.src": "def Alpha\n", "b.src": "def Beta\nuse Alpha\n", "c.src": "def Gamma\n"]

    @Test("is used again: one edit costs one read, and a file that went away leaves")
    func edits() async throws {
        try await TestTree.with(Self.files) { tree in
            let count = ReadCount()
            let mapper = tree.mapper(readers: .lines(counting: count))
            let first = try await mapper.map(of: tree.root)
            #expect(count.take() == ["a.src", "b.src", "c.src"])
            #expect((first.statistics.parsed, first.statistics.fromCache) == (3, 0))

            let second = try await mapper.map(of: tree.root)
            #expect(count.take() == [])
            #expect((second.statistics.parsed, second.statistics.fromCache) == (0, 3))
            #expect(second.text == first.text)

            try tree.write("b.src", "def Better\nuse Alpha\n")
            let third = try await mapper.map(of: tree.root)
            #expect(count.take() == ["b.src"])
            #expect((third.statistics.parsed, third.statistics.fromCache) == (1, 2))
            #expect(third.text.contains("Better") && !third.text.contains("Beta"))

            try FileSystem.remove(tree.root / "c.src")
            let fourth = try await mapper.map(of: tree.root)
            #expect(count.take() == [])
            #expect(!fourth.text.contains("Gamma") && fourth.statistics.files == 2)
        }
    }

    @Test("is shared by copies of a tree: the content counts, not the place")
    func copies() async throws {
        try await TestTree.with(Self.files) { one in
            try await TestTree.with(Self.files) { other in
                let count = ReadCount()
                let readers = TagReaderFactory.lines(counting: count)
                _ = try await RepoMapper(readers: readers, indexFile: one.index).map(of: one.root)
                #expect(count.take().count == 3)
                _ = try await RepoMapper(readers: readers, indexFile: one.index).map(of: other.root)
                #expect(count.take() == [])
            }
        }
    }

    @Test("is read anew by readers of another version")
    func versions() async throws {
        try await TestTree.with(Self.files) { tree in
            _ = try await tree.mapper(readers: .lines(version: "1")).map(of: tree.root)
            let map = try await tree.mapper(readers: .lines(version: "2")).map(of: tree.root)
            #expect(map.statistics.parsed == 3)
        }
    }

    @Test("is made anew where it is damaged", arguments: ["no database at all", ""])
    func damage(content: String) async throws {
        try await TestTree.with(Self.files) { tree in
            let first = try await tree.mapper().map(of: tree.root)
            for suffix in ["-wal", "-shm", "-maps"] where FileSystem.exists(FilePath(tree.index.string + suffix)) {
                try FileSystem.remove(FilePath(tree.index.string + suffix))
            }
            try FileSystem.write(content, to: tree.index)
            let second = try await tree.mapper().map(of: tree.root)
            #expect(second.text == first.text && second.statistics.parsed == 3)
            let third = try await tree.mapper().map(of: tree.root)
            #expect(third.text == first.text && third.statistics.parsed == 0)
        }
    }

    @Test("is made anew where pages in it are overwritten")
    func overwritten() async throws {
        try await TestTree.with(Self.files) { tree in
            let first = try await tree.mapper().map(of: tree.root)
            try tree.forgetMaps()
            var bytes = try FileSystem.readBytes(tree.index)
            for index in bytes.indices where index > 100 { bytes[index] = 0xA5 }
            try FileSystem.write(bytes, to: tree.index)
            let second = try await tree.mapper().map(of: tree.root)
            #expect(second.text == first.text)
        }
    }

    @Test("is not needed: a place that cannot be written makes the same map")
    func unwritable() async throws {
        try await TestTree.with(Self.files) { tree in
            try FileSystem.write("a file where a folder should be", to: tree.index.parent)
            let map = try await tree.mapper().map(of: tree.root)
            let plain = try await tree.mapper(index: false).map(of: tree.root)
            #expect(map.text == plain.text && map.text.contains("Alpha"))
        }
    }

    @Test("stands several maps at once")
    func concurrent() async throws {
        try await TestTree.with(Self.files) { tree in
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<4 { group.addTask { try await tree.mapper().map(of: tree.root).text } }
                var texts: Set<String> = []
                for try await text in group { texts.insert(text) }
                return texts
            }
            #expect(texts.count == 1)
            let found1 = try await tree.mapper().map(of: tree.root)
            #expect(found1.statistics.parsed == 0)
        }
    }
}
