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

    // MARK: - Images

    private static func png(_ width: UInt8, _ height: UInt8, side: UInt8 = 0) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
            + [0, 0, side, width, 0, 0, 0, height, 8, 2, 0, 0, 0]
    }

    private static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 11, 8, 0, 10, 0, 20, 1, 1, 0x11, 0]
    private static let webp: [UInt8] =
        Array("RIFF".utf8) + [22, 0, 0, 0] + Array("WEBPVP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0, 19, 0, 0, 9, 0, 0]

    @Test(arguments: [("png", png(20, 10)), ("jpeg", jpeg), ("webp", webp)])
    func `an image is shown to a model that takes images, whatever its name`(kind: String, bytes: [UInt8]) async throws
    {
        try await Folder.lend { folder in
            var folder = folder
            folder.images = .taken
            try folder.write(bytes, to: "shots/screen")
            let output = try await folder.answer(tool, ["path": "shots/screen"])
            #expect(
                output
                    == ToolOutput(
                        text: "shots/screen is a \(kind.uppercased()) image of 20 × 10 pixels; it is shown below.",
                        outcome: .ok,
                        image: ToolImage(
                            name: "shots/screen",
                            header: ImageHeader(
                                format: try #require(ImageFormat(rawValue: "image/\(kind)")), width: 20, height: 10),
                            bytes: bytes)))
        }
    }

    @Test func `a model that takes no images is told so, and what to do`() async throws {
        try await Folder.lend { folder in
            try folder.write(Self.png(20, 10), to: "a.png")
            #expect(
                try await folder.answer(tool, ["path": "a.png"])
                    == .error(
                        "a.png is a PNG image of 20 × 10 pixels, which cannot be shown: test/model takes no images. "
                            + "Go on without it, or ask the user what it shows."))
        }
    }

    @Test func `images that nobody could look at are refused with the reason, and texts like them are read`()
        async throws
    {
        try await Folder.lend { folder in
            var folder = folder
            folder.images = .taken
            try folder.write(Self.png(20, 10, side: 32), to: "wide.png")
            try folder.write(Array(Self.png(20, 10).prefix(20)), to: "cut.png")
            try folder.write(Self.png(20, 10) + [UInt8](repeating: 0, count: 5 << 20), to: "heavy.png")
            try folder.write(Array("GIF89a".utf8) + [0, 1, 0, 1], to: "moving.gif")
            try folder.write("GIF8 is how a GIF begins\n", to: "notes.txt")
            let cases = [
                ("wide.png", "wide.png is a PNG image of 8212 × 10 pixels; at most 8000 pixels a side can be shown"),
                ("cut.png", "cut.png is a damaged PNG; PNG, JPEG and WebP can be shown"),
                ("heavy.png", "heavy.png is a PNG image of 20 × 10 pixels and 5242909 bytes; at most 5242880 bytes"),
                ("moving.gif", "moving.gif is a GIF; PNG, JPEG and WebP can be shown, so convert it first"),
            ]
            for (path, sentence) in cases {
                let output = try await folder.answer(tool, ["path": .string(path)])
                #expect(output.outcome == .error)
                #expect(output.text.hasPrefix(sentence), "\(output.text)")
            }
            let text = try await folder.answer(tool, ["path": "notes.txt"])
            #expect(text == .ok("1\tGIF8 is how a GIF begins\n"))
        }
    }
}
