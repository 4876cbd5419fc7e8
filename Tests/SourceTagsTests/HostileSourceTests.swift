import Testing

@testable import SourceTags

@Suite(.enabled(if: GrammarFolder.isReady, "the grammars are not built: run scripts/grammars"))
struct HostileSourceTests {
    @Test("A hundred thousand open brackets or operators neither crash nor hang", arguments: Language.all)
    func deepNesting(language: Language) throws {
        let reader = TreeSitterReader(
            library: GrammarFolder.library, limits: .init(columns: 1 << 20, time: .seconds(2)))
        for token in ["(", "[", "{", "!", "- ", "a=", "if(", "/*", "<!"] {
            let source = Array(String(repeating: token, count: 100_000).utf8)
            #expect(try reader.tags(in: source, language: language) == [])
            // As deep as is still read.
            #expect(try reader.tags(in: Array(source.prefix(4000)), language: language) != nil)
        }
        let closed = String(repeating: "(", count: 50_000) + String(repeating: ")", count: 50_000)
        #expect(try reader.tags(in: Array(closed.utf8), language: language) != nil)
    }

    @Test("After a parse that was given up the next file is read as ever")
    func timeout() throws {
        let python = try #require(Language.named("python"))
        let reader = TreeSitterReader(library: GrammarFolder.library, limits: .init(time: .microseconds(1)))
        let long = Array(String(repeating: "value = compute(1, 2)\n", count: 20_000).utf8)
        #expect(try reader.tags(in: long, language: python) == [])
        let other = TreeSitterReader(library: GrammarFolder.library, limits: .init(bytes: 1 << 20))
        #expect(try other.tags(in: long, language: python)?.count == 40_000)
    }

    @Test("Binary, oversized and minified sources give no tags")
    func unreadable() throws {
        let reader = TreeSitterReader(library: GrammarFolder.library)
        let binary = Array("def f(): pass\n".utf8) + [0, 1, 2, 255]
        #expect(try reader.tags(in: binary, path: "a.py") == [])
        let minified = Array(("var a=1;" + String(repeating: "f(a);", count: 2000)).utf8)
        #expect(try reader.tags(in: minified, path: "a.js") == [])
        let huge = [UInt8](repeating: 10, count: 1 << 20) + Array("x = 1\n".utf8)
        #expect(try reader.tags(in: huge, path: "a.py") == [])
        #expect(try reader.tags(in: [], path: "a.py") == [])
    }

    @Test("One long line of data among lines of code does not hide the code")
    func longData() throws {
        let reader = TreeSitterReader(library: GrammarFolder.library)
        let data = "DATA = '" + String(repeating: "x", count: 6000) + "'\n"
        let code = String(repeating: "def area(): pass\n", count: 500)
        let tags = try reader.tags(in: Array((data + code).utf8), path: "a.py")
        #expect(tags?.count == 501)
        #expect(tags?.first?.signature.count == 200)
    }

    @Test("Bytes that are no UTF-8 are read as far as they make sense")
    func brokenBytes() throws {
        let reader = TreeSitterReader(library: GrammarFolder.library)
        let source = Array("def first(): pass\n".utf8) + [0xFF, 0xC3, 0x28, 10] + Array("def second(): pass\n".utf8)
        let tags = try #require(try reader.tags(in: source, path: "a.py"))
        #expect(tags.contains { $0.role == .definition && $0.name == "first" })
        for language in Language.all {
            var random = SystemRandomNumberGenerator()
            let noise = (0..<20_000).map { _ in UInt8.random(in: 1...255, using: &random) }
            #expect(try reader.tags(in: noise, language: language) != nil)
        }
    }

    @Test("Malformed source gives what can be told")
    func malformed() throws {
        let reader = TreeSitterReader(library: GrammarFolder.library)
        let source = "func ok() {}\nfunc (((\ntype Store struct { name string }\nfunc last() { call() }\n"
        let tags = try #require(try reader.tags(in: Array(source.utf8), path: "a.go"))
        let names = Set(tags.map(\.name))
        #expect(names.isSuperset(of: ["ok", "last"]))
    }

    @Test("Names in any script keep their letters")
    func unicode() throws {
        let reader = TreeSitterReader(library: GrammarFolder.library)
        let source = "class Größe:\n    def 計算(self, señal):\n        return 計算する(señal)\n"
        let tags = try #require(try reader.tags(in: Array(source.utf8), path: "a.py"))
        #expect(tags.map(\.name) == ["Größe", "計算", "計算する", "señal"])
    }

    @Test("One reader reads files of many languages in turn")
    func manyLanguages() throws {
        let reader = TreeSitterReader(library: GrammarFolder.library)
        for example in LanguageExample.all + LanguageExample.all.reversed() {
            let fresh = TreeSitterReader(library: GrammarFolder.library)
            let source = Array(example.source.utf8)
            #expect(try reader.tags(in: source, path: example.path) == fresh.tags(in: source, path: example.path))
        }
    }
}
