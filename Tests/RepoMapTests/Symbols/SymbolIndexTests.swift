import SourceTags
import Testing

@testable import RepoMap

@Suite("Symbols")
struct SymbolIndexTests {
    private static let files = [
        "store.src": "def Store\n    def load\n    def saveEverything\ndef loadStore\n",
        "cache.src": "def Cache\n    def load\n", "main.src": "def Main\nuse Store load\nuse load\n",
    ]

    private func index(_ body: (SymbolIndex) throws -> Void) async throws {
        try await TestTree.with(Self.files) { tree in try body(try await tree.mapper().symbols(of: tree.root)) }
    }

    @Test("are found by name in every way, the nearest first")
    func matches() async throws {
        try await index { index in
            func names(_ query: String, _ match: SymbolIndex.Match) -> [String] {
                index.definitions(named: query, match: match).map(\.name)
            }
            #expect(names("load", .exact) == ["load", "load"])
            #expect(names("LOAD", .exact) == [])
            #expect(names("STORE", .caseInsensitive) == ["Store"])
            #expect(names("load", .prefix) == ["load", "load", "loadStore"])
            #expect(names("svevr", .fuzzy) == ["saveEverything"])
            #expect(names("", .fuzzy) == [])
            #expect(index.find("saveevery").match == .prefix)
            #expect(index.find("store").symbols.map(\.name) == ["Store"])
            #expect(index.definitions(named: "load", kinds: [.type]) == [])
            #expect(index.definitions(named: "load", match: .prefix, limit: 1).count == 1)
        }
    }

    @Test("say where they are and what encloses them")
    func members() async throws {
        try await index { index in
            let found = index.definitions(named: "Cache.load")
            #expect(found.map(\.path) == ["cache.src"])
            #expect(found.map(\.containers) == [["Cache"]])
            #expect(found.map(\.line) == [2])
            #expect(index.definitions(named: "Main.load") == [])
            #expect(index.outline(of: "store.src").map(\.name) == ["Store", "load", "saveEverything", "loadStore"])
            #expect(index.nearest(to: "Stroe").contains("Store"))
        }
    }

    @Test("have their uses")
    func references() async throws {
        try await index { index in
            #expect(
                index.references(to: "load") == [
                    SymbolIndex.Reference(path: "main.src", line: 2, kind: .name, containers: []),
                    SymbolIndex.Reference(path: "main.src", line: 3, kind: .name, containers: []),
                ])
            #expect(index.references(to: "load", limit: 1).count == 1)
            #expect(index.references(to: "nothing") == [])
        }
    }
}
