import Files
import Subprocess
import Testing

@testable import SourceTags

@Suite("The walk", .enabled(if: GrammarFolder.isReady, "the grammars are not built: run scripts/grammars"))
struct TagWalkTests {
    private static let marks = Array("(){}[];,.:@\"".utf8)
    private static let engine = GrammarFolder.make(walks: false)

    private func expectSame(_ source: [UInt8], _ language: Language) throws {
        let walk = try TreeSitterReader(library: GrammarFolder.library).tags(in: source, language: language)
        let query = try TreeSitterReader(library: Self.engine).tags(in: source, language: language)
        #expect(walk == query, "\(language.name)")
    }

    @Test("takes every query, so that the slower engine is not needed", arguments: Language.all)
    func takesAll(language: Language) throws {
        guard let grammar = try GrammarFolder.library.grammar(of: language) else { return }
        guard case .walk = grammar.finder else {
            Issue.record("the query of \(language.name) is beyond the walk")
            return
        }
    }

    @Test("finds what the library's own engine finds", arguments: LanguageExample.all.map(\.path))
    func examples(path: String) throws {
        let example = try #require(LanguageExample.all.first { $0.path == path })
        let source = Array(example.source.utf8)
        let language = try #require(Language.of(path: path, source: source))
        try expectSame(source, language)
    }

    @Test("finds the same in sources that are cut off anywhere", arguments: LanguageExample.all.map(\.path))
    func cut(path: String) throws {
        let example = try #require(LanguageExample.all.first { $0.path == path })
        let source = Array(example.source.utf8)
        let language = try #require(Language.of(path: path, source: source))
        for part in 1..<12 {
            try expectSame(Array(source.prefix(source.count * part / 12)), language)
            try expectSame(Array(source.suffix(source.count * part / 12)), language)
        }
    }

    @Test("finds the same in sources that were damaged by chance", arguments: LanguageExample.all.map(\.path))
    func damaged(path: String) throws {
        let example = try #require(LanguageExample.all.first { $0.path == path })
        let source = Array(example.source.utf8)
        let language = try #require(Language.of(path: path, source: source))
        // The same numbers each time.
        var seed: UInt64 = 20_26
        func number(below limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % limit
        }
        for _ in 0..<40 {
            var bytes = source
            for _ in 0...number(below: 4) {
                let start = number(below: bytes.count - 20)
                let part = start..<start + 1 + number(below: 18)
                switch number(below: 3) {
                case 0: bytes.removeSubrange(part)
                case 1: bytes.insert(contentsOf: bytes[part], at: number(below: bytes.count))
                default: bytes.replaceSubrange(part, with: Array(Self.marks.dropFirst(number(below: 9)).prefix(3)))
                }
            }
            try expectSame(bytes, language)
        }
    }

    /// `VENCEJO_TEST_SOURCES` names a folder of any sources to compare the two on.
    @Test("finds the same in a folder of sources", .enabled(if: GrammarFolder.sources != nil))
    func corpus() throws {
        let folder = try #require(GrammarFolder.sources)
        var open = [folder]
        while let next = open.popLast() {
            for entry in try FileSystem.list(next) {
                let path = next / entry.name
                switch entry.kind {
                case .directory: open.append(path)
                case .regular:
                    guard let language = Language.of(path: path.string) else { continue }
                    let source = try FileSystem.readBytes(path, limit: 100 << 20)
                    guard source.count < 60_000 else { continue }
                    let walk = try TreeSitterReader(library: GrammarFolder.library).tags(in: source, language: language)
                    let query = try TreeSitterReader(library: Self.engine).tags(in: source, language: language)
                    if walk != query {
                        let one = Set(walk ?? []).symmetricDifference(query ?? [])
                        Issue.record("\(path): \(one.prefix(3))")
                    }
                default: continue
                }
            }
        }
    }
}
