import Conversation
import Files
import JSON
import Policy
import Testing
import Tools

struct FindSymbolToolTests {
    /// Knows one name, and fails for another.
    struct Symbols: SymbolSource {
        struct Fault: Error, CustomStringConvertible { var description: String { "the index is broken" } }

        func places(of name: String, _ role: SymbolPlace.Role, in root: FilePath, paths: PathRules) async throws
            -> [SymbolPlace]
        {
            switch (name, role) {
            case ("parse", .definitions):
                ["src/a.py", "src/b.py"].map {
                    SymbolPlace(
                        path: $0, line: 3, lastLine: 9, name: "parse", kind: "function", signature: "def parse(x)")
                }
            case ("parse", .references):
                (1...101).map {
                    SymbolPlace(path: "t.py", line: $0, lastLine: $0, name: "parse", kind: "name", signature: "")
                }
            case ("broken", _): throw Fault()
            default: []
            }
        }
    }

    let tool = FindSymbolTool(symbols: Symbols())

    @Test func `definitions come with their lines and heads`() async throws {
        try await Folder.lend { folder in
            let all = "src/a.py:3-9: function parse | def parse(x)\nsrc/b.py:3-9: function parse | def parse(x)"
            let everywhere = try await folder.answer(tool, ["name": "parse"])
            #expect(everywhere == .ok(all))
            #expect(
                try await folder.answer(tool, ["name": "parse", "path": "src/b.py"])
                    == .ok("src/b.py:3-9: function parse | def parse(x)"))
        }
    }

    @Test func `references come in pages`() async throws {
        try await Folder.lend { folder in
            let first = try await folder.answer(tool, ["name": "parse", "references": true])
            #expect(first.text.hasPrefix("t.py:1: parse\n"))
            #expect(first.text.hasSuffix("(more than 100 references; give a path, or ask for page 2)"))
            let second = try await folder.answer(tool, ["name": "parse", "references": true, "page": 2])
            #expect(second == .ok("t.py:101: parse"))
        }
    }

    @Test func `nothing found, a broken index and a place outside are told`() async throws {
        try await Folder.lend { folder in
            let none = try await folder.answer(tool, ["name": "none"])
            #expect(
                none == .ok("no definitions of none; `search` finds any text"))
            #expect(
                try await folder.answer(tool, ["name": "broken"])
                    == .error("the symbols could not be searched: the index is broken"))
            #expect(try await folder.answer(tool, ["name": "parse", "path": "../x"]).outcome == .error)
        }
    }
}
