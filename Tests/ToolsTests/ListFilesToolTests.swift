import Conversation
import Files
import JSON
import Testing
import Tools

struct ListFilesToolTests {
    let tool = ListFilesTool()

    private func fill(_ folder: Folder) throws {
        for path in [
            "b.py", "a.py", "src/c.py", "src/deep/d.txt", ".env", ".git/config", "node_modules/x/index.js",
            "src/__pycache__/c.pyc", ".build/debug/x.swift", ".github/ci.yml",
        ] { try folder.write("text", to: path) }
    }

    @Test func `files come in order, without what is closed and what tools made`() async throws {
        try await Folder.lend { folder in
            try fill(folder)
            let output = try await folder.answer(tool, [:])
            #expect(output == .ok(".github/ci.yml\na.py\nb.py\nsrc/c.py\nsrc/deep/d.txt"))
        }
    }

    @Test func `a glob is matched below the folder`() async throws {
        try await Folder.lend { folder in
            try fill(folder)
            #expect(try await folder.answer(tool, ["glob": "**/*.py"]) == .ok("a.py\nb.py\nsrc/c.py"))
            #expect(try await folder.answer(tool, ["path": "src", "glob": "deep/*"]) == .ok("src/deep/d.txt"))
            #expect(try await folder.answer(tool, ["glob": "**/*.rs"]) == .ok("no files"))
        }
    }

    @Test func `links are not followed`() async throws {
        try await Folder.lend { folder in
            try folder.write("text", to: "a.py")
            try FileSystem.write("text", to: folder.outside / "x.py")
            try folder.link("out", to: folder.outside.string)
            try folder.link("loop", to: ".")
            #expect(try await folder.answer(tool, [:]) == .ok("a.py"))
            #expect(try await folder.answer(tool, ["path": "out"]).outcome == .error)
        }
    }

    @Test(arguments: ["a.py", "missing"])
    func `what is no folder is an error`(path: String) async throws {
        try await Folder.lend { folder in
            try folder.write("text", to: "a.py")
            let output = try await folder.answer(tool, ["path": .string(path)])
            #expect(output == .error("\(path) is not a folder of the workspace"))
        }
    }

    @Test func `a very long list is cut with a hint`() async throws {
        try await Folder.lend { folder in
            for number in 0..<1002 { try FileSystem.write("", to: folder.root / "f\(number)") }
            let output = try await folder.answer(tool, [:])
            #expect(output.text.hasSuffix("\n(more than 1000 files; give a folder or a glob, or ask for page 2)"))
            #expect(output.text.split(separator: "\n").count == 1001)
            #expect(try await folder.answer(tool, ["page": 2]) == .ok("f998\nf999"))
        }
    }

    @Test func `what gitignore leaves out is listed only if it is asked for`() async throws {
        try await Folder.lend { folder in
            for path in ["a.py", "made/b.py", "src/c.log", "src/d.py"] { try folder.write("text", to: path) }
            try folder.write("made/\n*.log\n", to: ".gitignore")
            #expect(try await folder.answer(tool, [:]) == .ok(".gitignore\na.py\nsrc/d.py"))
            #expect(try await folder.answer(tool, ["path": "src"]) == .ok("src/d.py"))
            #expect(try await folder.answer(tool, ["path": "made"]) == .ok("made/b.py"))
            #expect(
                try await folder.answer(tool, ["ignored": true])
                    == .ok(".gitignore\na.py\nmade/b.py\nsrc/c.log\nsrc/d.py"))
        }
    }
}
