import Conversation
import Files
import JSON
import Testing
import Tools

struct EditFileToolTests {
    let tool = EditFileTool()

    private func edit(_ path: String, _ edits: [(String, String)], all: Bool = false) -> JSONValue {
        let list: [JSONValue] = edits.map { old, new in
            ["old_text": .string(old), "new_text": .string(new), "replace_all": .bool(all)]
        }
        return ["path": .string(path), "edits": .array(list)]
    }

    @Test func `an exact passage is replaced, and the file is not written yet`() async throws {
        try await Folder.lend { folder in
            try folder.write("a = 1\nb = 2\n", to: "src/a.py")
            let change = try await folder.change(tool, edit("src/a.py", [("b = 2", "b = 3")]))
            #expect(change.path == "src/a.py")
            #expect(change.before == Array("a = 1\nb = 2\n".utf8))
            #expect(change.after == Array("a = 1\nb = 3\n".utf8))
            #expect(change.report.hasPrefix("src/a.py is edited:\n"))
            #expect(change.report.contains("-b = 2\n+b = 3"))
            #expect(try FileSystem.readText(folder.root / "src/a.py") == "a = 1\nb = 2\n")
        }
    }

    @Test func `a passage that is not there is answered with the nearest lines`() async throws {
        try await Folder.lend { folder in
            try folder.write("first\ndef total(items):\n    return sum(items)\nlast\n", to: "a.py")
            let edits = edit("a.py", [("def total(items):\n    return sum(item)", "x")])
            let output = try await folder.answer(tool, edits)
            #expect(output.outcome == .error)
            #expect(output.text.hasPrefix("a.py is unchanged: "))
            #expect(output.text.contains("lines 2 to 3"), "\(output.text)")
            #expect(output.text.contains("return sum(items)"))
        }
    }

    @Test func `a passage in several places is answered with their lines`() async throws {
        try await Folder.lend { folder in
            try folder.write("x\ny\nx\n", to: "a.txt")
            let output = try await folder.answer(tool, edit("a.txt", [("x", "z")]))
            #expect(output.outcome == .error)
            #expect(output.text.contains("at lines 1, 3"), "\(output.text)")
            let change = try await folder.change(tool, edit("a.txt", [("x", "z")], all: true))
            #expect(change.after == Array("z\ny\nz\n".utf8))
        }
    }

    @Test func `several edits are applied in order, all or none`() async throws {
        try await Folder.lend { folder in
            try folder.write("one\ntwo\n", to: "a.txt")
            let change = try await folder.change(tool, edit("a.txt", [("one", "three"), ("three\ntwo", "four")]))
            #expect(change.after == Array("four\n".utf8))
            let output = try await folder.answer(tool, edit("a.txt", [("one", "three"), ("nowhere at all", "x")]))
            #expect(output.outcome == .error)
            #expect(output.text.hasPrefix("a.txt is unchanged: "))
        }
    }

    @Test func `line endings are kept`() async throws {
        try await Folder.lend { folder in
            try folder.write("one\r\ntwo\r\nthree\r\n", to: "a.txt")
            let change = try await folder.change(tool, edit("a.txt", [("one\ntwo", "1\n2\n2b")]))
            #expect(change.before == Array("one\r\ntwo\r\nthree\r\n".utf8))
            #expect(change.after == Array("1\r\n2\r\n2b\r\nthree\r\n".utf8))
        }
    }

    @Test(arguments: ["missing.txt", "a.bin", ".env", "../x", ".vencejo/config.yaml", "out/x.txt"])
    func `what cannot be edited is an error`(path: String) async throws {
        try await Folder.lend { folder in
            try folder.write([97, 0], to: "a.bin")
            try folder.write("a", to: ".env")
            try folder.write("a", to: ".vencejo/config.yaml")
            try FileSystem.write("a", to: folder.outside / "x.txt")
            try folder.link("out", to: "../outside")
            #expect(try await folder.answer(tool, edit(path, [("a", "b")])).outcome == .error)
        }
    }

    @Test(arguments: ["a/src/Main.py", "b/src/Main.py", "src/main.py", "./SRC/Main.py", "src//Main.py"])
    func `a path as diffs write it, or in another case, leads to the file, as in a patch`(path: String) async throws {
        try await Folder.lend { folder in
            try folder.write("one\n", to: "src/Main.py")
            let change = try await folder.change(tool, edit(path, [("one", "two")]))
            #expect(change.path == "src/Main.py")
            #expect(change.report.hasPrefix("src/Main.py is edited:\n"))
        }
    }

    @Test func `a path that is there as it is written goes before all others`() async throws {
        try await Folder.lend { folder in
            try folder.write("one\n", to: "a/x.txt")
            try folder.write("one\n", to: "x.txt")
            let change = try await folder.change(tool, edit("a/x.txt", [("one", "two")]))
            #expect(change.path == "a/x.txt")
        }
    }

    @Test func `a closed file stays closed however its path is written`() async throws {
        try await Folder.lend { folder in
            try folder.write("KEY=abc123\n", to: ".env")
            for path in ["a/.env", ".ENV", "./.env"] {
                let output = try await folder.answer(tool, edit(path, [("KEY", "X")]))
                #expect(output.outcome == .error, "\(path)")
                #expect(!output.text.contains("abc123"))
            }
        }
    }

    @Test func `a missing file, a folder, edits of nothing and bytes that are no text are told in a sentence`()
        async throws
    {
        try await Folder.lend { folder in
            try folder.write([97, 0], to: "a.bin")
            try folder.write([99, 97, 102, 0xE9, 10], to: "latin.txt")
            try folder.write("one\n", to: "src/a.txt")
            let cases = [
                ("missing.txt", "missing.txt is unchanged: the file does not exist. Check the path."),
                ("src", "src is unchanged: it is a folder. Give the path of a file."),
                ("a.bin", "a.bin is a binary file, which cannot be edited as text"),
            ]
            for (path, sentence) in cases {
                let output = try await folder.answer(tool, edit(path, [("a", "b")]))
                #expect(output == .error(sentence))
            }
            let back = try await folder.answer(tool, edit("src/a.txt", [("one", "two"), ("two", "one")]))
            #expect(
                back
                    == .error(
                        "src/a.txt is unchanged: it leaves all files as they are. "
                            + "Send the lines as they shall be after the change."))
            // Bytes of another encoding stay as they are.
            let change = try await folder.change(tool, edit("latin.txt", [("caf", "Caf")]))
            #expect(change.after == [67, 97, 102, 0xE9, 10])
        }
    }

    @Test func `a link inside the workspace is followed`() async throws {
        try await Folder.lend { folder in
            try folder.write("one\n", to: "src/a.txt")
            try folder.link("here.txt", to: "src/a.txt")
            let change = try await folder.change(tool, edit("here.txt", [("one", "two")]))
            #expect(change.path == "here.txt")
            #expect(change.after == Array("two\n".utf8))
        }
    }
}
