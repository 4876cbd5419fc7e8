import Files
import Subprocess
import Testing

@testable import SourceTags

struct GrammarLibraryTests {
    private let python = Language.named("python")

    @Test("A folder without the grammar gives none, and no error")
    func missing() throws {
        let python = try #require(python)
        let library = GrammarLibrary(folders: ["/nowhere"])
        #expect(!library.has(python))
        #expect(!library.isUsable(python))
        #expect(library.problems == [:])
        #expect(try TreeSitterReader(library: library).tags(in: Array("def f(): pass".utf8), path: "a.py") == nil)
    }

    @Test("A file that is no library is told in one sentence, each time")
    func broken() throws {
        let python = try #require(python)
        try FileSystem.withTemporaryDirectory(prefix: "grammars") { folder in
            let path = folder / "libtree-sitter-python.so"
            try FileSystem.write(Array("not a library".utf8), to: path)
            let library = GrammarLibrary(folders: [folder])
            #expect(library.has(python))
            for _ in 0..<2 {
                let error = #expect(throws: SourceTagsError.self) { try library.check(python) }
                #expect(error?.code == .grammar)
                #expect(error?.message.hasPrefix("The grammar '\(path)' cannot be loaded: ") == true)
                #expect(error?.message.hasSuffix("; build it again with scripts/grammars.") == true)
            }
            #expect(library.problems.keys.sorted() == ["python"])
            #expect(!library.isUsable(python))
        }
    }

    @Test("A library without the grammar's function is told")
    func withoutFunction() async throws {
        try await withLibrary("int something(void) { return 1; }") { folder, python in
            let path = folder / "libtree-sitter-python.so"
            let expected = SourceTagsError(
                .grammar,
                "The library '\(path)' has no function 'tree_sitter_python', so it is no grammar of python;"
                    + " build it again with scripts/grammars.")
            #expect(throws: expected) { try GrammarLibrary(folders: [folder]).check(python) }
        }
    }

    @Test("A grammar of a later ABI is told with both numbers")
    func wrongABI() async throws {
        let source = """
            static unsigned language[128] = {15};
            const void *tree_sitter_python(void) { return language; }
            """
        try await withLibrary(source) { folder, python in
            let library = GrammarLibrary(folders: [folder])
            let error = #expect(throws: SourceTagsError.self) { try library.check(python) }
            #expect(error?.code == .grammar)
            #expect(error?.message.contains("python has ABI 15 and this build of tree-sitter takes 13 to ") == true)
            // The scan for identifiers takes its place.
            let tags = try SourceReader(library: library).tags(in: Array("def area(): pass\n".utf8), path: "a.py")
            #expect(
                tags == [
                    SourceTags.Tag(
                        name: "area", role: .definition, kind: .function, line: 1, lastLine: 1,
                        signature: "def area(): pass"),
                    SourceTags.Tag(name: "pass", role: .reference, kind: .name, line: 1, lastLine: 1),
                ])
        }
    }

    @Test("A grammar that gives no language is told")
    func noLanguage() async throws {
        try await withLibrary("void *tree_sitter_python(void) { return 0; }") { folder, python in
            let path = folder / "libtree-sitter-python.so"
            let expected = SourceTagsError(
                .grammar, "The grammar '\(path)' gives no language; build it again with scripts/grammars.")
            #expect(throws: expected) { try GrammarLibrary(folders: [folder]).check(python) }
        }
    }

    @Test(
        "A query that does not fit its grammar is told with its line",
        .enabled(if: GrammarFolder.isReady, "the grammars are not built: run scripts/grammars"))
    func unfittingQuery() throws {
        let go = try #require(Language.named("go"))
        let python = try #require(python)
        let grammar = try #require(try GrammarFolder.library.grammar(of: go))
        let error = #expect(throws: SourceTagsError.self) { try Grammar(grammar.pointer, language: python) }
        #expect(error?.code == .query)
        #expect(error?.message.hasPrefix("The query of python does not fit its grammar at line 3, near '") == true)
    }

    @Test("The environment's folders come first")
    func environment() throws {
        let go = try #require(Language.named("go"))
        try FileSystem.withTemporaryDirectory(prefix: "grammars") { folder in
            try FileSystem.write([], to: folder / "libtree-sitter-go.so")
            #expect(GrammarLibrary(environment: ["VENCEJO_GRAMMARS": "/nowhere:\(folder)"]).has(go))
            #expect(GrammarLibrary(environment: [:], others: [folder]).has(go))
            #expect(!GrammarLibrary(environment: [:]).has(go))
        }
    }

    @Test(
        "Every grammar loads and its query fits, asked for by many at once",
        .enabled(if: GrammarFolder.isReady, "the grammars are not built: run scripts/grammars"),
        arguments: Language.all)
    func everyGrammar(language: Language) async throws {
        let library = GrammarFolder.library
        let grammars = try await withThrowingTaskGroup(of: Grammar?.self) { group in
            for _ in 0..<8 { group.addTask { try library.grammar(of: language) } }
            return try await group.reduce(into: [Grammar?]()) { $0.append($1) }
        }
        let first = try #require(grammars.first ?? nil)
        #expect(grammars.allSatisfy { $0 === first })
        let engine = try #require(try GrammarFolder.make(walks: false).grammar(of: language))
        guard case .query(_, let captures) = engine.finder else {
            Issue.record("the query of \(language.name) was not compiled")
            return
        }
        #expect(!captures.contains(.other))
    }

    /// Compiles C to the grammar of Python in a folder of its own.
    private func withLibrary(_ source: String, _ body: (FilePath, Language) throws -> Void) async throws {
        let python = try #require(python)
        let environment = Command.inheritedEnvironment()
        let search = environment["PATH"] ?? ""
        let compiler = try #require(
            ["cc", "gcc", "clang"].lazy.compactMap { FileSystem.which($0, searchPath: search) }.first)
        let folder = try FileSystem.temporaryDirectory(prefix: "grammars")
        // What is left in the temporary directory is no reason to fail.
        defer { try? FileSystem.removeTree(folder) }
        try FileSystem.write(Array(source.utf8), to: folder / "grammar.c")
        let command = Command(
            compiler.string, ["-w", "-shared", "-fPIC", "grammar.c", "-o", "libtree-sitter-python.so"],
            environment: environment, directory: folder)
        let result = try await command.run()
        try #require(result.succeeded, "\(result.stderr.text)")
        try body(folder, python)
    }
}
