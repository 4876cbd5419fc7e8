import Files
import Policy
import Testing

@testable import RepoMap

@Suite("A repository's map (W1)")
struct RepoMapperTests {
    private static let small = [
        "core/engine.src": "def EngineLoader\n    def loadEverything\n    def rest\n",
        "app/main.src": "def AppEntry\nuse EngineLoader loadEverything\n",
        "app/tool.src": "def ToolRunner\nuse EngineLoader\n",
        "lib/unused.src": "def NeverMentioned\n",
    ]

    @Test("shows what others use first, nested, and with the rest marked as left out")
    func text() async throws {
        try await TestTree.with(Self.small) { tree in
            let map = try await tree.mapper().map(of: tree.root, RepoMapOptions(budget: 1000))
            #expect(
                map.text == """
                    core/engine.src:
                    def EngineLoader
                        def loadEverything
                        def rest

                    app/main.src:
                    def AppEntry

                    app/tool.src:
                    def ToolRunner

                    lib/unused.src:
                    def NeverMentioned

                    """)
            #expect(map.statistics.files == 4 && map.statistics.definitions == 6)
            let tight = try await tree.mapper().map(of: tree.root, RepoMapOptions(budget: 16, showsLines: true))
            #expect(tight.text == "core/engine.src:\n    1  def EngineLoader\n       ⋮\n")
            #expect(tight.files.map(\.definitions.count) == [1])
        }
    }

    @Test("is the same to the byte whatever the order and the threads, with and without an index")
    func determinism() async throws {
        var files: [String: String] = [:]
        for number in 0..<60 {
            files["dir\(number % 7)/file\(number).src"] =
                "def TypeNumber\(number)\n    def work\(number % 11)\nuse TypeNumber\((number * 7) % 60) work\(number % 5)\n"
        }
        let all = files
        try await TestTree.with(all) { one in
            try await TestTree.with() { other in
                for path in all.keys.sorted().reversed() { try other.write(path, all[path] ?? "") }
                let first = try await one.mapper(threads: 1).map(of: one.root)
                let second = try await other.mapper(index: false, threads: 7).map(of: other.root)
                let third = try await one.mapper(threads: 3).map(of: one.root)
                #expect(first.text == second.text && first.files == second.files)
                #expect(first.text == third.text && first.files == third.files)
                #expect(third.statistics.parsed == 0)
            }
        }
    }

    @Test("never costs more than its budget, and uses most of it", arguments: [30, 60, 120, 250, 500, 900])
    func budget(tokens: Int) async throws {
        var files: [String: String] = [:]
        for number in 0..<80 {
            let body = (0..<6).map { "    def method\($0)Of\(number) with some words" }.joined(separator: "\n")
            files["f\(number).src"] = "def Type\(number)\n\(body)\nuse Type\(number / 2)\n"
        }
        try await TestTree.with(files) { tree in
            let map = try await tree.mapper().map(of: tree.root, RepoMapOptions(budget: tokens))
            #expect(map.estimatedTokens <= tokens)
            #expect(map.estimatedTokens >= tokens - 12)
        }
    }

    @Test("of a budget too small for anything says how much is needed")
    func tooSmall() async throws {
        try await TestTree.with(Self.small) { tree in
            let map = try await tree.mapper().map(of: tree.root, RepoMapOptions(budget: 3))
            #expect(map.files == [] && map.text == "")
            let enough = try await tree.mapper().map(of: tree.root, RepoMapOptions(budget: map.smallestBudget))
            #expect(enough.files.count == 1 && enough.estimatedTokens == map.smallestBudget)
        }
    }

    @Test(
        "brings a focus to the front",
        arguments: ["lib/unused.src", "unused.src", "lib", "NeverMentioned", "unused", "lib::NeverMentioned"])
    func focus(term: String) async throws {
        try await TestTree.with(Self.small) { tree in
            let plain = try await tree.mapper().map(of: tree.root)
            #expect(plain.files.last?.path == "lib/unused.src")
            let focused = try await tree.mapper().map(of: tree.root, RepoMapOptions(focus: [term]))
            #expect(focused.files.first?.path == "lib/unused.src")
            #expect(focused.unmatchedFocus == [])
        }
    }

    @Test("takes the names in a task for a focus, and says nothing of its other words")
    func task() async throws {
        try await TestTree.with(Self.small) { tree in
            let options = RepoMapOptions(task: "Please mend NeverMentioned, which crashes.")
            let map = try await tree.mapper().map(of: tree.root, options)
            #expect(map.files.first?.path == "lib/unused.src")
            #expect(map.unmatchedFocus == [])
        }
    }

    @Test("names what is near a focus that is not there")
    func unmatched() async throws {
        try await TestTree.with(Self.small) { tree in
            let map = try await tree.mapper().map(of: tree.root, RepoMapOptions(focus: ["ToolRuner", "zzzzzz"]))
            #expect(
                map.unmatchedFocus == [
                    UnmatchedFocus(term: "ToolRuner", nearest: ["ToolRunner"]),
                    UnmatchedFocus(term: "zzzzzz", nearest: []),
                ])
        }
    }

    @Test("of a tree without sources is empty")
    func empty() async throws {
        try await TestTree.with(["notes.txt": "hello"]) { tree in
            let map = try await tree.mapper().map(of: tree.root)
            #expect(map.text == "" && map.statistics.files == 0 && map.smallestBudget == 0)
            try await tree.git("init", "-q")
            let found1 = try await tree.mapper().map(of: tree.root)
            #expect(found1.text == "")
        }
    }

    @Test("refuses a root that is not there, a root that is a file, and paths outside")
    func refusals() async throws {
        try await TestTree.with(Self.small) { tree in
            let mapper = tree.mapper()
            await #expect(throws: RepoMapError.self) { try await mapper.map(of: tree.root / "nowhere") }
            await #expect(throws: RepoMapError.self) { try await mapper.map(of: tree.root / "app/main.src") }
            let outside = RepoMapOptions(paths: ["../state"])
            await #expect(throws: RepoMapError.self) { try await mapper.map(of: tree.root, outside) }
            await #expect(
                throws: RepoMapError(.invalidArgument, "The budget 0 is no number of tokens above 0.")
            ) { try await mapper.map(of: tree.root, RepoMapOptions(budget: 0)) }
        }
    }

    @Test("ends with a cancellation where the task is cancelled")
    func cancellation() async throws {
        try await TestTree.with(Self.small) { tree in
            let mapper = tree.mapper()
            // Owned by this test, which cancels and awaits it.
            let task = Task { () -> Bool in
                while !Task.isCancelled { await Task.yield() }
                do {
                    _ = try await mapper.map(of: tree.root)
                    return false
                } catch { return error is CancellationError }
            }
            task.cancel()
            #expect(await task.value)
        }
    }
}
