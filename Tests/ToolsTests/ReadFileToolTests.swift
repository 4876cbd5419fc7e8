import Conversation
import Files
import JSON
import Policy
import Testing
import Tools

struct ReadFileToolTests {
    let tool = ReadFileTool()

    @Test func `a whole file comes with line numbers`() async throws {
        try await Folder.lend { folder in
            try folder.write("one\ntwo\n\nfour\n", to: "a.txt")
            #expect(try await folder.answer(tool, ["path": "a.txt"]) == .ok("1\tone\n2\ttwo\n3\t\n4\tfour\n"))
        }
    }

    @Test func `a range ends where the file ends, however many lines are asked for`() async throws {
        try await Folder.lend { folder in
            try folder.write("one\ntwo\nthree", to: "a.txt")
            let one = try await folder.answer(tool, ["path": "a.txt", "from_line": 2, "line_count": 1])
            #expect(one == .ok("2\ttwo\n(a.txt has 3 lines; read on with from_line 3)"))
            let all = try await folder.answer(tool, ["path": "a.txt", "from_line": 2, "line_count": .integer(.max)])
            #expect(all == .ok("2\ttwo\n3\tthree\n"))
        }
    }

    @Test func `a line past the end is said to be there`() async throws {
        try await Folder.lend { folder in
            try folder.write("one\n", to: "a.txt")
            let output = try await folder.answer(tool, ["path": "a.txt", "from_line": 9])
            #expect(output == .error("a.txt has 1 lines; line 9 is past its end"))
        }
    }

    @Test func `carriage returns end lines too`() async throws {
        try await Folder.lend { folder in
            try folder.write("one\r\ntwo\r\n", to: "a.txt")
            #expect(try await folder.answer(tool, ["path": "a.txt"]) == .ok("1\tone\n2\ttwo\n"))
        }
    }

    @Test func `an empty file is an answer`() async throws {
        try await Folder.lend { folder in
            try folder.write("", to: "a.txt")
            #expect(try await folder.answer(tool, ["path": "a.txt"]) == .ok("a.txt is empty"))
        }
    }

    @Test func `a long file is cut and says where to read on`() async throws {
        try await Folder.lend { folder in
            try folder.write(String(repeating: String(repeating: "x", count: 99) + "\n", count: 2000), to: "a.txt")
            let first = try await folder.answer(tool, ["path": "a.txt"])
            #expect(first.outcome == .ok)
            #expect(first.text.utf8.count < 61_000)
            let next = try #require(first.text.split(separator: " ").last.flatMap { Int64($0.dropLast()) })
            #expect(first.text.hasSuffix("(a.txt has 2000 lines; read on with from_line \(next))"))
            let second = try await folder.answer(tool, ["path": "a.txt", "from_line": .integer(next)])
            #expect(second.text.hasPrefix("\(next)\txxx"))
        }
    }

    @Test func `a file beyond the limit is refused by its size`() async throws {
        try await Folder.lend { folder in
            try folder.write([UInt8](repeating: 97, count: (8 << 20) + 1), to: "huge.txt")
            let output = try await folder.answer(tool, ["path": "huge.txt"])
            #expect(output.outcome == .error)
            #expect(output.text.contains("huge.txt") && output.text.contains("\(8 << 20)"), "\(output.text)")
        }
    }

    @Test func `a binary file is refused as binary`() async throws {
        try await Folder.lend { folder in
            try folder.write([1, 2, 0, 3], to: "a.bin")
            let output = try await folder.answer(tool, ["path": "a.bin"])
            #expect(output.outcome == .error)
            #expect(output.text.contains("binary"))
        }
    }

    @Test(arguments: ["missing.txt", "folder", "folder/missing/deep.txt"])
    func `what cannot be read is named in the error`(path: String) async throws {
        try await Folder.lend { folder in
            try FileSystem.createDirectory(folder.root / "folder")
            let output = try await folder.answer(tool, ["path": .string(path)])
            #expect(output.outcome == .error)
            #expect(output.text.contains(path), "\(output.text)")
        }
    }

    @Test(arguments: [".env", "config/.env", "id_rsa", ".git/config"])
    func `secrets are refused by the rule that closes them`(path: String) async throws {
        try await Folder.lend { folder in
            try folder.write("TOKEN=abc123", to: path)
            let output = try await folder.answer(tool, ["path": .string(path)])
            #expect(output.outcome == .error)
            #expect(output.text.hasPrefix("\(path) may not be read: "))
            #expect(!output.text.contains("abc123"))
        }
    }

    @Test(arguments: ["../outside/a.txt", "/etc/passwd", "folder/../../outside/a.txt", ".."])
    func `a path outside is refused`(path: String) async throws {
        try await Folder.lend { folder in
            try FileSystem.write("secret", to: folder.outside / "a.txt")
            let output = try await folder.answer(tool, ["path": .string(path)])
            #expect(output == .error("\(path) is outside the workspace; give a path relative to its top folder"))
        }
    }

    @Test func `an absolute path inside is taken as relative`() async throws {
        try await Folder.lend { folder in
            try folder.write("one\n", to: "src/a.txt")
            let path = (folder.root / "src/a.txt").string
            #expect(try await folder.answer(tool, ["path": .string(path)]) == .ok("1\tone\n"))
            try folder.write("TOKEN=abc123", to: ".env")
            let secret = try await folder.answer(tool, ["path": .string((folder.root / ".env").string)])
            #expect(secret.outcome == .error)
            #expect(!secret.text.contains("abc123"))
        }
    }

    @Test(arguments: ["file", "folder/a.txt"])
    func `a link that leads out is refused`(path: String) async throws {
        try await Folder.lend { folder in
            try FileSystem.write("hidden words", to: folder.outside / "a.txt")
            try folder.link("file", to: "../outside/a.txt")
            try folder.link("folder", to: folder.outside.string)
            let output = try await folder.answer(tool, ["path": .string(path)])
            #expect(output.outcome == .error)
            #expect(output.text.contains("link"), "\(output.text)")
            #expect(!output.text.contains("hidden words"))
        }
    }

    @Test func `a link to a secret inside is as closed as the secret`() async throws {
        try await Folder.lend { folder in
            try folder.write("TOKEN=abc123", to: ".env")
            try folder.link("notes.txt", to: ".env")
            let output = try await folder.answer(tool, ["path": "notes.txt"])
            #expect(output.outcome == .error)
            #expect(output.text.hasPrefix("notes.txt leads to .env, which is closed: "))
        }
    }

    @Test func `a link that stays inside is followed`() async throws {
        try await Folder.lend { folder in
            try folder.write("one\n", to: "src/a.txt")
            try folder.link("here", to: "src")
            #expect(try await folder.answer(tool, ["path": "here/a.txt"]) == .ok("1\tone\n"))
        }
    }

    @Test func `the project's own rules close files as well`() async throws {
        try await Folder.lend { folder in
            var folder = folder
            folder.paths = PathRules(deny: ["private/**"])
            try folder.write("one\n", to: "private/a.txt")
            let output = try await folder.answer(tool, ["path": "private/a.txt"])
            #expect(output.outcome == .error)
            #expect(output.text.contains("private/**"))
        }
    }
}
