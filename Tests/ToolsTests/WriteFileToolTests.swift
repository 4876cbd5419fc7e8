import Conversation
import Files
import JSON
import Testing
import Tools

struct WriteFileToolTests {
    let tool = WriteFileTool()

    @Test func `a new file has no content before`() async throws {
        let expected = FileChange(
            path: "src/new/a.txt", before: nil, after: Array("héllo\n".utf8),
            report: "src/new/a.txt is created, 7 bytes")
        try await Folder.lend { folder in
            let change = try await folder.change(tool, ["path": "./src/new/a.txt", "content": "héllo\n"])
            #expect(change == expected)
            #expect(!FileSystem.exists(folder.root / "src"))
        }
    }

    @Test func `an existing file is replaced, also a binary one`() async throws {
        let expected = FileChange(path: "a.bin", before: [0, 255], after: [], report: "a.bin is replaced, 0 bytes")
        try await Folder.lend { folder in
            try folder.write([0, 255], to: "a.bin")
            #expect(try await folder.change(tool, ["path": "a.bin", "content": ""]) == expected)
        }
    }

    @Test(arguments: ["src", ".", "src/"])
    func `a folder is not written over`(path: String) async throws {
        try await Folder.lend { folder in
            try FileSystem.createDirectory(folder.root / "src")
            let output = try await folder.answer(tool, ["path": .string(path), "content": "x"])
            #expect(output == .error("\(path) is a folder; give the path of a file"))
        }
    }

    @Test(arguments: [".env", "../x.txt", "out/x.txt", "dangling", ".git/hooks/pre-commit", ".vencejo/agents/x.md"])
    func `closed places and ways out are refused`(path: String) async throws {
        try await Folder.lend { folder in
            try folder.link("out", to: "../outside")
            try folder.link("dangling", to: "../outside/not-there-yet")
            #expect(try await folder.answer(tool, ["path": .string(path), "content": "x"]).outcome == .error)
        }
    }
}
