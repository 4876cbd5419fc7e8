import Conversation
import Files
import JSON
import Testing
import Tools

struct SearchToolTests {
    /// Which engine answers: one search path has ripgrep on it, the other has nothing.
    enum Engine: String, CaseIterable, Sendable {
        case ripgrep, walking

        var searchPath: String { self == .ripgrep ? SearchToolTests.searchPath : "/nonexistent" }

        static var available: [Engine] { hasRipgrep ? allCases : [.walking] }
    }

    static let searchPath = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"
    static let hasRipgrep = FileSystem.which("rg", searchPath: searchPath) != nil

    let tool = SearchTool()

    private func lend<Result>(_ engine: Engine, _ body: (Folder) async throws -> Result) async throws -> Result {
        try await Folder.lend { folder in
            var folder = folder
            folder.searchPath = engine.searchPath
            try folder.write("import os\ndef needle(x):\n    return x\n", to: "a.py")
            try folder.write("needle\r\nother\r\n  needle\r\n", to: "src/windows.txt")
            try folder.write("no such thing\nnéedle and Needle\n", to: "src/deep/b.md")
            try folder.write("needle=1\n", to: ".env")
            try folder.write("needle\n", to: "node_modules/x/index.js")
            try folder.write("needle\n", to: ".git/config")
            try folder.write([0x6e, 0] + Array("needle\n".utf8), to: "data.bin")
            try folder.write("needle\n", to: ".github/ci.yml")
            try FileSystem.write("needle\n", to: folder.outside / "x.txt")
            try folder.link("out.txt", to: "../outside/x.txt")
            return try await body(folder)
        }
    }

    @Test(arguments: Engine.available)
    func `matches come by file and line, without closed, made and binary files`(engine: Engine) async throws {
        let expected = """
            .github/ci.yml:1: needle
            a.py:2: def needle(x):
            src/windows.txt:1: needle
            src/windows.txt:3:   needle
            """
        try await lend(engine) { folder in
            let output = try await folder.answer(tool, ["pattern": "needle"])
            #expect(output == .ok(expected))
        }
    }

    static let queries: [(arguments: JSONValue, answer: String)] = [
        (["pattern": "^needle$"], ".github/ci.yml:1: needle\nsrc/windows.txt:1: needle"),
        (["pattern": "needle", "path": "src"], "src/windows.txt:1: needle\nsrc/windows.txt:3:   needle"),
        (["pattern": "needle", "path": "a.py"], "a.py:2: def needle(x):"),
        (["pattern": "needle", "glob": "**/*.py"], "a.py:2: def needle(x):"),
        (["pattern": "^needle", "path": "src", "glob": "*.txt"], "src/windows.txt:1: needle"),
        (["pattern": "(?i)NEEDLE or", "path": "src"], "no matches"),
        (["pattern": "[Nn]eedle$", "path": "src/deep"], "src/deep/b.md:2: néedle and Needle"),
        (["pattern": "n.edle and"], "src/deep/b.md:2: néedle and Needle"),
        (["pattern": "def \\w+\\("], "a.py:2: def needle(x):"),
        (["pattern": "nowhere"], "no matches"),
    ]

    @Test(arguments: Engine.available, queries.indices)
    func `both engines give the same answers`(engine: Engine, index: Int) async throws {
        try await lend(engine) { folder in
            let query = Self.queries[index]
            let output = try await folder.answer(tool, query.arguments)
            #expect(output == .ok(query.answer))
        }
    }

    @Test(arguments: Engine.available)
    func `an invalid pattern is a clear error`(engine: Engine) async throws {
        try await lend(engine) { folder in
            let output = try await folder.answer(tool, ["pattern": "need(le"])
            #expect(output.outcome == .error)
            #expect(output.text.hasPrefix("the search could not be done: "))
            #expect(!output.text.contains("ToolFault"))
            let says = engine == .ripgrep ? "unclosed group" : "no regular expression"
            #expect(output.text.contains(says), "\(output.text)")
        }
    }

    @Test(arguments: Engine.available)
    func `a search with very many matches is cut`(engine: Engine) async throws {
        try await lend(engine) { folder in
            try folder.write(String(repeating: "many\n", count: 150), to: "many/a.txt")
            try folder.write(String(repeating: "many\n", count: 150), to: "many/b.txt")
            let lines = try await folder.answer(tool, ["pattern": "many"]).text.split(separator: "\n")
            #expect(lines.count == 201)
            #expect(lines.first == "many/a.txt:1: many")
            #expect(lines.last == "(more than 200 matches; narrow the search, or ask for page 2)")
        }
    }

    @Test(arguments: Engine.available)
    func `a very long line is shortened`(engine: Engine) async throws {
        try await lend(engine) { folder in
            try folder.write("long" + String(repeating: "x", count: 1500) + "\n", to: "long.txt")
            let output = try await folder.answer(tool, ["pattern": "^long"])
            #expect(output == .ok("long.txt:1: long" + String(repeating: "x", count: 296)))
        }
    }

    @Test(arguments: Engine.available)
    func `places that are missing, closed or outside are errors`(engine: Engine) async throws {
        try await lend(engine) { folder in
            let missing = try await folder.answer(tool, ["pattern": "x", "path": "missing"])
            #expect(missing == .error("missing does not exist"))
            for path in [".env", "../outside", "out.txt"] {
                let output = try await folder.answer(tool, ["pattern": "needle", "path": .string(path)])
                #expect(output.outcome == .error, "\(path)")
            }
        }
    }

    @Test(arguments: Engine.available)
    func `the next page goes on where the first one ended`(engine: Engine) async throws {
        try await lend(engine) { folder in
            for number in 0..<3 { try folder.write(String(repeating: "many\n", count: 150), to: "many/\(number).txt") }
            let second = try await folder.answer(tool, ["pattern": "many", "page": 2]).text.split(separator: "\n")
            #expect(second.first == "many/1.txt:51: many")
            #expect(second.last == "(more than 400 matches; narrow the search, or ask for page 3)")
            let last = try await folder.answer(tool, ["pattern": "many", "page": 3]).text.split(separator: "\n")
            #expect(last.count == 50)
            #expect(last.last == "many/2.txt:150: many")
            let beyond = try await folder.answer(tool, ["pattern": "many", "page": 4])
            #expect(beyond == .error("there is no page 4: there are only 450 matches"))
        }
    }

    @Test(arguments: Engine.available)
    func `lines around a match are shown once, and parts that do not touch are told apart`(engine: Engine) async throws
    {
        try await lend(engine) { folder in
            try folder.write("one\nhit 2\nthree\nhit 4\nfive\nsix\nseven\neight\nhit 9\n", to: "c.txt")
            let output = try await folder.answer(tool, ["pattern": "^hit", "context": 1])
            #expect(
                output
                    == .ok(
                        """
                        c.txt-1- one
                        c.txt:2: hit 2
                        c.txt-3- three
                        c.txt:4: hit 4
                        c.txt-5- five
                        --
                        c.txt-8- eight
                        c.txt:9: hit 9
                        """))
        }
    }

    @Test(arguments: Engine.available)
    func `what ignore files leave out is found only if it is asked for`(engine: Engine) async throws {
        try await lend(engine) { folder in
            try folder.write("*.gen\n/out/\n", to: ".gitignore")
            try folder.write("!kept.gen\n", to: "src/.gitignore")
            try folder.write("plain.txt\n", to: "src/.ignore")
            for path in ["a.gen", "src/a.gen", "src/kept.gen", "src/plain.txt", "out/x.txt", "src/out/x.txt"] {
                try folder.write("pearl\n", to: path)
            }
            try FileSystem.write("*\n", to: folder.root.parent / ".gitignore")
            let visible = try await folder.answer(tool, ["pattern": "pearl"])
            #expect(visible == .ok("src/kept.gen:1: pearl\nsrc/out/x.txt:1: pearl"))
            let below = try await folder.answer(tool, ["pattern": "pearl", "path": "src"])
            #expect(below == visible)
            let all = try await folder.answer(tool, ["pattern": "pearl", "ignored": true])
            #expect(all.text.split(separator: "\n").count == 6)
        }
    }
}
