import Files
import Policy
import SourceTags
import Subprocess
import Testing

@testable import RepoMap

@Suite("Files that children read")
struct TagChildrenTests {
    private func fates(
        _ sources: [String], rows: Int = 1, greeting: String = "vencejo tags 1", mostDeaths: Int = 40
    ) async throws -> (fates: [TagQueue.Fate?], starts: Int) {
        try await FileSystem.withTemporaryDirectory { folder in
            let fake = try FakeWorker(in: folder, greeting: greeting)
            let jobs = sources.enumerated().map { TagJob(path: "\($0.offset).src", source: Array($0.element.utf8)) }
            let fates = try await TagChildren(worker: fake.worker, rows: rows, mostDeaths: mostDeaths).read(jobs)
            return (fates, try fake.startCount())
        }
    }

    private static let read = TagQueue.Fate.read(FakeWorker.archive)

    @Test("are all read by one child when they are few, and by one for each row when they are many")
    func calm() async throws {
        let few = try await fates(["a", "b", "unknown"], rows: 2)
        #expect(few.fates == [Self.read, Self.read, .unparsed])
        #expect(few.starts == 1)
        let many = try await fates(Array(repeating: "a", count: 20), rows: 2)
        #expect(many.fates == Array(repeating: Self.read, count: 20))
        #expect(many.starts == 2)
        #expect(try await fates([]).starts == 0)
    }

    @Test("but the one that ends its child are read by the next", arguments: FakeWorker.Act.allCases)
    func death(act: FakeWorker.Act) async throws {
        // The same length for all, so that they are read in this order.
        let word = act.rawValue.padding(to: 8)
        let found = try await fates(["a".padding(to: 8), word, "b".padding(to: 8), word, "c".padding(to: 8)])
        let isSure = act != .killed
        let deadly = TagQueue.Fate.deadly(isSure: isSure)
        #expect(found.fates == [Self.read, deadly, Self.read, deadly, Self.read])
        // A hang is a file's own fault for sure; anything else is tried again in front of a fresh child.
        #expect(found.starts == (act == .hang ? 3 : 5))
    }

    @Test("are not blamed when another file has broken the child before them")
    func late() async throws {
        let found = try await fates(["aaaa", "late", "bbbb", "late", "cccc"])
        #expect(found.fates == Array(repeating: Self.read, count: 5))
        #expect(found.starts == 3)
    }

    @Test("are left to a scan when too many children have died")
    func limit() async throws {
        let found = try await fates(Array(repeating: "crash", count: 9), mostDeaths: 4)
        #expect(found.starts == 4)
        #expect(found.fates == Array(repeating: .deadly(isSure: true), count: 4) + Array(repeating: nil, count: 5))
    }

    @Test("are left to a scan when the program is another, or is not there")
    func strangers() async throws {
        let stranger = try await fates(["a", "b"], greeting: "usage: python")
        #expect(stranger.fates == [nil, nil] && stranger.starts == 1)
        let nowhere = TagReaderFactory.Worker(program: "/nowhere/vencejo", arguments: [], environment: [:]) { _, _ in
            true
        }
        let fates = try await TagChildren(worker: nowhere, rows: 2).read([TagJob(path: "a.src", source: [65])])
        #expect(fates == [nil])
    }

    @Test("are shared among the rows by their size")
    func rows() {
        let jobs = [10, 9000, 20, 4000, 5000].map { TagJob(path: "a", source: Array(repeating: 65, count: $0)) }
        #expect(TagChildren.rows(jobs, count: 2) == [[1, 4, 3, 2, 0]])
        let more = jobs + Array(repeating: TagJob(path: "b", source: []), count: 4)
        #expect(TagChildren.rows(more, count: 2) == [[1, 2, 5, 7], [4, 3, 0, 6, 8]])
    }

    @Test("end with the map when it is cancelled")
    func cancelled() async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let fake = try FakeWorker(in: folder)
            // Owned by this test, which cancels it and waits for it.
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await TagChildren(worker: fake.worker, rows: 1).read([TagJob(path: "a.src", source: [65])])
            }
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}

@Suite("A map whose files children read")
struct WorkerMapTests {
    private static let files = [
        "a.src": "plain\n", "b.src": "crash\nclass Guessed\n", "c.src": "plain too\n", "d.lua": "function seen()\n",
    ]

    private func factory(_ fake: FakeWorker, version: String = "1") -> TagReaderFactory {
        TagReaderFactory(version: version, worker: fake.worker) { IdentifierReader() }
    }

    @Test("names what its children died of, remembers it, and tries it again with other readers")
    func remembered() async throws {
        try await TestTree.with(Self.files) { tree in
            let fake = try FakeWorker(in: tree.root.parent)
            let mapper = tree.mapper(threads: 1, readers: factory(fake))
            let first = try await mapper.map(of: tree.root, RepoMapOptions(task: "once"))
            #expect(first.statistics.deadly == ["b.src"])
            #expect((first.statistics.parsed, first.statistics.unparsed) == (4, 0))
            for text in ["class Found", "class Guessed", "function seen"] { #expect(first.text.contains(text)) }
            let starts = try fake.startCount()

            // The words of a task make it rank anew.
            let second = try await mapper.map(of: tree.root, RepoMapOptions(task: "again"))
            #expect(second.text == first.text)
            #expect(second.statistics.deadly == ["b.src"] && second.statistics.fromCache == 4)
            #expect(try fake.startCount() == starts)

            let other = tree.mapper(threads: 1, readers: factory(fake, version: "2"))
            #expect(try await other.map(of: tree.root).statistics.deadly == ["b.src"])
            #expect(try fake.startCount() > starts)
        }
    }

    @Test("that was kept whole still names them")
    func keptWhole() async throws {
        try await TestTree.with(Self.files) { tree in
            let fake = try FakeWorker(in: tree.root.parent)
            var mapper = tree.mapper(readers: factory(fake))
            mapper.now = { FileStamp.now() + 60_000_000_000 }
            let first = try await mapper.map(of: tree.root)
            #expect(FileSystem.exists(tree.maps))
            let second = try await mapper.map(of: tree.root)
            #expect(second.statistics.deadly == ["b.src"] && second.text == first.text)
        }
    }

    @Test("tries again what no child could read")
    func unparsed() async throws {
        try await TestTree.with(["a.src": "killed\nclass Guessed\n"]) { tree in
            let fake = try FakeWorker(in: tree.root.parent)
            var mapper = tree.mapper(readers: factory(fake))
            mapper.now = { FileStamp.now() + 60_000_000_000 }
            for starts in 1...2 {
                let map = try await mapper.map(of: tree.root)
                #expect(map.statistics.deadly == ["a.src"] && map.statistics.parsed == 1)
                #expect(map.text.contains("class Guessed"))
                #expect(try fake.startCount() == starts)
            }
            let nowhere = TagReaderFactory.Worker(program: "/nowhere", arguments: [], environment: [:]) { _, _ in true }
            let readers = TagReaderFactory(version: "1", worker: nowhere) { IdentifierReader() }
            let map = try await tree.mapper(readers: readers).map(of: tree.root)
            #expect(map.statistics.unparsed == 1 && map.statistics.deadly == [])
        }
    }

    @Test("gives symbols that way, too")
    func symbols() async throws {
        try await TestTree.with(Self.files) { tree in
            let fake = try FakeWorker(in: tree.root.parent)
            let index = try await tree.mapper(readers: factory(fake)).symbols(of: tree.root)
            #expect(index.find("Found", limit: 9).symbols.map(\.path).sorted() == ["a.src", "c.src"])
            #expect(index.find("Guessed", limit: 9).symbols.map(\.path) == ["b.src"])
        }
    }
}

extension String {
    fileprivate func padding(to count: Int) -> String {
        self + String(repeating: " ", count: max(0, count - self.count))
    }
}
